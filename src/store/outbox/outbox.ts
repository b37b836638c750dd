import { randomUUID } from 'node:crypto';
import type { ClientSession, Collection, Db, Document, IndexDescription, UpdateFilter } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import { isLaneOf, type Lane, postLanesOf, readLane } from '../../core/outbox/lane.ts';
import {
  type DeliverableOutbox,
  type DeliveryLock,
  type LaneOrder,
  LOCK_LOST,
  type OutboxEntry,
} from '../../core/outbox/outbox-entry.ts';
import type { OutboxMessage } from '../../core/run/run-parts.ts';
import {
  buryUpdate,
  claimUpdate,
  forgetUpdate,
  giveBackUpdate,
  releaseUpdate,
  renewUpdate,
  rouseUpdate,
  settleUpdate,
  sleepUpdate,
  wantLaterUpdate,
  wantNewerUpdate,
  wantUpdate,
} from './outbox-updates.ts';
import { readMessage } from './stored-message.ts';

export const OUTBOX = 'outbox';

/** MongoDB uses a partial index only for a query that repeats the index's own condition. */
const DATE = { $type: 'date' as const };
/** Any name of a lane. */
const LANE = { $gte: '' };

/** What comes next in a lane: the keys of the index that knows. */
const NEXT = {
  urgent: { lane: 1, 'turn.urgency': 1, 'turn.gravity': 1, 'turn.needBy': 1, dueAt: 1 },
  oldest: { lane: 1, dueAt: 1 },
} as const satisfies Record<LaneOrder, Record<string, 1>>;

/**
 * All but `ofRun` hold only messages with which something is to be done, so they are as large as the backlog, however
 * much was ever sent; `settled` is walked once, from its beginning, by whoever deletes.
 */
export const outboxIndexes: IndexDescription[] = [
  { key: NEXT.urgent, name: 'lanes', partialFilterExpression: { lane: LANE } },
  { key: NEXT.oldest, name: 'due_by_lane', partialFilterExpression: { dueAt: DATE } },
  { key: { lockedUntil: 1 }, name: 'locked', partialFilterExpression: { lockedUntil: DATE } },
  { key: { awaits: 1 }, name: 'awaiting', partialFilterExpression: { awaits: { $gte: '' } } },
  { key: { settledAt: 1 }, name: 'settled', partialFilterExpression: { settledAt: DATE } },
  { key: { runId: 1 }, name: 'ofRun' },
];

/** Of what older versions stored the urgency is not known. */
const MIDDLE_URGENCY = 3;
/** A queue longer than this is as good as endless to whoever asks. */
const MOST_COUNTED = 100_000;

/** The outbox as a delivery knows it, and what else is asked of it. */
export interface OutboxStore extends DeliverableOutbox {
  /** As in `DeliverableOutbox`; with a session the messages are committed together with what they announce. */
  request(messages: OutboxMessage[], now: Date, session?: ClientSession): Promise<void>;
  /** The same, but what is new or settled is not sent before `dueAt`. */
  requestLater(messages: OutboxMessage[], dueAt: Date, session?: ClientSession): Promise<void>;
  /** Asks for more than whatever was asked for or delivered before, also when `wanted` is less: always due afterwards. */
  requestNewer(messages: OutboxMessage[], now: Date, session: ClientSession): Promise<void>;
  /**
   * Asks once more for the cards of these crews about these runs, where there are any: for when not the run has changed
   * but what else they say. Repeated, they are made again.
   */
  renewAssignmentCards(
    runIds: readonly string[],
    crewIds: readonly string[],
    now: Date,
    session?: ClientSession,
  ): Promise<void>;
  /** Frees what a process that died (each of them, for null) was delivering; its locks are fenced. */
  releaseLocks(owner: string | null): Promise<void>;
  countDue(): Promise<number>;
  /** How many posts stand in the lanes to these places; reads an index of what waits, and counts to 100,000 at most. */
  countPosts(places: readonly string[]): Promise<number>;
  /** How many messages stand in lanes, of one source or of all (null); counts to `most`, in the same index. */
  countStanding(source: string | null, most: number): Promise<number>;
}

