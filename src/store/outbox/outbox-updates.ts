import type { Document } from 'mongodb';
import type { OutboxMessage } from '../../core/outbox/outbox-message.ts';
import type { SettledPost } from './outbox.ts';

/** What nobody delivers. */
export const UNLOCKED = { lockedUntil: null, lockedBy: null, lockToken: null };

/** A message without a post, and without any doubt about one. */
export const UNPOSTED = { ts: null, tries: [], doubts: [], checkAt: null, checks: 0, delivered: 0 };

/** Asks for a message: creates it, or makes it due when more is wanted of it than before. */
export function wantUpdate(message: OutboxMessage, now: Date): Document[] {
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
export function wantNewer(message: OutboxMessage, now: Date): Document[] {
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
export function renewUpdate(now: Date): Document[] {
  return [{ $set: { wanted: { $add: [{ $max: ['$wanted', '$delivered'] }, ONCE_MORE] }, dueAt: now } }];
}

/** Takes a message; what an older version stored without lists of tries is given empty ones. */
export function claimUpdate(owner: string, lockToken: string, until: Date): Document[] {
  const lock = { lockedUntil: until, lockedBy: { $literal: owner }, lockToken };
  return [{ $set: { ...lock, tries: { $ifNull: ['$tries', []] }, doubts: { $ifNull: ['$doubts', []] } } }];
}

/** Records a post and lets go of it: due again when more is wanted by now, else when strays are to be looked for. */
export function settleUpdate(post: SettledPost, now: Date): Document[] {
  const fields = Object.entries(post).map(([field, value]) => [field, { $literal: value }]);
  const dueAt = { $cond: [{ $gt: ['$wanted', '$delivered'] }, now, { $ifNull: ['$checkAt', null] }] };
  return [
    { $set: { ...UNLOCKED, ...Object.fromEntries(fields), attempts: 0, deadReason: null } },
    { $set: { dueAt } },
  ];
}
