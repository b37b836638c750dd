import type { MongoClient } from 'mongodb';
import type { WorkOrder } from '../core/resources.ts';
import type { PlanningStores } from './load-plan-sources.ts';
import { releaseAssignment } from './reserve-assignment.ts';
import { transitionWorkOrder } from './work-order-transition.ts';

/**
 * Cancels a work order that has not been started and gives back what it reserved, in one transaction. Returns the order
 * as it is afterwards, or null when there is none: one that is started, blocked or has ended stays as it was.
 */
export async function cancelWorkOrder(
  deps: {
    client: MongoClient;
    timeZone: string;
    stores: Pick<PlanningStores, 'workOrders' | 'crewDays' | 'depotStock'>;
  },
  orderId: string,
  now: Date,
): Promise<WorkOrder | null> {
  const { client, timeZone, stores } = deps;
  return client.withSession((session) =>
    session.withTransaction(async () => {
      const order = await stores.workOrders.find(orderId, session);
      if (!order) return null;
      const outcome = transitionWorkOrder(order, { kind: 'cancel' }, now);
      if (!outcome.ok) return order;
      await releaseAssignment({ ...stores, timeZone }, session, order);
      // Never null: the order was read in this transaction, and a write by another one aborts and retries it.
      return stores.workOrders.save(outcome.order, session);
    }),
  );
}
