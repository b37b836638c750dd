import type { ClientSession } from 'mongodb';
import { foreseeLateness, moveWork, reportUnplaced } from '../../core/events/work-events.ts';
import type { ApplyInTransaction } from '../../core/run/apply-event.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import { describeMoveToCrews, type LateJob } from '../../core/work/bulletin.ts';
import { isAsPlanned, type PlannedMove } from '../../core/work/plan-proposal.ts';
import { reasonWithoutFix } from '../../core/work/unplaced-reason.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder, type WorkOrderAction } from '../../core/work/work-order-transition.ts';
import { Abort } from '../../store/mongo/in-transaction.ts';
import { retellDisruptions, type TellStores, tellCrews } from '../news/tell-crews.ts';
import { findLateness, retellLate, tellLate } from '../news/tell-late.ts';
import type { PlanningStores } from '../problem/load-plan-sources.ts';
import { releaseAssignment, reserveAssignment } from '../reserving/reserve-assignment.ts';

/** What moving announced work needs; `applyInTransaction` commits what follows in the run, inside the transaction. */
export interface MoveDeps {
  stores: Pick<PlanningStores, 'workOrders' | 'crewDays' | 'depotStock'> & TellStores;
  timeZone: string;
  applyInTransaction: ApplyInTransaction<ClientSession>;
}

/** What was late and gets later by so much is news. */
const MUCH_LATER_MS = 60 * 60_000;

/** Who moves work, and why. */
export interface Mover {
  actor: string;
  /** The crew dispatch chose; null for a plan's choice. */
  byHand: string | null;
  /** Why, for the crews, where a move has no cause of its own. */
  cause: string;
  /** Names the planning or the decision: a crew gets one message for all that has the same. */
  batch: string;
}

/**
 * Moves announced jobs, all of them or none, inside the caller's transaction: first every crew's time and material is
 * given back, then taken anew, so that jobs can change places; the crews are told. Throws `Abort` when one of them has
 * changed since the moves were planned, and `schedule.conflict` when somebody else took the time.
 */
export async function applyMoves(
  deps: MoveDeps,
  moves: readonly PlannedMove[],
  who: Mover,
  now: Date,
  session: ClientSession,
): Promise<(() => void)[]> {
  const orders: WorkOrder[] = [];
  for (const move of moves) {
    const order = await deps.stores.workOrders.find(move.orderId, session);
    if (!order || !isAsPlanned(order, move, who.byHand !== null))
      throw new Abort(`“${move.title}” has changed since this was planned. A new plan is being made.`);
    await releaseAssignment(reservationDeps(deps), session, order);
    orders.push(order);
  }
  const ids = moves.map(({ orderId }) => orderId);
  await retellLate(deps.stores, ids, now, session);
  const afterCommit: (() => void)[] = [];
  for (const [index, move] of moves.entries()) {
    const order = orders[index] as WorkOrder;
    afterCommit.push(...(await applyMove(deps, order, move, who, now, session)));
  }
  const news = moves.flatMap((move) => describeMoveToCrews(move, move.cause ?? who.cause));
  await tellCrews(deps.stores, who.batch, news, now, session);
  await retellDisruptions(deps.stores, ids, now, session);
  return afterCommit;
}

async function applyMove(
  deps: MoveDeps,
  order: WorkOrder,
  move: PlannedMove,
  { actor, byHand, batch }: Mover,
  now: Date,
  session: ClientSession,
): Promise<(() => void)[]> {
  const { from, to, unplaced = reasonWithoutFix(move.reason) } = move;
  const action: WorkOrderAction = to
    ? { kind: 'move', assignment: to, byHand }
    : { kind: 'return', declined: null };
  const moved = transitionWorkOrder(order, action, now);
  if (!moved.ok) throw new Abort(moved.userMessage);
  const saved = await deps.stores.workOrders.save(to ? moved.order : { ...moved.order, unplaced }, session);
  if (!saved) throw new Abort('Somebody else changed this job at the same moment. Try again.');
  if (to) await reserveAssignment(reservationDeps(deps), session, saved, to, now);
  const late = to && byHand === null ? findNewLateness(order, move, to) : null;
  // A planning goes on: its late jobs are told together when it is over.
  if (late) await tellLate(deps.stores, batch, late, now, session, actor === 'system' ? undefined : now);
  const event = to
    ? moveEvent(order.task, move, to, actor, late)
    : reportUnplaced(order.task, unplaced, from.crewId);
  const { afterCommit } = await deps.applyInTransaction(order._id, event, session);
  return [afterCommit];
}

/** A job that was in time and is not any more, or is late by much more; who chose the crew by hand has seen it. */
function findNewLateness(order: WorkOrder, { from, help }: PlannedMove, to: Assignment): LateJob | null {
  const wasInTime = order.dueAt !== null && from.end <= order.dueAt;
  const isMuchLater = to.end.getTime() - from.end.getTime() >= MUCH_LATER_MS;
  return wasInTime || isMuchLater ? findLateness(order, to, help) : null;
}

/** A plan's move past the deadline stands in the run's record along with what would help. */
function moveEvent(
  task: string,
  { from }: PlannedMove,
  to: Assignment,
  actor: string,
  late: LateJob | null,
): RunEvent {
  const moved = moveWork(task, from, to, actor);
  if (!late) return moved;
  return (transition, now) => {
    const after = moved(transition, now);
    return 'refused' in after ? after : foreseeLateness(task, late)(after, now);
  };
}

function reservationDeps({ stores, timeZone }: MoveDeps) {
  return { crewDays: stores.crewDays, depotStock: stores.depotStock, timeZone };
}
