import type { Document } from 'mongodb';
import type { SettledPost } from '../../core/outbox/outbox-entry.ts';
import type { OutboxMessage } from '../../core/run/run-parts.ts';

/** What nobody delivers. */
const UNLOCKED = { lockedUntil: null, lockedBy: null, lockToken: null };

/** A message without a post, and without any doubt about one. */
const UNPOSTED = { ts: null, tries: [], doubts: [], checkAt: null, checks: 0, delivered: 0 };

/** What older versions stored names no turn: it stands in a lane of its kind. */
const PLACE = { $ifNull: ['$turn.place', { $concat: ['old ', '$kind'] }] };
const SOURCE = { $ifNull: ['$turn.source', 'old'] };

/** The lane an entry belongs to: see `core/outbox/lane.ts`. A timeline is added to by replies, never rewritten. */
const LANE = {
  $cond: [
    { $or: [{ $eq: [{ $ifNull: ['$ts', null] }, null] }, { $eq: ['$kind', 'timeline'] }] },
    { $concat: ['post|', PLACE, '|', SOURCE] },
    { $concat: ['update|', { $ifNull: ['$channel', ''] }, '|', SOURCE] },
  ],
};

/** It stands in its lane from now on, whatever it did before. */
const STAND = { lane: LANE, awaits: null, settledAt: null };

/** Puts what sleeps into its lane, at the place it had, if it had one. */
export const rouseUpdate: Document[] = [
  { $set: { ...STAND, dueAt: { $ifNull: ['$queuedAt', '$dueAt'] }, queuedAt: null } },
];

/** Asks for a message: creates it, or makes it due when more is wanted of it than before. */
export function wantUpdate(message: OutboxMessage, now: Date): Document[] {
  return [...noteWanted(message), { $set: dueWhen('$more', now) }, { $unset: 'more' }];
}

/** The same, but a message that is new or settled sleeps until `dueAt`. */
export function wantLaterUpdate(message: OutboxMessage, dueAt: Date): Document[] {
  const isIdle = { $and: ['$more', { $eq: [{ $ifNull: ['$dueAt', null] }, null] }] };
  const sleeping = { dueAt: { $cond: [isIdle, dueAt, { $ifNull: ['$dueAt', null] }] } };
  const rest = { lane: { $ifNull: ['$lane', null] }, settledAt: { $cond: ['$more', null, '$settledAt'] } };
  return [...noteWanted(message), { $set: { ...sleeping, ...rest } }, { $unset: 'more' }];
}

/** Asks for a newer form of a message than any that was asked for, whatever the clock of whoever asks says. */
export function wantNewerUpdate(message: OutboxMessage, now: Date): Document[] {
  const next = { $add: [{ $ifNull: [{ $max: ['$wanted', '$delivered'] }, -1] }, 1] };
  return [
    { $set: { wanted: { $max: [message.wanted, next] } } },
    ...noteWanted(message),
    { $set: dueWhen(true, now) },
    { $unset: 'more' },
  ];
}

/** So little that the next fact of a run, a whole number on, is always more than what was asked for again. */
const ONCE_MORE = 2 ** -20;

/** Asks for a message once more as it would be made now, though nothing has happened to what it is about. */
export function renewUpdate(now: Date): Document[] {
  const wanted = { $add: [{ $max: ['$wanted', '$delivered'] }, ONCE_MORE] };
  return [{ $set: { wanted } }, { $set: dueWhen(true, now) }];
}

/** Forgets where the post is: due at once, also when somebody is delivering it. */
export function forgetUpdate(now: Date): Document[] {
  return [{ $set: { ...UNLOCKED, ...UNPOSTED } }, { $set: { ...STAND, dueAt: now, queuedAt: null } }];
}

/** Takes a message; what an older version stored without lists of tries is given empty ones. */
export function claimUpdate(owner: string, lockToken: string, until: Date): Document[] {
  const lock = { lockedUntil: until, lockedBy: { $literal: owner }, lockToken };
  const lists = { tries: { $ifNull: ['$tries', []] }, doubts: { $ifNull: ['$doubts', []] } };
  const left = { lane: null, awaits: null, queuedAt: '$dueAt', dueAt: until };
  return [{ $set: { ...lock, ...lists, ...left } }];
}

/** Lets go of a message, which goes back to where it stood. */
export function giveBackUpdate(now: Date, countAttempt: boolean): Document[] {
  const dueAt = { $ifNull: ['$queuedAt', now] };
  return [{ $set: { ...UNLOCKED, ...STAND, dueAt, queuedAt: null, attempts: counted(countAttempt) } }];
}

