import { reasonWithoutFix, type UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';

/** An order that no plan can place yet, with the reason. */
export interface HeldUp {
  order: WorkOrder;
  reason: UnplacedReason;
}

/** Jobs that wait for each other in a circle, or for themselves: none of them can ever begin. */
export function listCircular(orders: readonly WorkOrder[]): HeldUp[] {
  const waiting = new Map(
    orders.filter(({ state }) => state === 'waiting').map((order) => [order._id, order] as const),
  );
  return [...waiting.values()].flatMap((order) => {
    const chain = [order._id];
    let next = order.after?.orderId;
    while (next !== undefined && !chain.includes(next)) {
      chain.push(next);
      next = waiting.get(next)?.after?.orderId;
    }
    if (next !== order._id) return [];
    const circle = [...chain, next].join(' after ');
    const why = `the jobs would wait for each other for ever, ${circle}: cancel one of them, and ask for it anew without "after"`;
    return [{ order, reason: reasonWithoutFix(why) }];
  });
}

/** The jobs that are held up, and those that wait for them, however far away. */
export function withFollowers(orders: readonly WorkOrder[], heldUp: readonly HeldUp[]): HeldUp[] {
  const all = [...heldUp];
  const known = new Set(all.map(({ order }) => order._id));
  // A job that is added holds up others in turn, so the list is walked while it grows.
  for (const { order: before } of all) {
    for (const order of orders) {
      if (order.state !== 'waiting' || known.has(order._id) || order.after?.orderId !== before._id) continue;
      known.add(order._id);
      const why = `it is to start after ${before.title ?? before._id}, which has to wait itself`;
      all.push({ order, reason: reasonWithoutFix(why) });
    }
  }
  return all;
}
