import type { Db } from 'mongodb';
import type { OutboxEntry } from '../../core/outbox/outbox-entry.ts';
import { RUNS } from '../runs/run-finders.ts';
import { OUTBOX } from './outbox.ts';

/** How far the walk over what older versions stored has come. */
interface Walk {
  _id: string;
  after: string;
  isOver: boolean;
}

const WALKS = 'walks';
const MARKING = 'outbox.settledAt';
const BATCH = 500;
/** As long as what bulletins are made from is kept; a proposal has long been decided by then. */
const NEWS_KEPT_MS = 60 * 24 * 3_600_000;

/**
 * The end of messages. Where the post of a card is has to be known for as long as the card may change, that is, while its
 * run is among the live ones; a run in the archive changes no more.
 */
export interface SettledMessages {
  /**
   * Deletes what was settled before then and whose run is not among the live ones any more; news that belong to no run
   * after 60 days. Returns how many went. Reads an index, batch by batch; what is kept is looked at again as much later.
   */
  drop(before: Date, now: Date): Promise<number>;
  /** Marks what older versions settled, once, batch by batch; goes on where a process that died left off. */
  markOld(now: Date): Promise<void>;
}

/** Settled messages in MongoDB. */
export function createSettledMessages(db: Db): SettledMessages {
  const outbox = db.collection<OutboxEntry>(OUTBOX);
  const walks = db.collection<Walk>(WALKS);
  const judge = async (batch: OutboxEntry[], before: Date, now: Date): Promise<number> => {
    const runIds = [...new Set(batch.flatMap(({ runId }) => (runId === '' ? [] : [runId])))];
    const live = db.collection<{ _id: string }>(RUNS).find({ _id: { $in: runIds } });
    const known = new Set((await live.project<{ _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id));
    const isOver = ({ runId, createdAt }: OutboxEntry) =>
      runId === '' ? now.getTime() - createdAt.getTime() > NEWS_KEPT_MS : !known.has(runId);
    const over = batch.filter(isOver).map(({ _id }) => _id);
    const settled = { settledAt: { $lt: before } };
    // What became due meanwhile stays, and where its post is.
    const { deletedCount } = await outbox.deleteMany({ _id: { $in: over }, ...settled, dueAt: null });
    const all = batch.map(({ _id }) => _id);
    await outbox.updateMany({ _id: { $in: all }, ...settled }, { $set: { settledAt: now } });
    return deletedCount;
  };
  return {
    drop: async (before, now) => {
      const old = { settledAt: { $type: 'date' as const, $lt: before } };
      const shown = { projection: { runId: 1, createdAt: 1 } };
      for (let dropped = 0; ; ) {
        const batch = await outbox.find(old, shown).sort({ settledAt: 1 }).limit(BATCH).toArray();
        if (batch.length === 0) return dropped;
        dropped += await judge(batch, before, now);
      }
    },
    markOld: async (now) => {
      let walk: Omit<Walk, '_id'> = (await walks.findOne({ _id: MARKING })) ?? { after: '', isOver: false };
      while (!walk.isOver) {
        const next = outbox.find({ _id: { $gt: walk.after } }, { projection: { _id: 1 } });
        const ids = (await next.sort({ _id: 1 }).limit(BATCH).toArray()).map(({ _id }) => _id);
        const unmarked = { _id: { $in: ids }, dueAt: null, settledAt: null };
        if (ids.length > 0) await outbox.updateMany(unmarked, { $set: { settledAt: now } });
        walk = { after: ids.at(-1) ?? walk.after, isOver: ids.length < BATCH };
        await walks.updateOne({ _id: MARKING }, { $set: walk }, { upsert: true });
      }
    },
  };
}
