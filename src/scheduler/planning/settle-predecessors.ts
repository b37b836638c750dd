import type { MongoClient } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import { freeWork } from '../../core/events/work-events.ts';
import { reasonWithoutFix, type UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import { describeDoubt } from '../words/describe-doubt.ts';
import type { PlanningDeps } from './planning-deps.ts';

/** An order that no plan can place yet, with the reason. */
interface HeldUp {
  order: WorkOrder;
  reason: UnplacedReason;
}

/** Orders that wait, by whether the job before them is going to be. */
export interface SettledPredecessors {
  /**
   * No plan can give them a crew: dispatch has to, or nobody knows when they may begin, because their predecessor's run has
   * not asked for a crew yet, or they wait in a circle.
   */
  awaited: HeldUp[];
  /** The orders as they are afterwards, without those that are awaited. */
  orders: WorkOrder[];
}

/**
 * What a plan cannot read from the orders alone. A job whose predecessor was called off, or whose predecessor's run ended
 * without ever asking for a crew, waits for nothing any more: that is written, and told to dispatch, once.
 */
export async function settlePredecessors(
  deps: Pick<PlanningDeps, 'client' | 'stores' | 'applyInTransaction'> & { client: MongoClient },
  { orders }: Pick<PlanSources, 'orders'>,
): Promise<SettledPredecessors> {
  const known = new Map(orders.map((order) => [order._id, order]));
  const isOpen = ({ after }: WorkOrder) => {
    const before = after && known.get(after.orderId);
    return !after || (before && before.state !== 'cancelled');
  };
  const unsettled = orders.filter((order) => order.state === 'waiting' && !isOpen(order));
  const heldUp = [...listCircular(orders), ...listDoubted(orders)];
  if (unsettled.length === 0 && heldUp.length === 0) return { awaited: [], orders: [...orders] };
  const missing = unsettled.flatMap(({ after }) => (after && !known.has(after.orderId) ? after.orderId : []));
  const runs = new Map((await deps.stores.runs.findMany(missing)).map((run) => [run._id, run]));
  const settled = new Map<string, WorkOrder | null>();
  for (const order of unsettled) {
    const predecessor = order.after?.orderId ?? '';
    const run = runs.get(predecessor);
    if (run && !run.endedAt) {
      const why = `it is to start after ${predecessor}, which has not come to its crew yet`;
      heldUp.push({ order, reason: reasonWithoutFix(why) });
    } else {
      settled.set(order._id, await free(deps, order, predecessor));
    }
  }
  const awaited = withFollowers(orders, heldUp);
  for (const { order } of awaited) settled.set(order._id, null);
  return {
    awaited,
    orders: orders.flatMap((order) => settled.get(order._id) ?? (settled.has(order._id) ? [] : order)),
  };
}

/** Null when somebody else has moved the order, or its run is over: this plan leaves it alone. */
async function free(
  { client, stores, applyInTransaction }: Pick<PlanningDeps, 'client' | 'stores' | 'applyInTransaction'>,
  order: WorkOrder,
  predecessor: string,
): Promise<WorkOrder | null> {
  try {
    const done = await inTransaction<{ order: WorkOrder }>(client, async (session) => {
      const saved = await stores.workOrders.save({ ...order, after: null }, session);
      if (!saved) throw new Abort('somebody else moved it');
      const event = freeWork(order.task, predecessor);
      const { afterCommit } = await applyInTransaction(order._id, event, session);
      return { value: { order: saved }, afterCommit: [afterCommit] };
    });
    return 'order' in done ? done.order : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Jobs that a person gives to a crew: what nobody has recognised is not work for whoever is free. */
function listDoubted(orders: readonly WorkOrder[]): HeldUp[] {
  return orders.flatMap((order) => {
    const { state, doubt } = order;
    return state === 'waiting' && doubt ? { order, reason: describeDoubt(doubt) } : [];
  });
}

/** Jobs that wait for each other in a circle, or for themselves: none of them can ever begin. */
function listCircular(orders: readonly WorkOrder[]): HeldUp[] {
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
function withFollowers(orders: readonly WorkOrder[], heldUp: readonly HeldUp[]): HeldUp[] {
  const all = [...heldUp];
  const known = new Set(all.map(({ order }) => order._id));
  // A job that is added holds up others in turn, so the list is walked while it grows.
  for (const { order: before } of all) {
    for (const order of orders) {
      if (order.state !== 'waiting' || known.has(order._id) || order.after?.orderId !== before._id) continue;
      known.add(order._id);
      const why = `it is to start after ${before.title}, which has to wait itself`;
      all.push({ order, reason: reasonWithoutFix(why) });
    }
  }
  return all;
}
