import type { Collection, Db, Document, IndexDescription } from 'mongodb';
import type { OutboxMessage } from '../core/outbox-message.ts';

/**
 * due (dueAt set) --claim--> being delivered (lockedUntil) --> settled (dueAt null), due again when more is wanted or a
 * try failed, or dead when Slack will never take it.
 */
export interface OutboxEntry extends OutboxMessage {
  createdAt: Date;
  /** The newest form that Slack has: 0 until the first post. */
  delivered: number;
  /** When to try next; null when nothing is to be done. */
  dueAt: Date | null;
  lockedUntil: Date | null;
  lockedBy: string | null;
  attempts: number;
  /** Where the post is, once it exists. */
  channel: string | null;
  ts: string | null;
  /** Set before a new post is sent, and until its outcome is known: found set, the post may be in Slack already. */
  sentAt: Date | null;
  /** Slack's reason when the message can never arrive. */
  deadReason: string | null;
}

export const OUTBOX = 'outbox';

export const outboxIndexes: IndexDescription[] = [
  { key: { priority: 1, dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $type: 'date' } } },
  { key: { runId: 1 }, name: 'ofRun' },
];

export interface OutboxStore {
  /** Asks for messages: a new one is due at once, a known one when more is wanted than before. Safe to repeat. */
  request(messages: OutboxMessage[], now: Date): Promise<void>;
  /** Takes a due message for `owner` until `until`; null when there is none. Most important first. */
  claim(owner: string, now: Date, until: Date, exceptChannels: string[]): Promise<OutboxEntry | null>;
  find(id: string): Promise<OutboxEntry | null>;
  markSending(id: string, now: Date, channel: string): Promise<void>;
  /** Slack said that it did not take the post after all. */
  markNotSent(id: string): Promise<void>;
  /** The form `delivered` is in Slack; due again at once if more is wanted by now. */
  settle(
    id: string,
    post: { channel: string | null; ts: string | null; delivered: number },
    now: Date,
  ): Promise<void>;
  postpone(id: string, dueAt: Date, countAttempt: boolean): Promise<void>;
  bury(id: string, reason: string): Promise<void>;
  /** Forgets where the posts of these messages are, so that they are posted anew. */
  forgetPosts(messages: OutboxMessage[], now: Date): Promise<void>;
  /** Goes on holding a claimed message while its delivery takes long. */
  extend(id: string, owner: string, until: Date): Promise<void>;
  /** Frees what a process that died was delivering. Only for a process that knows it is the only one. */
  releaseLocks(): Promise<void>;
  countDue(): Promise<number>;
  /** When the next message is due that nobody is delivering; null when there is none. */
  findNextDue(): Promise<Date | null>;
}

/** The outbox in MongoDB. */
export function createOutboxStore(db: Db): OutboxStore {
  const collection = db.collection<OutboxEntry>(OUTBOX);
  const unlock = { lockedUntil: null, lockedBy: null };
  return {
    request: async (messages, now) => {
      if (messages.length === 0) return;
      await collection.bulkWrite(
        messages.map((message) => ({
          updateOne: { filter: { _id: message._id }, update: want(message, now), upsert: true },
        })),
        { ordered: false },
      );
    },
    claim: (owner, now, until, exceptChannels) => claim(collection, owner, now, until, exceptChannels),
    find: (id) => collection.findOne({ _id: id }),
    markSending: async (id, now, channel) => {
      await collection.updateOne({ _id: id }, { $set: { sentAt: now, channel } });
    },
    markNotSent: async (id) => {
      await collection.updateOne({ _id: id }, { $set: { sentAt: null } });
    },
    settle: async (id, post, now) => {
      const dueAt = { $cond: [{ $gt: ['$wanted', post.delivered] }, now, null] };
      await collection.updateOne({ _id: id }, [
        { $set: { ...unlock, ...post, sentAt: null, attempts: 0, deadReason: null, dueAt } },
      ]);
    },
    postpone: async (id, dueAt, countAttempt) => {
      await collection.updateOne(
        { _id: id },
        { $set: { ...unlock, dueAt }, $inc: { attempts: countAttempt ? 1 : 0 } },
      );
    },
    bury: async (id, reason) => {
      await collection.updateOne({ _id: id }, { $set: { ...unlock, dueAt: null, deadReason: reason } });
    },
    forgetPosts: async (messages, now) => {
      if (messages.length === 0) return;
      await collection.bulkWrite(
        messages.map(({ _id }) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { ...unlock, ts: null, sentAt: null, dueAt: now, delivered: 0 } },
          },
        })),
      );
    },
    extend: async (id, owner, until) => {
      await collection.updateOne({ _id: id, lockedBy: owner }, { $set: { lockedUntil: until } });
    },
    releaseLocks: async () => {
      await collection.updateMany({ lockedUntil: { $type: 'date' } }, { $set: unlock });
    },
    countDue: () => collection.countDocuments({ dueAt: { $type: 'date' } }),
    findNextDue: async () => {
      const filter = { dueAt: { $type: 'date' }, lockedUntil: null } as const;
      const query = collection.find(filter, { projection: { dueAt: 1 } });
      return (await query.sort({ dueAt: 1 }).limit(1).next())?.dueAt ?? null;
    },
  };
}

function want(message: OutboxMessage, now: Date): Document[] {
  const { _id, wanted, ...fixed } = message;
  const keep = (field: string, value: unknown) => ({ [field]: { $ifNull: [`$${field}`, value] } });
  return [
    {
      $set: {
        ...fixed,
        ...keep('createdAt', now),
        ...keep('delivered', 0),
        ...keep('attempts', 0),
        ...keep('lockedUntil', null),
        ...keep('lockedBy', null),
        ...keep('channel', null),
        ...keep('ts', null),
        ...keep('sentAt', null),
        ...keep('deadReason', null),
        // A delivery shows the run as it is by then, so the form asked for may be there before it is asked for.
        dueAt: {
          $cond: [
            { $gt: [wanted, { $ifNull: [{ $max: ['$wanted', '$delivered'] }, -1] }] },
            now,
            { $ifNull: ['$dueAt', null] },
          ],
        },
        wanted: { $max: [wanted, '$wanted'] },
      },
    },
  ];
}

async function claim(
  collection: Collection<OutboxEntry>,
  owner: string,
  now: Date,
  until: Date,
  exceptChannels: string[],
): Promise<OutboxEntry | null> {
  const filter: Document = {
    // The index is a partial one: it is used only when its own condition is repeated.
    dueAt: { $type: 'date', $lte: now },
    $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }],
    ...(exceptChannels.length > 0 ? { channel: { $nin: exceptChannels } } : {}),
  };
  const update = { $set: { lockedUntil: until, lockedBy: owner } };
  return collection.findOneAndUpdate(filter, update, {
    sort: { priority: 1, dueAt: 1 },
    returnDocument: 'after',
  });
}
