import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency.ts';
import type { Assignment, WorkOrder } from '../core/resources.ts';
import type { RunEvent } from '../core/transition.ts';
import { announceWork, foreseeLateness, reportUnplaced } from '../core/work-events.ts';
import { AppError } from '../errors.ts';
import type { OutboxStore } from '../store/outbox.ts';
import type { PlanProposalStore } from '../store/plan-proposals.ts';
import { applyMoves } from './apply-moves.ts';
import { decidePlan, listDisplaced, type Placement, type PlanDecision } from './decide-plan.ts';
import { inTransaction, Refusal } from './in-transaction.ts';
import { loadPlanSources, type PlanningStores } from './load-plan-sources.ts';
import type { PlanEngine } from './plan-engine.ts';
import type { PlanSources } from './plan-sources.ts';
import { proposeMoves } from './propose-moves.ts';
import { CONFLICT, type ReservationDeps, reserveAssignment } from './reserve-assignment.ts';
import { transitionWorkOrder } from './work-order-transition.ts';

/** What planning needs. */
export interface PlanningDeps {
  client: MongoClient;
  agency: Agency;
  stores: PlanningStores & { planProposals: PlanProposalStore; outbox: OutboxStore };
  engine: PlanEngine;
  /**
   * Applies an event to a run inside the transaction; the returned function is called once it is committed. An
   * `AppError` refuses: nothing is written, and the order stays as it was.
   */
  applyToRun(runId: string, event: RunEvent, session: ClientSession): Promise<() => void>;
}

/** What one planning did. */
export interface PlanningOutcome {
  announced: string[];
  unplaced: string[];
  moved: string[];
  /** Whether dispatch was asked about moves. */
  proposed: boolean;
  /** Orders that somebody else moved, or took the minutes or materials of, still in the last round: plan again soon. */
  contended: string[];
  /** Orders whose announcement or report was refused, with the error. */
  refused: { orderId: string; error: AppError }[];
  /** What the validator objected to; always empty, unless the planner has a defect. */
  objections: string[];
}

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
    ...{ announced: [], unplaced: [], moved: [], contended: [], refused: [], objections: [] },
    proposed: false,
  };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const refused = new Set(outcome.refused.map(({ orderId }) => orderId));
    const loaded = await loadPlanSources(deps.stores, deps.agency, now);
    const sources = { ...loaded, orders: loaded.orders.filter(({ _id }) => !refused.has(_id)) };
    outcome.contended = [];
    const isWaiting = sources.orders.some(({ state }) => state === 'waiting');
    const displaced = listDisplaced(sources);
    if (!isWaiting && displaced.length === 0) {
      await proposeMoves(proposalDeps(deps), NOTHING, '', now);
      break;
    }
    const decision = await decidePlan(sources, deps.engine, SEED);
    if (!decision) throw new AppError('no valid plan was found', { code: 'plan.invalid', retryable: true });
    outcome.objections.push(...decision.objections);
    await carryOut(deps, decision, outcome, now);
    if (outcome.contended.length === 0) {
      await recordUnplaced(deps, decision, outcome);
      const cause = describeCause(sources, displaced);
      outcome.proposed = await proposeMoves(proposalDeps(deps), decision, cause, now);
      break;
    }
    await sleep(Math.random() * JITTER_MS * round);
  }
  return outcome;
}

const NOTHING: Pick<PlanDecision, 'moves' | 'before' | 'after' | 'isAutomatic'> = {
  moves: [],
  isAutomatic: true,
  before: { cents: 0, lateMinutes: 0 },
  after: { cents: 0, lateMinutes: 0 },
};

function proposalDeps({ client, stores }: PlanningDeps) {
  return { client, planProposals: stores.planProposals, outbox: stores.outbox };
}

/** Moves first: what is announced after them may stand where they stood. */
async function carryOut(
  deps: PlanningDeps,
  decision: PlanDecision,
  outcome: PlanningOutcome,
  now: Date,
): Promise<void> {
  if (decision.isAutomatic && decision.moves.length > 0) {
    const ids = decision.moves.map(({ orderId }) => orderId);
    if (!(await moveAll(deps, decision, now))) {
      outcome.contended.push(...ids);
      return;
    }
    outcome.moved.push(...ids);
  }
  for (const placement of decision.placements) {
    const { _id: orderId } = placement.order;
    try {
      const isAnnounced = await announceOrder(deps, placement, now);
      (isAnnounced ? outcome.announced : outcome.contended).push(orderId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === CONFLICT || error.code === 'run.conflict') outcome.contended.push(orderId);
      else outcome.refused.push({ orderId, error });
    }
  }
}

