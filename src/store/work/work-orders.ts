import type { ClientSession, Db, IndexDescription } from 'mongodb';
import type { WorkOrder } from '../../core/work/work-order.ts';

const COLLECTION = 'work_orders';

/** What the work orders' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { state: 1, weight: -1, createdAt: 1 }, name: 'waiting_by_weight' },
    { key: { createdAt: -1 }, name: 'recent' },
    {
      key: { 'assignment.start': 1 },
      name: 'announced_by_start',
      partialFilterExpression: { state: 'announced' },
    },
    {
      key: { 'warnedOf.0': 1 },
      name: 'warned',
      partialFilterExpression: { 'warnedOf.0': { $exists: true } },
    },
  ],
};

const OPEN: WorkOrder['state'][] = ['waiting', 'announced', 'started', 'blocked'];
/** Most work orders that one planning looks at, heaviest and oldest first. */
const PLANNED_AT_ONCE = 5_000;

/** The collection of work orders. Writes outside a session are single, atomic updates. */
export function createWorkOrderStore(db: Db) {
  const orders = db.collection<WorkOrder>(COLLECTION);
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
    find(id: string, session?: ClientSession): Promise<WorkOrder | null> {
      return orders.findOne({ _id: id }, inside(session));
    },

    /** The work orders of these ids that exist, in no particular order. */
    findByIds(ids: readonly string[]): Promise<WorkOrder[]> {
      return orders.find({ _id: { $in: [...ids] } }).toArray();
    },

    /** Work orders without a crew, heaviest first, then oldest. */
    listWaiting(limit: number = PLANNED_AT_ONCE): Promise<WorkOrder[]> {
      return orders.find({ state: 'waiting' }).sort({ weight: -1, createdAt: 1 }).limit(limit).toArray();
    },

    /** Every work order that is not over, heaviest first, then oldest. */
    listOpen(limit: number = PLANNED_AT_ONCE): Promise<WorkOrder[]> {
      return orders
        .find({ state: { $in: OPEN } })
        .sort({ weight: -1, createdAt: 1 })
        .limit(limit)
        .toArray();
    },

    /** Every work order that is not over and that dispatch was warned of. */
    listWarned(): Promise<WorkOrder[]> {
      return orders.find({ 'warnedOf.0': { $exists: true }, state: { $in: OPEN } }).toArray();
    },

    /** Every work order that may still be cancelled: waiting or announced, not started. */
    listUnstarted(): Promise<WorkOrder[]> {
      return orders.find({ state: { $in: ['waiting', 'announced'] } }).toArray();
    },

    /** Work that is announced to one of these crews, or under way with it, soonest first. */
    listPromisedBy(crewIds: readonly string[]): Promise<WorkOrder[]> {
      const state = { $in: ['announced' as const, 'started' as const, 'blocked' as const] };
      const filter = { state, 'assignment.crewId': { $in: [...crewIds] } };
      return orders.find(filter).sort({ 'assignment.start': 1 }).toArray();
    },

    /** Announced work that is planned to start by then, soonest first. */
    listStartingBefore(instant: Date, limit: number = PLANNED_AT_ONCE): Promise<WorkOrder[]> {
      const near = { state: 'announced' as const, 'assignment.start': { $lte: instant } };
      // Left to itself, MongoDB may find the index of the states, and with it every announced order, good enough.
      return orders
        .find(near)
        .hint('announced_by_start')
        .sort({ 'assignment.start': 1 })
        .limit(limit)
        .toArray();
    },

    /** The newest work orders, newest first. */
    listRecent(limit: number): Promise<WorkOrder[]> {
      return orders.find({}).sort({ createdAt: -1 }).limit(limit).toArray();
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
