import type { Collection, Db, Document, Filter, IndexDescription } from 'mongodb';
import { dropHolds, dropSoftHolds } from './stock/depot-stock-updates.ts';

/** Runs that are forgotten together, with what they are known by elsewhere. */
export interface Forgotten {
  /** Ids of the runs, which are those of their work orders as well. */
  runIds: readonly string[];
  /** Ids of the events from outside that they took. */
  eventIds: readonly string[];
  /** All of them ended before then. */
  before: Date;
}

/** What a collection has of a run: nothing, for a reason, or something that goes with it. Each may be done twice. */
export type Trace = { nothing: string } | { forget(db: Db, forgotten: Forgotten): Promise<void> };

/**
 * Every collection of an installation. Whoever adds one says here what of a run is in it, or that nothing is; a test
 * refuses one that is not in this list.
 */
export const TRACES = {
  runs: { nothing: 'a run is forgotten only once it is in the archive' },
  runs_archive: { forget: (db, { runIds }) => drop(db, 'runs_archive', { _id: { $in: [...runIds] } }) },
  audit_events: { forget: (db, { runIds }) => drop(db, 'audit_events', { runId: { $in: [...runIds] } }) },
  step_outputs: {
    forget: async (db, { runIds }) => {
      // The sign after the slash ends the range.
      const ranges = runIds.map((runId) => ({ _id: { $gte: `${runId}/`, $lt: `${runId}0` } }));
      if (ranges.length > 0) await drop(db, 'step_outputs', { $or: ranges });
    },
  },
  external_events: {
    forget: (db, { eventIds, before }) =>
      drop(db, 'external_events', { _id: { $in: [...eventIds] }, at: { $lt: before } }),
  },
  outbox: { forget: (db, { runIds }) => drop(db, 'outbox', { runId: { $in: [...runIds] } }) },
  work_orders: { forget: (db, { runIds }) => drop(db, 'work_orders', { _id: { $in: [...runIds] } }) },
  crew_days: {
    forget: async (db, { runIds }) => {
      const orderId = { $in: [...runIds] };
      const update = { $pull: { reserved: { orderId } }, $inc: { version: 1 } } as Document;
      await db.collection('crew_days').updateMany({ 'reserved.orderId': orderId }, update);
    },
  },
  depot_stock: { forget: forgetHolds },
  bulletins: { forget: forgetNews },
  plan_proposals: {
    forget: (db, { before }) => drop(db, 'plan_proposals', { decidedAt: { $lt: before } }),
  },
  disruptions: { nothing: 'what people say of crews and districts' },
  disruption_fences: { nothing: 'a count for each crew and district' },
  planning_turns: { nothing: 'whose turn it is to plan' },
  roster: { nothing: 'crews, depots, materials, districts' },
  processes: { nothing: 'who is alive, and what they can do' },
  shared_definitions: { nothing: 'definitions as they were loaded' },
  walks: { nothing: 'how far the marking of settled messages has come' },
  signals: { nothing: 'ids, for a minute' },
  jobs: { nothing: 'Agenda’s timers, which carry nothing' },
  agenda_logs: { nothing: 'Agenda’s own, and empty' },
} as const satisfies Record<string, Trace>;

/** What forgetting needs, beside the indexes that the collections have for themselves. */
export const traceIndexes: { collection: string; indexes: IndexDescription[] }[] = [
  { collection: 'bulletins', indexes: [{ key: { 'changes.orderId': 1 }, name: 'by_change', sparse: true }] },
  {
    collection: 'work_orders',
    indexes: [{ key: { 'after.orderId': 1 }, name: 'by_predecessor', sparse: true }],
  },
];

const BATCH = 500;

/** A batch at a time, so that nobody waits long for a lock. */
async function drop(db: Db, name: string, filter: Document): Promise<void> {
  const collection = db.collection(name);
  for (;;) {
    const found = await collection
      .find(filter, { projection: { _id: 1 } })
      .limit(BATCH)
      .toArray();
    if (found.length === 0) return;
    await collection.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
  }
}

/** Work that is over holds nothing; should it all the same, nobody would give it back any more. */
async function forgetHolds(db: Db, { runIds }: Forgotten): Promise<void> {
  const stock = db.collection('depot_stock');
  for (const [path, update] of [
    ['holds', dropHolds],
    ['softHolds', dropSoftHolds],
  ] as const) {
    const field = `${path}.orderId`;
    for (const orderId of await listHeld(stock, path, runIds))
      await stock.updateMany({ [field]: orderId }, update(orderId));
  }
}

async function listHeld(stock: Collection, path: string, runIds: readonly string[]): Promise<string[]> {
  const field = `${path}.orderId`;
  const found = await stock.find({ [field]: { $in: [...runIds] } }, { projection: { [field]: 1 } }).toArray();
  const held = new Set<string>(found.flatMap((entry) => entry[path].map((hold: Document) => hold.orderId)));
  return runIds.filter((runId) => held.has(runId));
}

/**
 * News tell of several jobs, also in the words about each other: those from before then go as a whole. An absence or a
 * closure that goes on loses the jobs it is no longer about.
 */
async function forgetNews(db: Db, { runIds, before }: Forgotten): Promise<void> {
  const old: Filter<Document> = { at: { $lt: before } };
  await drop(db, 'bulletins', { ...old, kind: { $in: ['crew', 'late'] } });
  await drop(db, 'bulletins', { ...old, end: { $lt: before } });
  const orderId = { $in: [...runIds] };
  for (const list of ['changes', 'lateJobs', 'jobs'] as const) {
    const about = [{ orderId }];
    const update = {
      $pull: { [list]: { $or: about }, movedJobs: { $or: about }, waitingIds: { $in: [...runIds] } },
    } as Document;
    await db.collection('bulletins').updateMany({ [`${list}.orderId`]: orderId }, update);
  }
}
