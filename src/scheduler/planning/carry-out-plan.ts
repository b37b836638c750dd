import { AppError } from '../../base/errors.ts';
import { announceWork, foreseeLateness } from '../../core/events/work-events.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { LateJob } from '../../core/work/bulletin.ts';
import type { Assignment } from '../../core/work/work-order.ts';
import { transitionWorkOrder } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { describeRoom } from '../disruptions/obstruction.ts';
import { tellOfReturn } from '../news/tell-crews.ts';
import { findLateness, tellLate } from '../news/tell-late.ts';
import { isWhereSeen } from '../problem/locate-predecessor.ts';
import type { CrewDayFence } from '../reserving/crew-day-fence.ts';
import { CONFLICT, reserveAssignment, ScheduleConflict } from '../reserving/reserve-assignment.ts';
import { applyMoves } from './apply-moves.ts';
import type { PlanDecision } from './decide-plan.ts';
import type { PlanningDeps, PlanningOutcome } from './planning-deps.ts';
import type { Placement } from './read-plan.ts';

/** A plan, the crew-days it was made on, and the name under which crews get one message for all that it moves. */
export interface FencedDecision extends Pick<PlanDecision, 'moves' | 'isAutomatic' | 'placements'> {
  fence: CrewDayFence;
  batch: string;
}

/**
 * Makes a plan true as far as the crew-days are as it saw them, and notes in `outcome` what was done, what somebody else
 * has changed meanwhile and what a run refused. Moves first: what is announced after them may stand where they stood.
 */
export async function carryOutPlan(
  deps: PlanningDeps,
  decision: FencedDecision,
  outcome: PlanningOutcome,
  now: Date,
): Promise<void> {
  if (decision.isAutomatic && decision.moves.length > 0) {
    const ids = decision.moves.map(({ orderId }) => orderId);
    const moved = await moveAll(deps, decision, now);
    if (moved !== 'moved') {
      outcome.contended.push(...ids);
      if (moved !== 'contended') outcome.refused.push(moved);
      return;
    }
    outcome.moved.push(...ids);
  }
  for (const placement of decision.placements) {
    const { _id: orderId } = placement.order;
    try {
      const isAnnounced = await announceOrder(deps, decision, placement, now);
      (isAnnounced ? outcome.announced : outcome.contended).push(orderId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (isContention(error)) outcome.contended.push(orderId);
      else outcome.refused.push({ orderId, error });
    }
  }
}

/**
 * All of them or none. `contended` when the work changed, or somebody took its time, since the plan was made; a run that
 * refuses is named: without its job the others can be planned again.
 */
async function moveAll(
  deps: PlanningDeps,
  { moves, batch, fence }: FencedDecision,
  now: Date,
): Promise<'moved' | 'contended' | PlanningOutcome['refused'][number]> {
  const who = { actor: 'system', byHand: null, cause: describeRoom(moves), batch };
  const days = fence.see(moves.flatMap(({ from, to }) => (to ? [from, to] : [from])));
  if (!days) return 'contended';
  const asked: string[] = [];
  const applyInTransaction: PlanningDeps['applyInTransaction'] = (runId, event, session) => {
    asked.push(runId);
    return deps.applyInTransaction(runId, event, session);
  };
  const move = { stores: deps.stores, timeZone: deps.agency.timeZone, applyInTransaction };
  try {
    const done = await inTransaction(deps.client, async (session) => {
      if (!(await fence.enter(days, session))) throw new Abort('a crew has other work by now');
      const afterCommit = await applyMoves(move, moves, who, now, session);
      return { value: { isDone: true }, afterCommit: [...afterCommit, await fence.leave(days, session)] };
    });
    return 'refused' in done ? 'contended' : 'moved';
  } catch (error) {
    const orderId = asked.at(-1);
    if (!(error instanceof AppError)) throw error;
    if (isContention(error) || orderId === undefined) return 'contended';
    return { orderId, error };
  }
}

/** False when somebody else moved the order since it was read; the next round sees whether it is still waiting. */
async function announceOrder(
  deps: PlanningDeps,
  { fence, batch }: Pick<FencedDecision, 'fence' | 'batch'>,
  placement: Placement,
  now: Date,
): Promise<boolean> {
  const { order, assignment, predecessor, help } = placement;
  const late = findLateness(order, assignment, help);
  const decided = transitionWorkOrder(order, { kind: 'announce', assignment }, now);
  // What moves the job before this one writes that one's crew-day: they cannot both be committed.
  const days = fence.see(predecessor ? [assignment, predecessor.assignment] : [assignment]);
  if (!decided.ok || !days) return false;
  const { stores, agency } = deps;
  try {
    const done = await inTransaction(deps.client, async (session) => {
      if (predecessor && !(await isWhereSeen(stores.workOrders, predecessor, session)))
        throw new Abort('the job before it is somewhere else by now');
      const announced = await stores.workOrders.save(decided.order, session);
      if (!announced) throw new Abort('somebody else moved it');
      const reservation = { ...stores, timeZone: agency.timeZone };
      await reserveAssignment(reservation, session, announced, assignment, now, days);
      await tellOfReturn(stores, batch, order, assignment, now, session);
      if (late) await tellLate(stores, batch, late, now, session);
      const event = announceEvent(announced.task, assignment, late);
      const { afterCommit } = await deps.applyInTransaction(order._id, event, session);
      return { value: { isDone: true }, afterCommit: [afterCommit] };
    });
    if ('refused' in done) return false;
    fence.wroteOnce(days);
    return true;
  } catch (error) {
    if (error instanceof ScheduleConflict && error.material === null) fence.spoil(days);
    throw error;
  }
}

function isContention({ code }: AppError): boolean {
  return code === CONFLICT || code === 'run.conflict';
}

/** Announced, and when it will end after its deadline, that is told along with what would help. */
function announceEvent(task: string, assignment: Assignment, late: LateJob | null): RunEvent {
  return (transition, now) => {
    const announced = announceWork(task, assignment)(transition, now);
    if ('refused' in announced || !late) return announced;
    return foreseeLateness(task, late)(announced, now);
  };
}
