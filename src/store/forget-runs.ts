import type { Db, Document } from 'mongodb';
import { takenEvents } from '../core/events/outside-event.ts';
import { ARCHIVE, RUNS } from './runs/run-finders.ts';
import { readRun, type StoredRun } from './runs/stored-run.ts';
import { TRACES } from './traces.ts';
import { WORK_ORDERS } from './work/work-orders.ts';

/** Forgets runs for good, with everything anywhere that is theirs. */
export interface Forgetting {
  /**
   * Forgets archived runs that ended before then; returns how many. One stays while something needs it: a job of it that
   * is not over, a run that waited for it, or a job that is to come after its job, which tell of it.
   */
  forgetEnded(before: Date): Promise<number>;
}

const BATCH = 100;
const OVER = ['done', 'cancelled'];

/** Forgetting over all collections of the installation. */
export function createForgetting(db: Db): Forgetting {
  return {
    forgetEnded: async (before) => {
      let forgotten = 0;
      // Those that others needed go once these have gone.
      for (;;) {
        const { dropped, kept } = await sweep(db, before);
        forgotten += dropped;
        if (dropped === 0 || kept === 0) return forgotten;
      }
    },
  };
}

/** Once through the archive, the oldest end first. */
async function sweep(db: Db, before: Date): Promise<{ dropped: number; kept: number }> {
  const archive = db.collection<StoredRun>(ARCHIVE);
  const passed = { dropped: 0, kept: 0 };
  let from: Pick<StoredRun, '_id' | 'endedAt'> | null = null;
  for (;;) {
    const batch: StoredRun[] = await archive
      .find({ endedAt: { $lt: before }, ...(from ? after(from) : {}) })
      .sort({ endedAt: 1, _id: 1 })
      .limit(BATCH)
      .toArray();
    const last = batch.at(-1);
    if (!last) return passed;
    from = last;
    const needed = await findNeeded(db, batch);
    const going = batch.filter(({ _id }) => !needed.has(_id));
    if (going.length > 0) await forget(db, going, before);
    passed.dropped += going.length;
    passed.kept += batch.length - going.length;
  }
}

function after({ _id, endedAt }: Pick<StoredRun, '_id' | 'endedAt'>): Document {
  return { $or: [{ endedAt: { $gt: endedAt } }, { endedAt, _id: { $gt: _id } }] };
}

/** What a run refers to goes first: nobody would find it any more without the run. */
async function forget(db: Db, runs: readonly StoredRun[], before: Date): Promise<void> {
  const forgotten = {
    runIds: runs.map(({ _id }) => _id),
    eventIds: runs.flatMap((run) => takenEvents(readRun(run))),
    before,
  };
  const { runs_archive: own, ...others } = TRACES;
  for (const trace of Object.values(others)) if ('forget' in trace) await trace.forget(db, forgotten);
  await own.forget(db, forgotten);
}

async function findNeeded(db: Db, runs: readonly StoredRun[]): Promise<ReadonlySet<string>> {
  const ids = runs.map(({ _id }) => _id);
  const orders = db.collection<{ _id: string; state: string; after: { orderId: string } | null }>(
    WORK_ORDERS,
  );
  const open = await orders.find({ _id: { $in: ids }, state: { $nin: OVER } }).toArray();
  const followers = await orders.find({ 'after.orderId': { $in: ids } }).toArray();
  const parents = [...new Set(runs.flatMap(({ parent }) => parent?.runId ?? []))];
  const standing = new Set<string>();
  for (const name of [RUNS, ARCHIVE]) {
    const found = db
      .collection<{ _id: string }>(name)
      .find({ _id: { $in: parents } }, { projection: { _id: 1 } });
    for await (const { _id } of found) standing.add(_id);
  }
  const children = runs.filter(({ parent }) => parent && standing.has(parent.runId));
  return new Set([
    ...open.map(({ _id }) => _id),
    ...followers.flatMap(({ after: before }) => before?.orderId ?? []),
    ...children.map(({ _id }) => _id),
  ]);
}
