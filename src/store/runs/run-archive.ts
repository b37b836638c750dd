import type { Collection, Db, IndexDescription } from 'mongodb';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { ARCHIVE, HIDDEN, runIndexes } from './run-finders.ts';
import { readRun, type StoredRun } from './stored-run.ts';

const BATCH = 200;

/** What the archive's queries need: the lists people look at, and the end, by which old ones are dropped. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: ARCHIVE,
  indexes: [
    ...runIndexes.filter(({ name }) => name === 'byStatus' || name === 'byRequester' || name === 'newest'),
    { key: { endedAt: 1, _id: 1 }, name: 'byEndAndId' },
  ],
};

export interface RunArchive {
  find(runId: string): Promise<WorkflowRun | null>;
  /** Moves runs that ended before then, and of which nothing is open, out of the working set; returns how many. */
  moveEnded(before: Date): Promise<number>;
}

/** The archive beside the working set of runs. Copied first, then removed: a crash in between repeats the copy. */
export function createRunArchive(db: Db, runs: Collection<StoredRun>): RunArchive {
  const archive = db.collection<StoredRun>(ARCHIVE);
  return {
    find: async (runId) => {
      const stored = await archive.findOne({ _id: runId }, HIDDEN);
      return stored && readRun(stored);
    },
    moveEnded: async (before) => {
      let moved = 0;
      for (;;) {
        const ended = { endedAt: { $type: 'date' as const, $lt: before }, wakeAt: null, relayAt: null };
        const batch = await runs.find(ended).sort({ endedAt: 1 }).limit(BATCH).toArray();
        if (batch.length === 0) return moved;
        await archive.bulkWrite(
          batch.map((run) => ({ replaceOne: { filter: { _id: run._id }, replacement: run, upsert: true } })),
          { ordered: false },
        );
        // A late report may have moved one meanwhile: that one stays, and is archived the next time.
        await runs.bulkWrite(
          batch.map(({ _id, version }) => ({ deleteOne: { filter: { _id, version, wakeAt: null } } })),
          { ordered: false },
        );
        moved += batch.length;
      }
    },
  };
}
