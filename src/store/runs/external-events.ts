import type { Db, IndexDescription } from 'mongodb';

/** Something that was reported from outside, kept for whoever waits for it, now or later. */
export interface ExternalEvent {
  /** The reporter's own id, or one of ours: reporting it again changes nothing. */
  _id: string;
  name: string;
  key: string;
  payload: Record<string, unknown>;
  at: Date;
  /** Whether the runs that waited for it have been told. */
  offered: boolean;
}

const COLLECTION = 'external_events';
const KEPT_SECONDS = 30 * 24 * 3600;

/** What the events' queries need; events that nobody took are forgotten after 30 days. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { name: 1, key: 1, at: 1 }, name: 'byKey' },
    { key: { at: 1 }, name: 'unoffered', partialFilterExpression: { offered: false } },
    { key: { expiresFrom: 1 }, name: 'ttl', expireAfterSeconds: KEPT_SECONDS },
  ],
};

export interface ExternalEventStore {
  /** False when an event of that id is known already. */
  insert(event: ExternalEvent): Promise<boolean>;
  find(id: string): Promise<ExternalEvent | null>;
  /** The oldest event of that name and key which is not among `taken`. */
  findOldest(name: string, key: string, taken: string[]): Promise<ExternalEvent | null>;
  markOffered(id: string): Promise<void>;
  findUnoffered(before: Date, limit: number): Promise<ExternalEvent[]>;
}

/** Events from outside in MongoDB. */
export function createExternalEventStore(db: Db): ExternalEventStore {
  const collection = db.collection<ExternalEvent & { expiresFrom?: Date }>(COLLECTION);
  const shown = { projection: { expiresFrom: 0 } };
  return {
    insert: async ({ _id, ...fields }) => {
      const update = { $setOnInsert: { ...fields, expiresFrom: fields.at } };
      return (await collection.updateOne({ _id }, update, { upsert: true })).upsertedCount === 1;
    },
    find: (id) => collection.findOne({ _id: id }, shown),
    findOldest: (name, key, taken) =>
      collection.findOne({ name, key, _id: { $nin: taken } }, { ...shown, sort: { at: 1 } }),
    markOffered: async (id) => {
      await collection.updateOne({ _id: id }, { $set: { offered: true } });
    },
    findUnoffered: (before, limit) =>
      collection
        .find({ offered: false, at: { $lte: before } }, shown)
        .limit(limit)
        .toArray(),
  };
}
