import type { OutboxMessage, Turn } from '../run/run-parts.ts';
import type { Lane } from './lane.ts';

/**
 *   standing in its lane --claim--> being delivered --> settled, or dead when Slack will never take it
 *      ^   ^                         |   |   '--------> asleep: a try failed, strays are to be looked for later, or it
 *      |   '--its turn has not come--'   |              awaits another message
 *      '--more is wanted by now----------'
 *   asleep --its time has come, Slack works again, what it awaits is there, more is wanted--> standing in its lane
 *   settled --more is wanted--> standing in its lane; its run gone for days--> deleted
 *
 * Only what stands in a lane is claimed, and only what is not settled is in an index that anybody walks.
 */
export interface OutboxEntry extends Omit<OutboxMessage, 'turn'> {
  /** Absent in what older versions stored. */
  turn?: Turn;
  createdAt: Date;
  /** The newest form that Slack has: 0 until the first post. */
  delivered: number;
  /** Where it stands; null while it is delivered, asleep or settled. */
  lane: string | null;
  /** Since when it stands in its lane, when it wakes, or when its lock ends; null when nothing is to be done. */
  dueAt: Date | null;
  /** Since when it stood in its lane before it was claimed. */
  queuedAt: Date | null;
  /** The message it cannot go before. */
  awaits: string | null;
  /** Since when there is nothing to be done. */
  settledAt: Date | null;
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
export type DeliveryLock = Pick<ClaimedEntry, '_id' | 'lockToken' | 'kind' | 'ts'>;

/** What is in Slack after a delivery; tries and doubts stay as they are unless given. */
export type SettledPost = Pick<OutboxEntry, 'channel' | 'ts' | 'delivered'> &
  Partial<Pick<OutboxEntry, 'tries' | 'doubts' | 'checkAt' | 'checks'>>;

/** The code of the error with which a write ends whose lock was lost. */
export const LOCK_LOST = 'outbox.lockLost';

/** What a delivery does with the outbox. Writes that take a lock change nothing when it was lost, and reject with the code `LOCK_LOST`. */
export interface DeliverableOutbox {
  /** Asks for messages: a new one is due at once, a known one when more is wanted than before. Safe to repeat. */
  request(messages: OutboxMessage[], now: Date): Promise<void>;
  /** Every lane in which something stands, with how urgent the first of it is. */
  listLanes(): Promise<Lane[]>;
  /**
   * Takes what comes next in a lane, or what has stood there longest, for `owner` until `until`; null when nothing stands
   * there. Looks at one entry, however many there are.
   */
  claim(lane: string, next: LaneOrder, owner: string, now: Date, until: Date): Promise<ClaimedEntry | null>;
  find(id: string): Promise<OutboxEntry | null>;
  /** Before a post is sent, with it; once Slack said that it did not take it, without. */
  noteTries(lock: DeliveryLock, tries: PostTry[]): Promise<void>;
  /** This is in Slack; due again at once if more is wanted by now. What awaits it is due. */
  settle(lock: DeliveryLock, post: SettledPost, now: Date): Promise<void>;
  /** Puts it back to where it stood in its lane. */
  giveBack(lock: DeliveryLock, now: Date, countAttempt: boolean): Promise<void>;
  /** Lets it sleep until then. */
  postpone(lock: DeliveryLock, dueAt: Date, countAttempt: boolean): Promise<void>;
  /** Lets it sleep until the message `id` is settled or buried, until `latest` should that never be heard of. */
  awaitOther(lock: DeliveryLock, id: string, latest: Date): Promise<void>;
  /** It can never arrive. What awaits it is due. */
  bury(lock: DeliveryLock, reason: string, now: Date): Promise<void>;
  /** Goes on holding a claimed message while its delivery takes long. */
  extend(lock: DeliveryLock, until: Date): Promise<void>;
  /** Forgets where the posts of these messages are, so that they are posted anew. */
  forgetPosts(messages: OutboxMessage[], now: Date): Promise<void>;
  /** Puts what has slept long enough into its lane, and what somebody held for too long. */
  rouse(now: Date): Promise<void>;
  /** Puts what sleeps because of Slack into its lane: after a failure, a wait, a restart. */
  rouseAll(now: Date): Promise<void>;
  /** When the next of those that sleep or are being delivered is due; null when there is none. */
  findNextDue(): Promise<Date | null>;
}

/** The most urgent of a lane, or what has stood in it longest. */
export type LaneOrder = 'urgent' | 'oldest';

/** Where an entry goes, in the agency's words; of what older versions stored, only its kind is known. */
export function placeOf({ turn, kind }: Pick<OutboxEntry, 'turn' | 'kind'>): string {
  return turn?.place ?? `old ${kind}`;
}
