import { overlaps } from '../../core/agency/crew-calendar.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { listObstructions } from '../disruptions/obstruction.ts';
import { isReady } from '../problem/is-ready.ts';
import { keepOrders, pinOrders } from '../problem/pin-orders.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import type { PlanFigures } from './compare-costs.ts';

/** The moves of a plan, and for what they are made. */
interface DecidedMoves {
  moves: readonly PlannedMove[];
  /** Announced work that cannot be done as it was announced. */
  displaced: readonly WorkOrder[];
  /** Whether, without them, more work would be left out or late, or cannot be done as it was announced. */
  makesRoom: boolean;
  before: PlanFigures;
  after: PlanFigures;
}

/**
 * Announced work that cannot be done as it was announced: its crew is absent or has no shift then, its district is
 * closed, its time is over or taken, or the job it is to start after has no crew or ends too late.
 */
export function listDisplaced(sources: PlanSources): WorkOrder[] {
  const kept = keepOrders(sources);
  return listAnnounced(sources).filter(
    (order) => !kept.has(order._id) || listObstructions(sources, order).length > 0,
  );
}

/** Announced work that a plan may move: what is displaced, and what is neither accepted nor soon. */
export function listMovable(sources: PlanSources, displaced = listDisplaced(sources)): WorkOrder[] {
  const pinned = pinOrders(sources, false);
  return listAnnounced(sources).filter((order) => !pinned.has(order._id) || displaced.includes(order));
}

function listAnnounced({ orders }: PlanSources): WorkOrder[] {
  return orders.filter(({ state }) => state === 'announced');
}

/**
 * The moves, each with what keeps its job from being done as announced; what only makes room gets no cause. When nothing
 * is in the way of anything, a move says what is better now.
 */
export function explainMoves(sources: PlanSources, decision: DecidedMoves): PlannedMove[] {
  const { moves, makesRoom, before, after } = decision;
  const displaced = new Map(decision.displaced.map((order) => [order._id, order]));
  const isCheaper = after.cents < before.cents;
  return moves.map((move) => {
    const order = displaced.get(move.orderId);
    if (order) return { ...move, cause: describeObstacle(sources, order, move.from) };
    return makesRoom ? move : { ...move, cause: describeGain(move, isCheaper) };
  });
}

function describeGain({ from, to }: PlannedMove, isCheaper: boolean): string {
  if (to && to.start < from.start) return 'it can be done earlier now';
  return isCheaper ? 'the plan costs less this way now' : 'other jobs can be done earlier this way now';
}

/** What keeps an order from being done as announced, in a few words. It has to be one that cannot. */
function describeObstacle(sources: PlanSources, order: WorkOrder, assignment: Assignment): string {
  const [obstruction] = listObstructions(sources, order);
  if (obstruction) return obstruction.text;
  if (assignment.end <= sources.now) return `${assignment.crewName} did not begin in its time`;
  const isPromised = sources.promised.some(
    (time) => time.crewId === assignment.crewId && overlaps(time, assignment),
  );
  if (isPromised) return `${assignment.crewName} has promised that time to other work`;
  if (!isReady(sources, order, assignment, keepOrders(sources))) return describePredecessor(sources, order);
  return `${assignment.crewName} is still at other work then`;
}

function describePredecessor({ orders }: PlanSources, { after }: WorkOrder): string {
  const before = orders.find(({ _id }) => _id === after?.orderId);
  const name = before?.title ?? after?.orderId;
  if (before?.state === 'waiting') return `${name}, which it is to start after, has no crew any more`;
  return before?.state === 'announced'
    ? `${name}, which it is to start after, has to move`
    : `${name}, which it is to start after, takes longer`;
}
