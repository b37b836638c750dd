import { randomUUID } from 'node:crypto';
import type { ClientSession, Collection, Db, Document } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import type { OutboxMessage } from '../../core/run/run-parts.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { createBatcher } from '../mongo/batcher.ts';
import { isDuplicateKey } from '../mongo/duplicate-key.ts';
import { explainWriteError } from '../mongo/unstorable.ts';
import { createRunFinders, RUNS, type RunFinders } from './run-finders.ts';
import { createRunLists, type RunLists } from './run-lists.ts';
import { buildRunUpdate, type RunCommit, tokenSlot } from './run-update.ts';
import { readRun, type StoredRun } from './stored-run.ts';

/** Messages of a run that the outbox has. */
export interface PendingCopy {
  runId: string;
  messages: OutboxMessage[];
}

/** The runs of the agency. Every change of a run goes through `commit`. */
export interface RunStore extends RunFinders, RunLists {
  /** Stores a new run; when a run with its request key exists, returns that one and stores nothing. */
  insert(run: WorkflowRun): Promise<{ run: WorkflowRun; inserted: boolean }>;
  /**
   * Whether the fence held: false means somebody else moved the run, and nothing was written. Throws `run.tooLarge` and
   * `run.unstorable` for what can never be written; after any other error it may have been written all the same.
   */
  commit(commit: RunCommit): Promise<boolean>;
  commitInSession(commit: RunCommit, session: ClientSession): Promise<boolean>;
  /** Extends the leases `owner` still holds among these runs, and returns which they are, and how new. */
  renewLeases(runIds: string[], owner: string, until: Date): Promise<Pick<WorkflowRun, '_id' | 'version'>[]>;
  /**
   * Gives up the leases of `owner` (of everybody for null), so that the runs are taken over at once. None of them ends
   * after `latest`.
   */
  releaseLeases(owner: string | null, now: Date, latest: Date): Promise<void>;
  /** Forgets pending messages that the outbox has. */
  clearPending(copies: PendingCopy[]): Promise<void>;
  /** Drops facts up to `seq`, which have been copied out. */
  trimHistory(runId: string, seq: number): Promise<void>;
  watchEnded(onEnded: (runId: string) => void): { close(): Promise<void> };
  drain(): Promise<void>;
}

/** The run collection as a `RunStore`; commits and inserts of many runs share round trips. */
export function createRunStore(db: Db): RunStore {
  const collection = db.collection<StoredRun>(RUNS);
  const commits = createBatcher((batch: TokenedCommit[]) => commitBatch(collection, batch));
  const inserts = createBatcher((batch: NewRun[]) => insertBatch(collection, batch));
  return {
    ...createRunFinders(collection),
    ...createRunLists(collection),
    insert: (run) => explained(inserts.add({ run, token: newToken() })),
    commit: (commit) => explained(commits.add({ commit, token: newToken() })),
    commitInSession: async (commit, session) => {
      const { filter, update } = buildRunUpdate(commit, newToken());
      return (await collection.updateOne(filter, update, { session })).matchedCount === 1;
    },
    renewLeases: async (runIds, owner, until) => {
      const mine = { _id: { $in: runIds }, 'lease.owner': owner };
      // What is due before the lease ends is not slept past: a timeout has to come while its effect goes on.
      const wakeAt = { $min: ['$nextAt', until] };
      await collection.updateMany(mine, [{ $set: { wakeAt, 'lease.until': until } }]);
      return collection.find(mine, { projection: { version: 1 } }).toArray();
    },
    releaseLeases: async (owner, now, latest) => {
      // Every leased run is due by the end of its lease, so the index of due runs has them all.
      const leased = {
        wakeAt: { $type: 'date' as const, $lte: latest },
        'lease.until': { $type: 'date' as const },
      };
      const update = { $set: { lease: null, wakeAt: now }, $inc: { version: 1 } };
      await collection.updateMany(owner === null ? leased : { ...leased, 'lease.owner': owner }, update);
    },
    clearPending: (copies) => clearPending(collection, copies),
    trimHistory: async (runId, seq) => {
      await collection.updateOne({ _id: runId }, { $pull: { history: { seq: { $lte: seq } } } });
    },
    watchEnded: (onEnded) => watchEnded(collection, onEnded),
    drain: async () => {
      await Promise.all([commits.drain(), inserts.drain()]);
    },
  };
}

/** Short, as a run keeps several; it only has to differ from those of other commits to the same run. */
function newToken(): string {
  return randomUUID().slice(0, 13);
}

async function explained<Result>(write: Promise<Result>): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    throw explainWriteError(error);
  }
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

async function commitBatch(collection: Collection<StoredRun>, batch: TokenedCommit[]): Promise<boolean[]> {
  const updates = batch.map(({ commit, token }) => buildRunUpdate(commit, token));
  const result = await collection.bulkWrite(
    updates.map((updateOne) => ({ updateOne })),
    { ordered: false },
  );
  if (result.matchedCount === batch.length) return batch.map(() => true);
  // Some fence did not hold: the tokens in the documents tell which, also of one that has been moved on since.
  const ids = batch.map(({ commit }) => commit.after._id);
  const stored = await collection.find({ _id: { $in: ids } }, { projection: { commits: 1 } }).toArray();
  const tokens = new Map<string, StoredRun['commits']>(stored.map((run) => [run._id, run.commits]));
  return batch.map(({ commit: { before, after }, token }) => {
    return tokens.get(after._id)?.[tokenSlot(before.version + 1)] === token;
  });
}

async function insertBatch(
  collection: Collection<StoredRun>,
  batch: NewRun[],
): Promise<{ run: WorkflowRun; inserted: boolean }[]> {
  const documents = batch.map(({ run, token }) => ({
    ...run,
    commits: { [tokenSlot(run.version)]: token },
    relayAt: run.pending.length > 0 ? run.updatedAt : null,
  }));
  try {
    await collection.insertMany(documents, { ordered: false });
    return batch.map(({ run }) => ({ run, inserted: true }));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const keys = batch.flatMap(({ run }) => run.requestKey ?? []);
  const query = { $or: [{ requestKey: { $in: keys } }, { _id: { $in: batch.map(({ run }) => run._id) } }] };
  const stored = await collection.find(query, { projection: { commit: 0, relayAt: 0 } }).toArray();
  return batch.map(({ run, token }) => {
    // The token tells our own document, stored by a try whose answer was lost, from another run of the same id.
    const own = stored.find((candidate) => candidate._id === run._id);
    if (own?.commits?.[tokenSlot(run.version)] === token) return { run, inserted: true };
    const earlier = stored.find(
      (candidate) => run.requestKey !== null && candidate.requestKey === run.requestKey,
    );
    if (earlier) {
      const { commits: _, ...known } = earlier;
      return { run: readRun(known), inserted: false };
    }
    throw new AppError(`the run id ${run._id} is taken`, { code: 'run.idTaken', retryable: true });
  });
}

/** Exactly what was copied is dropped: an older message may still be on its way in another batch. */
async function clearPending(collection: Collection<StoredRun>, copies: PendingCopy[]): Promise<void> {
  if (copies.length === 0) return;
  const identity = { $concat: ['$$message._id', ' ', { $toString: '$$message.wanted' }] };
  await collection.bulkWrite(
    copies.map(({ runId, messages }) => {
      const copied = messages.map(({ _id, wanted }) => `${_id} ${wanted}`);
      const isOpen = { $not: { $in: [identity, { $literal: copied }] } };
      const pending = { $filter: { input: '$pending', as: 'message', cond: isOpen } };
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
