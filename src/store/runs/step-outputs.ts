import type { Collection, Db, IndexDescription } from 'mongodb';
import { ARCHIVE, RUNS } from './run-finders.ts';
import type { StoredRun } from './stored-run.ts';

type Output = Record<string, unknown>;

interface StoredOutput {
  /** Begins with the id of its run and a slash. */
  _id: string;
  output: Output;
  /** When it was stored, or last seen to be of a run that goes on; gone once its run has ended with it. */
  storedAt?: Date;
}

const COLLECTION = 'step_outputs';
const BATCH = 200;

export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [{ key: { storedAt: 1 }, name: 'unsettled', sparse: true }],
};

/** Outputs too large for a run's own document, which is read and written at every step. */
export interface StepOutputStore {
  /** Stores an output under an id of its own. */
  store(id: string, output: Output): Promise<void>;
  find(id: string): Promise<Output | null>;
  /**
   * Removes what was stored before then and belongs to nobody: its run is gone, or has ended without it. An output is
   * stored just before the commit that refers to it, so what belongs to an open run stays. Returns how many.
   */
  dropOrphans(before: Date): Promise<number>;
}

/** Large outputs in MongoDB. */
export function createStepOutputStore(db: Db): StepOutputStore {
  const collection = db.collection<StoredOutput>(COLLECTION);
  return {
    store: async (_id, output) => {
      const stored = { $set: { output }, $currentDate: { storedAt: true } } as const;
      await collection.updateOne({ _id }, stored, { upsert: true });
    },
    find: async (_id) => (await collection.findOne({ _id }))?.output ?? null,
    dropOrphans: async (before) => {
      // What is found to be open gets the server's time: nothing that late may be looked for, or it never ends.
      const { localTime } = await db.command({ hello: 1 });
      const limit = new Date(Math.min(before.getTime(), (localTime as Date).getTime()));
      for (let dropped = 0; ; ) {
        const query = collection.find({ storedAt: { $lt: limit } }, { projection: { _id: 1 } });
        const batch = await query.sort({ storedAt: 1 }).limit(BATCH).toArray();
        if (batch.length === 0) return dropped;
        const ids = batch.map(({ _id }) => _id);
        dropped += await judge(db, collection, ids);
      }
    },
  };
}

interface Holder {
  _id: string;
  endedAt: Date | null;
  stored: string[];
}

/** Removes the orphans among these outputs, and notes of the others that they were looked at; returns how many went. */
async function judge(db: Db, collection: Collection<StoredOutput>, ids: string[]): Promise<number> {
  const holders = await findHolders(db, [...new Set(ids.map(runOf))]);
  const isOpen = (id: string) => {
    const holder = holders.get(runOf(id));
    return holder !== undefined && holder.endedAt === null;
  };
  const isHeld = (id: string) => holders.get(runOf(id))?.stored.includes(id) ?? false;
  const open = ids.filter(isOpen);
  const settled = ids.filter((id) => !isOpen(id) && isHeld(id));
  const orphans = ids.filter((id) => !isOpen(id) && !isHeld(id));
  await collection.updateMany({ _id: { $in: open } }, { $currentDate: { storedAt: true } });
  await collection.updateMany({ _id: { $in: settled } }, { $unset: { storedAt: 1 } });
  return (await collection.deleteMany({ _id: { $in: orphans } })).deletedCount;
}

/** A run is copied to the archive before it leaves the others: whoever looks in this order does not miss it. */
async function findHolders(db: Db, runIds: string[]): Promise<ReadonlyMap<string, Holder>> {
  const steps = { $objectToArray: '$steps' };
  const stored = { $map: { input: steps, in: '$$this.v.storedOutput' } };
  const holders = new Map<string, Holder>();
  for (const name of [RUNS, ARCHIVE]) {
    const missing = runIds.filter((runId) => !holders.has(runId));
    const found = db
      .collection<StoredRun>(name)
      .aggregate<Holder>([{ $match: { _id: { $in: missing } } }, { $project: { endedAt: 1, stored } }]);
    for await (const holder of found) holders.set(holder._id, holder);
  }
  return holders;
}

function runOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}