/** Lets go of a message, which sleeps until then; with `awaits`, or until that message is there. */
export function sleepUpdate(dueAt: Date, countAttempt: boolean, awaits: string | null = null): Document[] {
  const sleeping = { lane: null, dueAt, queuedAt: awaits === null ? null : '$queuedAt' };
  const attempts = counted(countAttempt);
  return [{ $set: { ...UNLOCKED, ...sleeping, attempts, awaits: { $literal: awaits } } }];
}

export function buryUpdate(reason: string, now: Date): Document[] {
  const over = { lane: null, dueAt: null, queuedAt: null, awaits: null, settledAt: now };
  return [{ $set: { ...UNLOCKED, ...over, deadReason: { $literal: reason } } }];
}

/** Records a post and lets go of it: due again when more is wanted by now, else when strays are to be looked for. */
export function settleUpdate(post: SettledPost, now: Date): Document[] {
  const fields = Object.entries(post).map(([field, value]) => [field, { $literal: value }]);
  const more = { $gt: ['$wanted', '$delivered'] };
  const checkAt = { $ifNull: ['$checkAt', null] };
  const isOver = { $and: [{ $not: [more] }, { $eq: [checkAt, null] }] };
  return [
    { $set: { ...UNLOCKED, ...Object.fromEntries(fields), attempts: 0, deadReason: null } },
    {
      $set: {
        lane: { $cond: [more, LANE, null] },
        dueAt: { $cond: [more, now, checkAt] },
        settledAt: { $cond: [isOver, now, null] },
        queuedAt: null,
        awaits: null,
      },
    },
  ];
}

/** Frees what a process that died was delivering; it is due at once. */
export const releaseUpdate: Document[] = [
  { $set: { ...UNLOCKED, ...STAND, dueAt: { $ifNull: ['$queuedAt', '$dueAt'] }, queuedAt: null } },
];

function counted(countAttempt: boolean): Document {
  return { $add: [{ $ifNull: ['$attempts', 0] }, countAttempt ? 1 : 0] };
}

/**
 * Notes what is wanted, and as `more` whether that is more than what was asked for or delivered before. A message that
 * waits keeps the urgency of whoever was in a greater hurry, and for whom.
 */
function noteWanted(message: OutboxMessage): Document[] {
  const { _id, wanted, turn, ...fixed } = message;
  const first = { attempts: 0, channel: null, deadReason: null, queuedAt: null, awaits: null };
  const kept = Object.entries({ ...first, ...UNLOCKED, ...UNPOSTED }).map(([field, value]) => [
    field,
    { $ifNull: [`$${field}`, value] },
  ]);
  const waits = { $ne: [{ $ifNull: ['$dueAt', null] }, null] };
  const isHurried = { $and: [waits, { $lt: [{ $ifNull: ['$turn.urgency', turn.urgency] }, turn.urgency] }] };
  const hurried = {
    $mergeObjects: [{ $literal: turn }, { urgency: '$turn.urgency', source: '$turn.source' }],
  };
  return [
    {
      $set: {
        ...Object.fromEntries(Object.entries(fixed).map(([field, value]) => [field, { $literal: value }])),
        ...Object.fromEntries(kept),
        createdAt: { $ifNull: ['$createdAt', '$$NOW'] },
        turn: { $cond: [isHurried, hurried, { $literal: turn }] },
        more: { $gt: [wanted, { $ifNull: [{ $max: ['$wanted', '$delivered'] }, -1] }] },
        wanted: { $max: [wanted, '$wanted'] },
      },
    },
  ];
}

/**
 * Where a message stands once more is wanted of it: in its lane, unless it is being delivered, when letting go of it
 * says so, or awaits another one.
 */
function dueWhen(more: unknown, now: Date): Document {
  const dueAt = { $ifNull: ['$dueAt', null] };
  const isHeld = { $gt: [{ $ifNull: ['$lockedUntil', null] }, now] };
  const isAwaiting = { $ne: [{ $ifNull: ['$awaits', null] }, null] };
  // An older version beside this one settles a message and leaves the lane as it is.
  const stands = { $and: [{ $ne: [{ $ifNull: ['$lane', null] }, null] }, { $ne: [dueAt, null] }] };
  const isDue = { $and: [more, { $not: [isHeld] }, { $not: [isAwaiting] }] };
  return {
    lane: { $cond: [isDue, LANE, { $cond: [stands, LANE, null] }] },
    dueAt: { $cond: [{ $and: [isDue, { $not: [stands] }] }, now, dueAt] },
    settledAt: { $cond: [more, null, { $ifNull: ['$settledAt', null] }] },
  };
}
