import type { OutboxMessage } from '../run/run-parts.ts';

/**
 * due (dueAt set) --claim--> being delivered (lockedUntil) --> settled (dueAt null), due again when more is wanted, a
 * try failed or strays are to be looked for, or dead when Slack will never take it.
 */
export interface OutboxEntry extends OutboxMessage {
  createdAt: Date;
  /** The newest form that Slack has: 0 until the first post. */
  delivered: number;
  /** When to try next; null when nothing is to be done. */
  dueAt: Date | null;
  lockedUntil: Date | null;
  lockedBy: string | null;
  /** Another one with every claim, so that whoever lost the lock can write nothing any more. */
  lockToken: string | null;
  attempts: number;
  /** Where the post is, once it exists. */
  channel: string | null;
  ts: string | null;
  /** Posts that were sent and whose outcome is not known: they may be in Slack, or still come. Oldest first. */
  tries: PostTry[];
  /** Such tries from before the post that is kept: should one come out after all, it is a stray. */
  doubts: PostTry[];
  /** When to look for strays next, and how often that was done. */
  checkAt: Date | null;
  checks: number;
  /** Slack's reason when the message can never arrive. */
  deadReason: string | null;
}

/** Where and when a post was sent. */
export interface PostTry {
  channel: string;
  /** Set when it was a reply. */
  threadTs: string | null;
  at: Date;
}

/** An entry in the hands of whoever claimed it, for as long as the token in the database is the same. */
export type ClaimedEntry = OutboxEntry & { lockToken: string };
/** What a write of a delivery is fenced by. */
export type DeliveryLock = Pick<ClaimedEntry, '_id' | 'lockToken'>;

/** What is in Slack after a delivery; tries and doubts stay as they are unless given. */
export type SettledPost = Pick<OutboxEntry, 'channel' | 'ts' | 'delivered'> &
  Partial<Pick<OutboxEntry, 'tries' | 'doubts' | 'checkAt' | 'checks'>>;

/** The code of the error with which a write ends whose lock was lost. */
export const LOCK_LOST = 'outbox.lockLost';

/** What a delivery does with the outbox. Writes that take a lock change nothing when it was lost, and reject with the code `LOCK_LOST`. */
export interface DeliverableOutbox {
  /** Asks for messages: a new one is due at once, a known one when more is wanted than before. Safe to repeat. */
  request(messages: OutboxMessage[], now: Date): Promise<void>;
  /** Takes a due message for `owner` until `until`; null when there is none. Most important first. */
  claim(owner: string, now: Date, until: Date, exceptChannels: string[]): Promise<ClaimedEntry | null>;
  find(id: string): Promise<OutboxEntry | null>;
  /** Before a post is sent, with it; once Slack said that it did not take it, without. */
  noteTries(lock: DeliveryLock, tries: PostTry[]): Promise<void>;
  /** This is in Slack; due again at once if more is wanted by now. */
  settle(lock: DeliveryLock, post: SettledPost, now: Date): Promise<void>;
  postpone(lock: DeliveryLock, dueAt: Date, countAttempt: boolean): Promise<void>;
  bury(lock: DeliveryLock, reason: string): Promise<void>;
  /** Goes on holding a claimed message while its delivery takes long. */
  extend(lock: DeliveryLock, until: Date): Promise<void>;
  /** Forgets where the posts of these messages are, so that they are posted anew. */
  forgetPosts(messages: OutboxMessage[], now: Date): Promise<void>;
  /** When the next message is due that nobody is delivering; null when there is none. */
  findNextDue(): Promise<Date | null>;
}
