import type { ClientSession, Collection, Document, Filter, IndexDescription } from 'mongodb';
import type { RunFilter, RunStatus, WorkflowRun } from '../../core/run/workflow-run.ts';
import { readRun, type StoredRun } from './stored-run.ts';

export const RUNS = 'runs';
/** Where ended runs are moved to in the end. */
export const ARCHIVE = 'runs_archive';

/** What the engine does not see of a stored run; in one that an earlier release stored, `commit` was its only token. */
export const HIDDEN = { projection: { commit: 0, commits: 0, relayAt: 0 } };

/**
 * MongoDB uses a partial index only for a query that repeats the index's own condition: hence the `$type` in every query
 * below that has an index of this kind.
 */
const DATE = { $type: 'date' as const };
const TEXT = { $type: 'string' as const };

export const runIndexes: IndexDescription[] = [
  { key: { wakeAt: 1 }, name: 'due', partialFilterExpression: { wakeAt: DATE } },
  { key: { relayAt: 1 }, name: 'unrelayed', partialFilterExpression: { relayAt: DATE } },
  { key: { requestKey: 1 }, name: 'request', unique: true, partialFilterExpression: { requestKey: TEXT } },
  { key: { waitingFor: 1 }, name: 'byEvent', partialFilterExpression: { waitingFor: TEXT } },
  { key: { missing: 1 }, name: 'byMissing', partialFilterExpression: { missing: TEXT } },
  { key: { 'parent.runId': 1 }, name: 'byParent', partialFilterExpression: { 'parent.runId': TEXT } },
  {
    key: { status: 1, _id: 1 },
    name: 'openKin',
    partialFilterExpression: { status: 'running', 'lineage.since': DATE },
  },
  { key: { status: 1, createdAt: -1 }, name: 'byStatus' },
  {
    key: { 'requester.userId': 1, createdAt: -1 },
    name: 'byRequester',
    partialFilterExpression: { 'requester.userId': TEXT },
  },
  { key: { createdAt: -1 }, name: 'newest' },
  { key: { endedAt: 1 }, name: 'ended', partialFilterExpression: { endedAt: DATE } },
  {
    key: { endedAt: 1, 'parent.runId': 1 },
    name: 'endedChildren',
    partialFilterExpression: { endedAt: DATE, 'parent.runId': TEXT },
  },
];

/** How runs are found; every query has its index. */
export interface RunFinders {
  find(runId: string, session?: ClientSession): Promise<WorkflowRun | null>;
  findMany(runIds: string[]): Promise<WorkflowRun[]>;
  /** Newest first, without the first `skip` of them. */
  list(filter: RunFilter, limit: number, skip?: number): Promise<WorkflowRun[]>;
  /** Runs whose cards are still of use, the newest first. */
  listOpen(limit: number): Promise<WorkflowRun[]>;
  /** Runs that somebody has to look at, the most overdue first: which they are, and how new. */
  findDue(now: Date, limit: number): Promise<Pick<WorkflowRun, '_id' | 'version'>[]>;
  /** The next instant at which a run is due, or null. */
  findNextWake(): Promise<Date | null>;
  /** Runs with a step that waits for the event `name|key`. */
  findWaitingFor(event: string): Promise<WorkflowRun[]>;
  /** Runs with a step that waits for a process to have one of `calls`. */
  findMissing(calls: readonly string[], limit: number): Promise<string[]>;
  /** Runs that steps of this run started and that have not ended. */
  findOpenChildren(runId: string): Promise<WorkflowRun[]>;
  /** Runs that other runs started and that have not ended: those after that one, in the order of their ids. */
  listOpenKin(afterId: string, limit: number): Promise<WorkflowRun[]>;
  /** Runs started by a step of another run that have ended since then. */
  findEndedChildren(since: Date): Promise<WorkflowRun[]>;
  findByRequestKey(requestKey: string): Promise<WorkflowRun | null>;
  /** Runs with messages that were committed before then and are not in the outbox yet. */
  findUnrelayed(before: Date, limit: number): Promise<WorkflowRun[]>;
}

/** The finders over the run collection. */
export function createRunFinders(collection: Collection<StoredRun>): RunFinders {
  const cursor = (filter: Filter<StoredRun>) => collection.find(filter, HIDDEN).map(readRun);
  const many = (filter: Document, sort: Document, limit: number, skip = 0) =>
    cursor(filter).sort(sort).skip(skip).limit(limit).toArray();
  const one = async (filter: Filter<StoredRun>, session?: ClientSession) => {
    const stored = await collection.findOne(filter, { ...HIDDEN, ...(session ? { session } : {}) });
    return stored && readRun(stored);
  };
  return {
    find: (runId, session) => one({ _id: runId }, session),
    findMany: (runIds) => cursor({ _id: { $in: runIds } }).toArray(),
    list: (filter, limit, skip) => many(toQuery(filter), { createdAt: -1 }, limit, skip),
    listOpen: (limit) => {
      // A run that ended may still have a page that nobody acknowledged: then it is due at the next level.
      const open = [{ status: { $in: ['running', 'escalated'] as RunStatus[] } }, { wakeAt: DATE }];
      return many({ $or: open }, { createdAt: -1 }, limit);
    },
    findDue: (now, limit) => {
      // Whoever asks knows most of them already: a thousand whole runs would be megabytes.
      const query = collection.find({ wakeAt: { ...DATE, $lte: now } }, { projection: { version: 1 } });
      return query.sort({ wakeAt: 1 }).limit(limit).toArray();
    },
    findNextWake: async () => {
      const query = collection.find({ wakeAt: DATE }, { projection: { _id: 0, wakeAt: 1 } });
      return (await query.sort({ wakeAt: 1 }).limit(1).next())?.wakeAt ?? null;
    },
    findWaitingFor: (event) => cursor({ waitingFor: { ...TEXT, $eq: event } }).toArray(),
    findMissing: async (calls, limit) => {
      const found = collection.find({ missing: { ...TEXT, $in: [...calls] } }, { projection: { _id: 1 } });
      return (await found.limit(limit).toArray()).map(({ _id }) => _id);
    },
    findOpenChildren: (runId) => cursor({ 'parent.runId': { ...TEXT, $eq: runId }, endedAt: null }).toArray(),
    listOpenKin: (afterId, limit) => {
      const open = { status: 'running' as const, 'lineage.since': DATE, _id: { $gt: afterId } };
      // Left to itself, MongoDB may find the index of the ids, and with it every run there is, good enough.
      return cursor(open).hint('openKin').sort({ _id: 1 }).limit(limit).toArray();
    },
    findEndedChildren: (since) =>
      cursor({ endedAt: { ...DATE, $gte: since }, 'parent.runId': TEXT })
        .hint('endedChildren')
        .toArray(),
    findByRequestKey: (requestKey) => one({ requestKey: { ...TEXT, $eq: requestKey } }),
    findUnrelayed: (before, limit) => many({ relayAt: { ...DATE, $lte: before } }, { relayAt: 1 }, limit),
  };
}

/** A filter as MongoDB takes it; each has its index. */
export function toQuery(filter: RunFilter): Document {
  return {
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.requesterId ? { 'requester.userId': { ...TEXT, $eq: filter.requesterId } } : {}),
    ...(filter.workflow ? { workflow: filter.workflow } : {}),
  };
}
