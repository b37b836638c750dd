import type { ClientSession, MongoClient } from 'mongodb';
import { type CallOff, describeCallOff } from '../../core/work/bulletin.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { retellDisruptions, type TellStores, tellCrews } from '../news/tell-crews.ts';
import type { PlanningStores } from '../problem/load-plan-sources.ts';
import { releaseAssignment } from '../reserving/reserve-assignment.ts';

/**
 * Cancels a work order that has not been started, gives back what it reserved and tells its crew why, in one
 * transaction. Returns the order as it is afterwards, or null when there is none: one that is started, blocked or has
 * ended stays as it was.
 */
export async function cancelWorkOrder(
  deps: {
    client: MongoClient;
    timeZone: string;
    stores: Pick<PlanningStores, 'workOrders' | 'crewDays' | 'depotStock'> & TellStores;
  },
  orderId: string,
  now: Date,
  cause: CallOff = { reason: '' },
): Promise<WorkOrder | null> {
  const { client, timeZone, stores } = deps;
  const outcome = await inTransaction<{ order: WorkOrder }>(client, async (session) => {
    const order = await stores.workOrders.find(orderId, session);
    if (!order) throw new Abort('there is no such order');
    const cancelled = transitionWorkOrder(order, { kind: 'cancel' }, now);
    if (!cancelled.ok) return { value: { order }, afterCommit: [] };
    await releaseAssignment({ ...stores, timeZone }, session, order);
    await tellOfCallOff(stores, order, cause, now, session);
    // Never null: the order was read in this transaction, and a write by another one aborts and retries it.
    const saved = (await stores.workOrders.save(cancelled.order, session)) as WorkOrder;
    return { value: { order: saved }, afterCommit: [] };
  });
  return 'order' in outcome ? outcome.order : null;
}

/** Tells the crew that had announced work that it is called off, inside the caller's transaction. */
export async function tellOfCallOff(
  stores: TellStores,
  order: WorkOrder,
  cause: CallOff,
  now: Date,
  session: ClientSession,
): Promise<void> {
  const news = describeCallOff(order, cause);
  if (news) await tellCrews(stores, `${order._id}@off`, [news], now, session);
  await retellDisruptions(stores, [order._id], now, session);
}