/** False when the work changed, or somebody took its time, since the plan was made: plan again. */
async function moveAll(deps: PlanningDeps, { moves }: PlanDecision, now: Date): Promise<boolean> {
  const move = { stores: deps.stores, timeZone: deps.agency.timeZone, applyToRun: deps.applyToRun };
  try {
    const done = await inTransaction(deps.client, async (session) => {
      const afterCommit = await applyMoves(move, moves, { actor: 'system', byHand: null }, now, session);
      return { value: { isDone: true }, afterCommit };
    });
    return !('refused' in done);
  } catch (error) {
    if (error instanceof AppError && error.code === CONFLICT) return false;
    throw error;
  }
}

/** False when somebody else moved the order since it was read; the next round sees whether it is still waiting. */
async function announceOrder(deps: PlanningDeps, placement: Placement, now: Date): Promise<boolean> {
  const { order, assignment } = placement;
  const decided = transitionWorkOrder(order, { kind: 'announce', assignment }, now);
  if (!decided.ok) return false;
  const done = await inTransaction(deps.client, async (session) => {
    const announced = await deps.stores.workOrders.save(decided.order, session);
    if (!announced) throw new Refusal('somebody else moved it');
    await reserveAssignment(reservationDeps(deps), session, announced, assignment, now);
    const event = announceEvent(announced, placement);
    return { value: { isDone: true }, afterCommit: [await deps.applyToRun(order._id, event, session)] };
  });
  return !('refused' in done);
}

/** Announced, and when it will end after its deadline, that is told along with what would help. */
function announceEvent({ task, dueAt }: WorkOrder, { assignment, lateFix }: Placement): RunEvent {
  return (transition, now) => {
    const announced = announceWork(task, assignment)(transition, now);
    if ('refused' in announced || !isLate(assignment, dueAt)) return announced;
    return foreseeLateness(task, assignment.end, dueAt, lateFix ?? 'no single change would')(announced, now);
  };
}

function isLate({ end }: Assignment, dueAt: Date | null): dueAt is Date {
  return dueAt !== null && end > dueAt;
}

/** Writes the reasons that changed and reports them, each in one transaction so that none is lost or told twice. */
async function recordUnplaced(
  deps: PlanningDeps,
  { unplaced }: PlanDecision,
  outcome: PlanningOutcome,
): Promise<void> {
  for (const { order, reason } of unplaced) {
    outcome.unplaced.push(order._id);
    if (reason === order.unplacedReason) continue;
    try {
      await inTransaction(deps.client, async (session) => {
        const saved = await deps.stores.workOrders.save({ ...order, unplacedReason: reason }, session);
        if (!saved) throw new Refusal('somebody else moved it');
        const event = reportUnplaced(order.task, reason);
        return { value: { isDone: true }, afterCommit: [await deps.applyToRun(order._id, event, session)] };
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      outcome.refused.push({ orderId: order._id, error });
    }
  }
}

/** Why announced work has to move, in a line for dispatch. */
function describeCause({ absences, closures, agency }: PlanSources, displaced: readonly WorkOrder[]): string {
  const crews = new Set(displaced.map(({ assignment }) => assignment?.crewId));
  const away = absences
    .filter(({ crewId }) => crews.has(crewId))
    .map(
      ({ crewId, reason }) => `${agency.crews.find(({ id }) => id === crewId)?.name ?? crewId}: ${reason}`,
    );
  const closed = closures.map(
    ({ district, reason }) =>
      `${agency.districts.find(({ id }) => id === district)?.name ?? district}: ${reason}`,
  );
  const causes = displaced.length > 0 ? [...away, ...closed] : ['Jobs would be late or without a crew'];
  return causes.length > 0 ? [...new Set(causes)].join(' · ') : 'Announced work cannot be done as planned';
}

function reservationDeps({ stores, agency }: PlanningDeps): ReservationDeps {
  return { crewDays: stores.crewDays, depotStock: stores.depotStock, timeZone: agency.timeZone };
}