/** The outbox in MongoDB. */
export function createOutboxStore(db: Db): OutboxStore {
  const collection = db.collection<OutboxEntry>(OUTBOX);
  return {
    ...createRequests(collection),
    ...createDeliveryWrites(collection),
    ...createSleep(collection),
    ...createCounts(collection),
    listLanes: async () => {
      // Served by one look-up per lane: no entry is read, however many stand in it.
      const lanes = collection.aggregate<{ _id: string; urgency: number | null }>(
        [
          { $match: { lane: LANE } },
          { $sort: { lane: 1, 'turn.urgency': 1 } },
          { $group: { _id: '$lane', urgency: { $first: '$turn.urgency' } } },
        ],
        { hint: 'lanes' },
      );
      return (await lanes.toArray()).map(
        ({ _id, urgency }): Lane => readLane(_id, urgency ?? MIDDLE_URGENCY),
      );
    },
    claim: async (lane, next, owner, now, until) => {
      const lockToken = randomUUID();
      const unlocked = [{ lockedUntil: null }, { lockedUntil: { $lte: now } }];
      const claimed = await collection.findOneAndUpdate(
        { lane, $or: unlocked, ...(next === 'oldest' && { dueAt: DATE }) },
        claimUpdate(owner, lockToken, until),
        { sort: NEXT[next], hint: NEXT[next], returnDocument: 'after' },
      );
      return claimed && { ...claimed, lockToken };
    },
    find: (id) => collection.findOne({ _id: id }),
    forgetPosts: async (messages, now) => {
      if (messages.length === 0) return;
      const update = forgetUpdate(now);
      await collection.bulkWrite(messages.map(({ _id }) => ({ updateOne: { filter: { _id }, update } })));
    },
    releaseLocks: async (owner) => {
      const held = { lockedUntil: DATE, ...(owner === null ? {} : { lockedBy: owner }) };
      await collection.updateMany(held, releaseUpdate);
    },
  };
}

/** The ways to ask for messages. */
function createRequests(
  collection: Collection<OutboxEntry>,
): Pick<OutboxStore, 'request' | 'requestLater' | 'requestNewer' | 'renewAssignmentCards'> {
  const write = async (
    messages: OutboxMessage[],
    updateOf: (message: OutboxMessage) => Document[],
    session?: ClientSession,
  ): Promise<void> => {
    if (messages.length === 0) return;
    const operations = messages.map(readMessage).map((message) => ({
      updateOne: { filter: { _id: message._id }, update: updateOf(message), upsert: true },
    }));
    await collection.bulkWrite(operations, session ? { session } : { ordered: false });
  };
  return {
    request: (messages, now, session) => write(messages, (message) => wantUpdate(message, now), session),
    requestLater: (messages, dueAt, session) =>
      write(messages, (message) => wantLaterUpdate(message, dueAt), session),
    requestNewer: (messages, now, session) =>
      write(messages, (message) => wantNewerUpdate(message, now), session),
    renewAssignmentCards: async (runIds, crewIds, now, session) => {
      const kind = 'assignmentCard' as const;
      // Cards from before they were a crew's name none.
      const filter = { runId: { $in: [...runIds] }, kind, reference: { $in: ['', ...crewIds] } };
      await collection.updateMany(filter, renewUpdate(now), session ? { session } : {});
    },
  };
}

