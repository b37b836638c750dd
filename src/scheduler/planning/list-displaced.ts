import type { WorkOrder } from '../../core/work/work-order.ts';
import { listObstructions } from '../disruptions/obstruction.ts';
import { keepOrders, pinOrders } from '../problem/pin-orders.ts';
import type { PlanSources } from '../problem/plan-sources.ts';

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
