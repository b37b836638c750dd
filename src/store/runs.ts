import { randomUUID } from 'node:crypto';
import type { ClientSession, Collection, Db, Document, IndexDescription } from 'mongodb';
import type { RunStatus, WorkflowRun } from '../core/workflow-run.ts';
import { AppError } from '../errors.ts';
import { createBatcher } from './batcher.ts';
import { buildRunUpdate, type RunCommit } from './run-update.ts';

/** A run as it lies in the database: with the token of its last commit and the time its pending facts were added. */
type StoredRun = WorkflowRun & { commit?: string; relayAt?: Date | null };

export const RUNS = 'runs';

export const runIndexes: IndexDescription[] = [
  { key: { wakeAt: 1 }, name: 'due', partialFilterExpression: { wakeAt: { $type: 'date' } } },
  { key: { relayAt: 1 }, name: 'unrelayed', partialFilterExpression: { relayAt: { $type: 'date' } } },
  {
    key: { requestKey: 1 },
    name: 'request',
    unique: true,
    partialFilterExpression: { requestKey: { $type: 'string' } },
  },
  {
    key: { 'lease.owner': 1 },
    name: 'byOwner',
    partialFilterExpression: { 'lease.until': { $type: 'date' } },
  },
  { key: { status: 1, createdAt: -1 }, name: 'byStatus' },
  { key: { 'requester.userId': 1, createdAt: -1 }, name: 'byRequester' },
  { key: { createdAt: -1 }, name: 'newest' },
];

/** A run whose messages up to `wanted` the outbox has. */
export interface PendingCopy {
  runId: string;
  wanted: number;
}

export interface RunFilter {
  status?: RunStatus;
  requesterId?: string;
  workflow?: string;
}

/** The runs of the agency. Every change of a run goes through `commit`. */
export interface RunStore {
  /** Stores a new run; when a run with its request key exists, returns that one and stores nothing. */
  insert(run: WorkflowRun): Promise<{ run: WorkflowRun; inserted: boolean }>;
  find(runId: string, session?: ClientSession): Promise<WorkflowRun | null>;
  findMany(runIds: string[]): Promise<WorkflowRun[]>;
  /** Newest first. */
  list(filter: RunFilter, limit: number): Promise<WorkflowRun[]>;
  listOpen(limit: number): Promise<WorkflowRun[]>;
  /** Whether the fence held: false means somebody else moved the run, and nothing was written. */
  commit(commit: RunCommit): Promise<boolean>;
  commitInSession(commit: RunCommit, session: ClientSession): Promise<boolean>;
  /** Runs that somebody has to look at, the most overdue first. */
  findDue(now: Date, limit: number): Promise<WorkflowRun[]>;
  /** The next instant at which a run is due, or null. */
  findNextWake(): Promise<Date | null>;
  renewLease(runId: string, owner: string, until: Date): Promise<boolean>;
  /** Gives up the leases of `owner` (of everybody for null), so that the runs are taken over at once. */
  releaseLeases(owner: string | null, now: Date): Promise<void>;
  findUnrelayed(before: Date, limit: number): Promise<WorkflowRun[]>;
  /** Forgets pending messages that the outbox has. */
  clearPending(copies: PendingCopy[]): Promise<void>;
  watchEnded(onEnded: (runId: string) => void): { close(): Promise<void> };
  drain(): Promise<void>;
}

/** The run collection as a `RunStore`; commits and inserts of many runs share round trips. */
export function createRunStore(db: Db): RunStore {
  const collection = db.collection<StoredRun>(RUNS);
  const commits = createBatcher((batch: TokenedCommit[]) => commitBatch(collection, batch));
  const inserts = createBatcher((batch: NewRun[]) => insertBatch(collection, batch));
  return {
    insert: (run) => inserts.add({ run, token: randomUUID() }),
    find: (runId, session) =>
      collection.findOne({ _id: runId }, { ...HIDDEN, ...(session ? { session } : {}) }),
    findMany: (runIds) => collection.find({ _id: { $in: runIds } }, HIDDEN).toArray(),
    list: (filter, limit) =>
      collection.find(toQuery(filter), HIDDEN).sort({ createdAt: -1 }).limit(limit).toArray(),
    listOpen: (limit) =>
      collection
        .find({ status: { $in: ['running', 'escalated'] } }, HIDDEN)
        .sort({ createdAt: 1 })
        .limit(limit)
        .toArray(),
    commit: (commit) => commits.add({ commit, token: randomUUID() }),
    commitInSession: async (commit, session) => {
      const { filter, update } = buildRunUpdate(commit, randomUUID());
      return (await collection.updateOne(filter, update, { session })).matchedCount === 1;
    },
    findDue: (now, limit) =>
      collection
        .find({ wakeAt: { $lte: now } }, HIDDEN)
        .sort({ wakeAt: 1 })
        .limit(limit)
        .toArray(),
    findNextWake: async () => {
      const query = collection.find({ wakeAt: { $type: 'date' } }, { projection: { wakeAt: 1 } });
      return (await query.sort({ wakeAt: 1 }).limit(1).next())?.wakeAt ?? null;
    },
    renewLease: async (runId, owner, until) => {
      const wakeAt = { $cond: [{ $eq: ['$wakeAt', '$lease.until'] }, until, '$wakeAt'] };
      const result = await collection.updateOne({ _id: runId, 'lease.owner': owner }, [
        { $set: { wakeAt } },
        { $set: { 'lease.until': until } },
      ]);
      return result.matchedCount === 1;
    },
    releaseLeases: async (owner, now) => {
      const held = owner === null ? { 'lease.until': { $type: 'date' } } : { 'lease.owner': owner };
      await collection.updateMany(held as Document, {
        $set: { lease: null, wakeAt: now },
        $inc: { version: 1 },
      });
    },
    findUnrelayed: (before, limit) =>
      collection
        .find({ relayAt: { $lte: before } }, HIDDEN)
        .sort({ relayAt: 1 })
        .limit(limit)
        .toArray(),
    clearPending: (copies) => clearPending(collection, copies),
    watchEnded: (onEnded) => watchEnded(collection, onEnded),
    drain: async () => {
      await Promise.all([commits.drain(), inserts.drain()]);
    },
  };
}

