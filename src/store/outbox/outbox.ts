import { randomUUID } from 'node:crypto';
import type { ClientSession, Collection, Db, Document, IndexDescription, UpdateFilter } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import {
  type ClaimedEntry,
  type DeliverableOutbox,
  type DeliveryLock,
  LOCK_LOST,
  type OutboxEntry,
  type SettledPost,
} from '../../core/outbox/outbox-entry.ts';
import type { OutboxMessage } from '../../core/run/run-parts.ts';

export const OUTBOX = 'outbox';

/** What nobody delivers. */
const UNLOCKED = { lockedUntil: null, lockedBy: null, lockToken: null };

/** A message without a post, and without any doubt about one. */
const UNPOSTED = { ts: null, tries: [], doubts: [], checkAt: null, checks: 0, delivered: 0 };

export const outboxIndexes: IndexDescription[] = [
  { key: { priority: 1, dueAt: 1 }, name: 'due', partialFilterExpression: { dueAt: { $type: 'date' } } },
  { key: { runId: 1 }, name: 'ofRun' },
];

/** The outbox as a delivery knows it, and what else is asked of it. */
export interface OutboxStore extends DeliverableOutbox {
  /** As in `DeliverableOutbox`; with a session the messages are committed together with what they announce. */
  request(messages: OutboxMessage[], now: Date, session?: ClientSession): Promise<void>;
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
}

/** The outbox in MongoDB. */
export function createOutboxStore(db: Db): OutboxStore {
  const collection = db.collection<OutboxEntry>(OUTBOX);
  return {
    ...createDeliveryWrites(collection),
    request: async (messages, now, session) => {
      if (messages.length === 0) return;
      await collection.bulkWrite(
        messages.map((message) => ({
          updateOne: { filter: { _id: message._id }, update: wantUpdate(message, now), upsert: true },
        })),
        session ? { session } : { ordered: false },
      );
    },
    requestNewer: async (messages, now, session) => {
      if (messages.length === 0) return;
      await collection.bulkWrite(
        messages.map((message) => ({
          updateOne: { filter: { _id: message._id }, update: wantNewer(message, now), upsert: true },
        })),
        { session },
      );
    },
    renewAssignmentCards: async (runIds, crewIds, now, session) => {
      const kind = 'assignmentCard' as const;
      // Cards from before they were a crew's name none.
      const filter = { runId: { $in: [...runIds] }, kind, reference: { $in: ['', ...crewIds] } };
      await collection.updateMany(filter, renewUpdate(now), session ? { session } : {});
    },
    claim: (owner, now, until, exceptChannels) => claim(collection, owner, now, until, exceptChannels),
    find: (id) => collection.findOne({ _id: id }),
    forgetPosts: async (messages, now) => {
      if (messages.length === 0) return;
      const update = { $set: { ...UNLOCKED, ...UNPOSTED, dueAt: now } };
      await collection.bulkWrite(messages.map(({ _id }) => ({ updateOne: { filter: { _id }, update } })));
    },
    releaseLocks: async (owner) => {
      const date = { $type: 'date' as const };
      // What is being delivered is due: the index of due messages has it.
      const locked = { dueAt: date, lockedUntil: date };
      const held = owner === null ? locked : { ...locked, lockedBy: owner };
      await collection.updateMany(held, { $set: UNLOCKED });
    },
    countDue: () => collection.countDocuments({ dueAt: { $type: 'date' } }),
    findNextDue: async () => {
      const filter = { dueAt: { $type: 'date' }, lockedUntil: null } as const;
      const query = collection.find(filter, { projection: { dueAt: 1 } });
      return (await query.sort({ dueAt: 1 }).limit(1).next())?.dueAt ?? null;
    },
  };
}