/** The writes of a delivery, each fenced by the lock it was begun under. */
function createDeliveryWrites(
  collection: Collection<OutboxEntry>,
): Pick<OutboxStore, 'noteTries' | 'settle' | 'giveBack' | 'postpone' | 'awaitOther' | 'bury' | 'extend'> {
  const write = async ({ _id, lockToken }: DeliveryLock, update: UpdateFilter<OutboxEntry> | Document[]) => {
    const { matchedCount } = await collection.updateOne({ _id, lockToken }, update);
    if (matchedCount === 0) throw lockLost(_id);
  };
  const rouseAwaiting = async (id: string): Promise<void> => {
    await collection.updateMany({ awaits: id }, rouseUpdate);
  };
  return {
    noteTries: (lock, tries) => write(lock, { $set: { tries } }),
    settle: async (lock, post, now) => {
      await write(lock, settleUpdate(post, now));
      // Replies await the first post of a card, and nothing else is awaited.
      if (lock.kind === 'runCard' && lock.ts === null && post.ts !== null) await rouseAwaiting(lock._id);
    },
    giveBack: (lock, now, countAttempt) => write(lock, giveBackUpdate(now, countAttempt)),
    postpone: (lock, dueAt, countAttempt) => write(lock, sleepUpdate(dueAt, countAttempt)),
    awaitOther: async (lock, id, latest) => {
      await write(lock, sleepUpdate(latest, false, id));
      // It may have come between the look at it and this.
      const other = await collection.findOne({ _id: id }, { projection: { ts: 1, deadReason: 1 } });
      if (other?.ts || other?.deadReason) await rouseAwaiting(id);
    },
    bury: async (lock, reason, now) => {
      await write(lock, buryUpdate(reason, now));
      if (lock.kind === 'runCard') await rouseAwaiting(lock._id);
    },
    extend: (lock, until) => write(lock, { $set: { lockedUntil: until, dueAt: until } }),
  };
}

/** Waking what sleeps, and knowing when. */
function createSleep(
  collection: Collection<OutboxEntry>,
): Pick<OutboxStore, 'rouse' | 'rouseAll' | 'findNextDue'> {
  return {
    rouse: async (now) => {
      const unlocked = [{ lockedUntil: null }, { lockedUntil: { $lte: now } }];
      await collection.updateMany({ lane: null, dueAt: { ...DATE, $lte: now }, $or: unlocked }, rouseUpdate);
    },
    rouseAll: async (now) => {
      // What looks for strays, or awaits another message, waits for nothing that Slack could have mended.
      const waiting = { lockedUntil: null, awaits: null, checkAt: null };
      await collection.updateMany({ lane: null, dueAt: { ...DATE, $gt: now }, ...waiting }, rouseUpdate);
    },
    findNextDue: async () => {
      const query = collection.find({ lane: null, dueAt: DATE }, { projection: { dueAt: 1 } });
      return (await query.sort({ dueAt: 1 }).limit(1).next())?.dueAt ?? null;
    },
  };
}

function createCounts(
  collection: Collection<OutboxEntry>,
): Pick<OutboxStore, 'countDue' | 'countPosts' | 'countStanding'> {
  return {
    countStanding: async (source, most) => {
      const options = { hint: 'lanes', limit: most };
      if (source === null) return collection.countDocuments({ lane: LANE }, options);
      const lanes = collection.aggregate<{ _id: string }>(
        [{ $match: { lane: LANE } }, { $sort: { lane: 1 } }, { $group: { _id: '$lane' } }],
        { hint: 'lanes' },
      );
      const own = (await lanes.toArray()).map(({ _id }) => _id).filter((name) => isLaneOf(source, name));
      return own.length === 0 ? 0 : collection.countDocuments({ lane: { ...LANE, $in: own } }, options);
    },
    countDue: () => collection.countDocuments({ dueAt: DATE }, { hint: 'due_by_lane' }),
    countPosts: async (places) => {
      const counts = places.map((place) => {
        const first = postLanesOf(place);
        // The sign after the last one of the name ends the range.
        return collection.countDocuments(
          { lane: { $gte: first, $lt: `${first}~` } },
          { hint: 'lanes', limit: MOST_COUNTED },
        );
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
  };
}

function lockLost(id: string): AppError {
  return new AppError(`somebody else delivers ${id} by now`, {
    code: LOCK_LOST,
    userMessage: 'Another process delivers this message by now; there is nothing to do.',
  });
}