/** `token` tells our own commit from anybody else's, also when the answer to a first try was lost. */
interface TokenedCommit {
  commit: RunCommit;
  token: string;
}

/** `token` tells our own insertion from anybody else's. */
interface NewRun {
  run: WorkflowRun;
  token: string;
}

const DUPLICATE_KEY = 11_000;
const HIDDEN = { projection: { commit: 0, relayAt: 0 } };

async function commitBatch(collection: Collection<StoredRun>, batch: TokenedCommit[]): Promise<boolean[]> {
  const updates = batch.map(({ commit, token }) => buildRunUpdate(commit, token));
  const result = await collection.bulkWrite(
    updates.map((updateOne) => ({ updateOne })),
    { ordered: false },
  );
  if (result.matchedCount === batch.length) return batch.map(() => true);
  // Some fence did not hold: the commit token in the document tells which.
  const ids = batch.map(({ commit }) => commit.after._id);
  const stored = await collection.find({ _id: { $in: ids } }, { projection: { commit: 1 } }).toArray();
  const tokens = new Map<string, string | undefined>(stored.map((run) => [run._id, run.commit]));
  return batch.map(({ commit, token }) => tokens.get(commit.after._id) === token);
}

async function insertBatch(
  collection: Collection<StoredRun>,
  batch: NewRun[],
): Promise<{ run: WorkflowRun; inserted: boolean }[]> {
  const documents = batch.map(({ run, token }) => ({
    ...run,
    commit: token,
    relayAt: run.pending.length > 0 ? run.updatedAt : null,
  }));
  try {
    await collection.insertMany(documents, { ordered: false });
    return batch.map(({ run }) => ({ run, inserted: true }));
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error;
  }
  const keys = batch.flatMap(({ run }) => run.requestKey ?? []);
  const query = { $or: [{ requestKey: { $in: keys } }, { _id: { $in: batch.map(({ run }) => run._id) } }] };
  const stored = await collection.find(query, { projection: { relayAt: 0 } }).toArray();
  return batch.map(({ run, token }) => {
    // The token tells our own document, stored by a try whose answer was lost, from another run of the same id.
    if (stored.some((candidate) => candidate._id === run._id && candidate.commit === token))
      return { run, inserted: true };
    const earlier = stored.find(
      (candidate) => run.requestKey !== null && candidate.requestKey === run.requestKey,
    );
    if (earlier) return { run: earlier, inserted: false };
    throw new AppError(`the run id ${run._id} is taken`, { code: 'run.idTaken', retryable: true });
  });
}

async function clearPending(collection: Collection<StoredRun>, copies: PendingCopy[]): Promise<void> {
  if (copies.length === 0) return;
  await collection.bulkWrite(
    copies.map(({ runId, wanted }) => {
      const isNewer = { $gt: ['$$message.wanted', wanted] };
      const pending = { $filter: { input: '$pending', as: 'message', cond: isNewer } };
      const relayAt = { $cond: [{ $eq: ['$pending', []] }, null, '$relayAt'] };
      return {
        updateOne: { filter: { _id: runId }, update: [{ $set: { pending } }, { $set: { relayAt } }] },
      };
    }),
    { ordered: false },
  );
}

function watchEnded(
  collection: Collection<StoredRun>,
  onEnded: (runId: string) => void,
): { close(): Promise<void> } {
  const pipeline = [
    { $match: { operationType: 'update', 'updateDescription.updatedFields.endedAt': { $type: 'date' } } },
  ];
  const stream = collection.watch<StoredRun, { documentKey: { _id: string }; operationType: 'update' }>(
    pipeline as Document[],
  );
  stream.on('change', (change) => {
    if ('documentKey' in change) onEnded(String(change.documentKey._id));
  });
  // The driver resumes by itself; when it cannot, waiters fall back to their own look at the run.
  stream.on('error', () => {});
  return { close: () => stream.close() };
}

function toQuery(filter: RunFilter): Document {
  return {
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.requesterId ? { 'requester.userId': filter.requesterId } : {}),
    ...(filter.workflow ? { workflow: filter.workflow } : {}),
  };
}
