import type { Collection, Db, IndexDescription } from 'mongodb';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { ARCHIVE, HIDDEN, runIndexes } from './run-finders.ts';
import { createStepOutputStore } from './step-outputs.ts';
import { readRun, type StoredRun } from './stored-run.ts';

const BATCH = 200;

/** What the archive's queries need: the lists people look at, and the end, by which old ones are dropped. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: ARCHIVE,
  indexes: [
    ...runIndexes.filter(({ name }) => name === 'byStatus' || name === 'byRequester' || name === 'newest'),
    { key: { endedAt: 1 }, name: 'byEnd' },
  ],
};

export interface RunArchive {
  find(runId: string): Promise<WorkflowRun | null>;
  /** Moves runs that ended before then, and of which nothing is open, out of the working set; returns how many. */
  moveEnded(before: Date): Promise<number>;
  /** Forgets archived runs that ended before then, with what was kept beside them; returns how many. */
  dropEnded(before: Date): Promise<number>;
}

/** The archive beside the working set of runs. Copied first, then removed: a crash in between repeats the copy. */
export function createRunArchive(db: Db, runs: Collection<StoredRun>): RunArchive {
  const archive = db.collection<StoredRun>(ARCHIVE);
  const stepOutputs = createStepOutputStore(db);
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
    dropEnded: async (before) => {
      const ended = { endedAt: { $lt: before } };
      for (let dropped = 0; ; ) {
        const batch = await archive
          .find(ended, { projection: { _id: 1 } })
          .limit(BATCH)
          .toArray();
        if (batch.length === 0) return dropped;
        const ids = batch.map(({ _id }) => _id);
        // What a run refers to goes first: nobody would find it any more without the run.
        await stepOutputs.dropOf(ids);
        dropped += (await archive.deleteMany({ _id: { $in: ids } })).deletedCount;
      }
    },
  };
}