/** The writes of a delivery, each fenced by the lock it was begun under. */
function createDeliveryWrites(
  collection: Collection<OutboxEntry>,
): Pick<OutboxStore, 'noteTries' | 'settle' | 'postpone' | 'bury' | 'extend'> {
  const write = async ({ _id, lockToken }: DeliveryLock, update: UpdateFilter<OutboxEntry> | Document[]) => {
    const { matchedCount } = await collection.updateOne({ _id, lockToken }, update);
    if (matchedCount === 0) throw lockLost(_id);
  };
  return {
    noteTries: (lock, tries) => write(lock, { $set: { tries } }),
    settle: (lock, post, now) => write(lock, settleUpdate(post, now)),
    postpone: (lock, dueAt, countAttempt) =>
      write(lock, { $set: { ...UNLOCKED, dueAt }, $inc: { attempts: countAttempt ? 1 : 0 } }),
    bury: (lock, reason) => write(lock, { $set: { ...UNLOCKED, dueAt: null, deadReason: reason } }),
    extend: (lock, until) => write(lock, { $set: { lockedUntil: until } }),
  };
}

function lockLost(id: string): AppError {
  return new AppError(`somebody else delivers ${id} by now`, {
    code: LOCK_LOST,
    userMessage: 'Another process delivers this message by now; there is nothing to do.',
  });
}

async function claim(
  collection: Collection<OutboxEntry>,
  owner: string,
  now: Date,
  until: Date,
  exceptChannels: string[],
): Promise<ClaimedEntry | null> {
  const filter: Document = {
    // The index is a partial one: it is used only when its own condition is repeated.
    dueAt: { $type: 'date', $lte: now },
    $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }],
    ...(exceptChannels.length > 0 ? { channel: { $nin: exceptChannels } } : {}),
  };
  const lockToken = randomUUID();
  const claimed = await collection.findOneAndUpdate(filter, claimUpdate(owner, lockToken, until), {
    sort: { priority: 1, dueAt: 1 },
    returnDocument: 'after',
  });
  return claimed && { ...claimed, lockToken };
}

/** Asks for a message: creates it, or makes it due when more is wanted of it than before. */
function wantUpdate(message: OutboxMessage, now: Date): Document[] {
  const { _id, wanted, ...fixed } = message;
  const first = { createdAt: now, attempts: 0, channel: null, deadReason: null, ...UNLOCKED, ...UNPOSTED };
  const kept = Object.entries(first).map(([field, value]) => [field, { $ifNull: [`$${field}`, value] }]);
  return [
    {
      $set: {
        ...fixed,
        ...Object.fromEntries(kept),
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

/** Asks for a newer form of a message than any that was asked for, whatever the clock of whoever asks says. */
function wantNewer(message: OutboxMessage, now: Date): Document[] {
  const next = { $add: [{ $ifNull: [{ $max: ['$wanted', '$delivered'] }, -1] }, 1] };
  return [
    { $set: { wanted: { $max: [message.wanted, next] } } },
    ...wantUpdate(message, now),
    { $set: { dueAt: now } },
  ];
}

/** So little that the next fact of a run, a whole number on, is always more than what was asked for again. */
const ONCE_MORE = 2 ** -20;

/** Asks for a message once more as it would be made now, though nothing has happened to what it is about. */
function renewUpdate(now: Date): Document[] {
  return [{ $set: { wanted: { $add: [{ $max: ['$wanted', '$delivered'] }, ONCE_MORE] }, dueAt: now } }];
}

/** Takes a message; what an older version stored without lists of tries is given empty ones. */
function claimUpdate(owner: string, lockToken: string, until: Date): Document[] {
  const lock = { lockedUntil: until, lockedBy: { $literal: owner }, lockToken };
  return [{ $set: { ...lock, tries: { $ifNull: ['$tries', []] }, doubts: { $ifNull: ['$doubts', []] } } }];
}

/** Records a post and lets go of it: due again when more is wanted by now, else when strays are to be looked for. */
function settleUpdate(post: SettledPost, now: Date): Document[] {
  const fields = Object.entries(post).map(([field, value]) => [field, { $literal: value }]);
  const dueAt = { $cond: [{ $gt: ['$wanted', '$delivered'] }, now, { $ifNull: ['$checkAt', null] }] };
  return [
    { $set: { ...UNLOCKED, ...Object.fromEntries(fields), attempts: 0, deadReason: null } },
    { $set: { dueAt } },
  ];
}
