import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/errors.ts';
import { reportUnplaced } from '../../core/events/work-events.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { describeCause, listObstructions } from '../disruptions/obstruction.ts';
import { sendLate } from '../news/tell-late.ts';
import { loadPlanSources } from '../problem/load-plan-sources.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import { setAside } from '../problem/set-aside.ts';
import { createCrewDayFence } from '../reserving/crew-day-fence.ts';
import { carryOutPlan } from './carry-out-plan.ts';
import { decidePlan, type PlanDecision } from './decide-plan.ts';
import { explainMoves, listMovable } from './displaced-work.ts';
import { fitsPlan } from './fits-plan.ts';
import type { PlanningDeps, PlanningOutcome } from './planning-deps.ts';
import { type Proposable, proposeMoves } from './propose-moves.ts';
import { settlePredecessors } from './settle-predecessors.ts';

const ROUNDS = 6;
const JITTER_MS = 60;
/** The same work planned twice gives the same plan. */
const SEED = 1;

/**
 * Plans all work that waits, and all that cannot be done as announced; announces each placement with its reservation in
 * one transaction, moves what may be moved, and asks dispatch about the rest. Safe beside others that do the same: an
 * order is announced once, and minutes or materials taken meanwhile lead to a new plan, at most six times.
 */
export async function planWaitingOrders(deps: PlanningDeps, now: Date): Promise<PlanningOutcome> {
  const outcome: PlanningOutcome = {
    announced: [],
    unplaced: [],
    moved: [],
    contended: [],
    refused: [],
    objections: [],
    proposed: false,
  };
  const batch = randomUUID();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const refused = new Set(outcome.refused.map(({ orderId }) => orderId));
    const loaded = await loadPlanSources(deps.stores, deps.agency, now);
    const { awaited, orders } = await settlePredecessors(deps, loaded);
    const sources = setAside(
      { ...loaded, orders },
      orders.filter(({ _id }) => refused.has(_id)),
    );
    const fence = createCrewDayFence(
      { crewDays: deps.stores.crewDays, agency: deps.agency },
      loaded.crewDays,
    );
    outcome.contended = [];
    const isWaiting = sources.orders.some(({ state }) => state === 'waiting');
    if (!isWaiting && listMovable(sources).length === 0) {
      await recordUnplaced(deps, awaited, outcome);
      await proposeMoves(proposalDeps(deps), NOTHING, '', now);
      break;
    }
    const decided = await decidePlan(sources, deps.engine, SEED);
    if (!decided) throw new AppError('no valid plan was found', { code: 'plan.invalid', retryable: true });
    const decision = { ...decided, moves: explainMoves(sources, decided) };
    outcome.objections.push(...decision.objections);
    await carryOutPlan(deps, { ...decision, batch, fence }, outcome, now);
    if (outcome.contended.length === 0) {
      await recordUnplaced(deps, [...awaited, ...decision.unplaced], outcome);
      const cause = describeCause(decision.moves);
      const asked = {
        ...decision,
        orders: sources.orders,
        about: listSubjects(sources, decision),
        fits: (moves: readonly PlannedMove[]) => fitsPlan(sources, moves),
      };
      outcome.proposed = await proposeMoves(proposalDeps(deps), asked, cause, now);
      break;
    }
    await sleep(Math.random() * JITTER_MS * round);
  }
  await sendLate(deps, batch, now);
  return outcome;
}

const NOTHING: Proposable = {
  moves: [],
  placements: [],
  orders: [],
  about: [],
  fits: () => false,
  isAutomatic: true,
  before: { cents: 0, lateMinutes: 0 },
  after: { cents: 0, lateMinutes: 0 },
};

/** What cannot be done as announced, with what keeps it from that, and what has no crew without moving something. */
function listSubjects(sources: PlanSources, { displaced, unplaced }: PlanDecision): string[] {
  const obstructed = displaced.map((order) =>
    [order._id, ...listObstructions(sources, order).map(({ key }) => key)].join(' '),
  );
  return [...obstructed, ...unplaced.map(({ order }) => order._id)].sort();
}

function proposalDeps({ client, stores }: PlanningDeps) {
  return { client, planProposals: stores.planProposals, outbox: stores.outbox };
}

/**
 * Writes the reasons that changed and reports those of another kind, each in one transaction so that none is lost or told
 * twice. Other counts of the same kind are only kept for whoever looks.
 */
async function recordUnplaced(
  deps: PlanningDeps,
  unplaced: PlanDecision['unplaced'],
  outcome: PlanningOutcome,
): Promise<void> {
  for (const { order, reason } of unplaced) {
    const known = order.unplaced;
    outcome.unplaced.push(order._id);
    if (known !== null && tellReason(known) === tellReason(reason)) continue;
    try {
      await inTransaction(deps.client, async (session) => {
        const told = { ...order, unplaced: reason };
        if (!(await deps.stores.workOrders.save(told, session))) throw new Abort('somebody else moved it');
        if (known?.kind === reason.kind) return { value: { isDone: true }, afterCommit: [] };
        const event = reportUnplaced(order.task, reason);
        const { afterCommit } = await deps.applyInTransaction(order._id, event, session);
        return { value: { isDone: true }, afterCommit: [afterCommit] };
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      outcome.refused.push({ orderId: order._id, error });
    }
  }
}
