import type { ClientSession, Db, Filter, FindOptions, IndexDescription } from 'mongodb';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { readWorkOrder, type StoredWorkOrder } from './stored-work-order.ts';

export const WORK_ORDERS = 'work_orders';

/** What the work orders' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: WORK_ORDERS,
  indexes: [
    { key: { state: 1, weight: -1, createdAt: 1 }, name: 'waiting_by_weight' },
    {
      key: { 'assignment.start': 1 },
      name: 'announced_by_start',
      partialFilterExpression: { state: 'announced' },
    },
    {
      // What is over keeps what it was warned of.
      key: { state: 1, 'warnedOf.0': 1 },
      name: 'warned_by_state',
      partialFilterExpression: { 'warnedOf.0': { $exists: true } },
    },
  ],
};

const HEAVIEST_FIRST = { weight: -1, createdAt: 1 } as const;
const SOONEST_FIRST = { 'assignment.start': 1 } as const;
const OPEN: WorkOrder['state'][] = ['waiting', 'announced', 'started', 'blocked'];
/** Most work orders that one planning looks at, heaviest and oldest first. */
const PLANNED_AT_ONCE = 5_000;

/** The collection of work orders. Writes outside a session are single, atomic updates. */
export function createWorkOrderStore(db: Db) {
  const orders = db.collection<StoredWorkOrder>(WORK_ORDERS);
  const list = async (filter: Filter<StoredWorkOrder>, options?: FindOptions): Promise<WorkOrder[]> =>
    (await orders.find(filter, options).toArray()).map(readWorkOrder);
  const inside = (session: ClientSession | undefined) => (session ? { session } : {});

  return {
    /** Stores a new work order; false, and nothing changed, when its id is known already. */
    async insert(order: WorkOrder, session?: ClientSession): Promise<boolean> {
      const { _id, ...fields } = order;
      const result = await orders.updateOne(
        { _id },
        { $setOnInsert: fields },
        { upsert: true, ...inside(session) },
      );
      return result.upsertedCount === 1;
    },

    /** The work order of that id, or null. */
    async find(id: string, session?: ClientSession): Promise<WorkOrder | null> {
      const stored = await orders.findOne({ _id: id }, inside(session));
      return stored && readWorkOrder(stored);
    },

    /** The work orders of these ids that exist, in no particular order. */
    findByIds(ids: readonly string[]): Promise<WorkOrder[]> {
      return list({ _id: { $in: [...ids] } });
    },

    /** Work orders without a crew, heaviest first, then oldest. */
    listWaiting(limit: number = PLANNED_AT_ONCE): Promise<WorkOrder[]> {
      return list({ state: 'waiting' }, { sort: HEAVIEST_FIRST, limit });
    },

    /** Every work order that is not over, heaviest first, then oldest. */
    listOpen(limit: number = PLANNED_AT_ONCE): Promise<WorkOrder[]> {
      return list({ state: { $in: OPEN } }, { sort: HEAVIEST_FIRST, limit });
    },

    /** Every work order that is not over and that dispatch was warned of. */
    listWarned(): Promise<WorkOrder[]> {
      const warned = { 'warnedOf.0': { $exists: true }, state: { $in: OPEN } };
      return list(warned, { hint: 'warned_by_state' });
    },

    /** Every work order that may still be cancelled: waiting or announced, not started. */
    listUnstarted(): Promise<WorkOrder[]> {
      return list({ state: { $in: ['waiting', 'announced'] } });
    },

    /** Work that is announced to one of these crews, or under way with it, soonest first. */
    listPromisedBy(crewIds: readonly string[]): Promise<WorkOrder[]> {
      const state = { $in: ['announced' as const, 'started' as const, 'blocked' as const] };
      const filter = { state, 'assignment.crewId': { $in: [...crewIds] } };
      return list(filter, { sort: SOONEST_FIRST });
    },

    /** Announced work that is planned to start by then, soonest first. */
    listStartingBefore(instant: Date, limit: number = PLANNED_AT_ONCE): Promise<WorkOrder[]> {
      const near = { state: 'announced' as const, 'assignment.start': { $lte: instant } };
      // Left to itself, MongoDB may find the index of the states, and with it every announced order, good enough.
      return list(near, { hint: 'announced_by_start', sort: SOONEST_FIRST, limit });
    },

    /**
     * Replaces the version that `order` was read at, and returns it with its new version; null, and nothing written,
     * when somebody else moved it since: read it again and decide again.
     */
    async save(order: WorkOrder, session?: ClientSession): Promise<WorkOrder | null> {
      const saved = { ...order, version: order.version + 1 };
      const result = await orders.replaceOne(
        { _id: order._id, version: order.version },
        saved,
        inside(session),
      );
      return result.matchedCount === 1 ? saved : null;
    },
  };
}
export type WorkOrderStore = ReturnType<typeof createWorkOrderStore>;
