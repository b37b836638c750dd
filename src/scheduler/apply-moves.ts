import type { ClientSession } from 'mongodb';
import type { PlannedMove } from '../core/plan-proposal.ts';
import type { WorkOrder } from '../core/resources.ts';
import type { RunEvent } from '../core/transition.ts';
import { moveWork, reportUnplaced } from '../core/work-events.ts';
import { Refusal } from './in-transaction.ts';
import type { PlanningStores } from './load-plan-sources.ts';
import { releaseAssignment, reserveAssignment } from './reserve-assignment.ts';
import { transitionWorkOrder, type WorkOrderAction } from './work-order-transition.ts';

/** What moving announced work needs; `applyToRun` commits what follows in the run, inside the transaction. */
export interface MoveDeps {
  stores: Pick<PlanningStores, 'workOrders' | 'crewDays' | 'depotStock'>;
  timeZone: string;
  applyToRun(runId: string, event: RunEvent, session: ClientSession): Promise<() => void>;
}

/**
 * Moves announced jobs, all of them or none, inside the caller's transaction: first every crew's time and material is
 * given back, then taken anew, so that jobs can change places. Throws `Refusal` when one of them has changed since the
 * moves were planned, and `schedule.conflict` when somebody else took the time. `byHand` is the crew dispatch chose.
 */
export async function applyMoves(
  deps: MoveDeps,
  moves: readonly PlannedMove[],
  who: { actor: string; byHand: string | null },
  now: Date,
  session: ClientSession,
): Promise<(() => void)[]> {
  const orders: WorkOrder[] = [];
  for (const move of moves) {
    const order = await deps.stores.workOrders.find(move.orderId, session);
    if (order?.state !== 'announced' || order.version !== move.version)
      throw new Refusal(`“${move.title}” has changed since this was planned. A new plan is being made.`);
    await releaseAssignment(reservationDeps(deps), session, order);
    orders.push(order);
  }
  const afterCommit: (() => void)[] = [];
  for (const [index, move] of moves.entries()) {
    const order = orders[index] as WorkOrder;
    afterCommit.push(...(await applyMove(deps, order, move, who, now, session)));
  }
  return afterCommit;
}

async function applyMove(
  deps: MoveDeps,
  order: WorkOrder,
  { from, to, reason }: PlannedMove,
  { actor, byHand }: { actor: string; byHand: string | null },
  now: Date,
  session: ClientSession,
): Promise<(() => void)[]> {
  const action: WorkOrderAction = to
    ? { kind: 'move', assignment: to, byHand }
    : { kind: 'return', declined: null };
  const moved = transitionWorkOrder(order, action, now);
  if (!moved.ok) throw new Refusal(moved.userMessage);
  const saved = await deps.stores.workOrders.save(
    to ? moved.order : { ...moved.order, unplacedReason: reason },
    session,
  );
  if (!saved) throw new Refusal('Somebody else changed this job at the same moment. Try again.');
  if (to) await reserveAssignment(reservationDeps(deps), session, saved, to, now);
  const event = to ? moveWork(order.task, from, to, actor) : reportUnplaced(order.task, reason, from.crewId);
  return [await deps.applyToRun(order._id, event, session)];
}

function reservationDeps({ stores, timeZone }: MoveDeps) {
  return { crewDays: stores.crewDays, depotStock: stores.depotStock, timeZone };
}
