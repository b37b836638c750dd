import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Agency } from '../../../core/agency/agency.ts';
import type { DeliverableOutbox } from '../../../core/outbox/outbox-entry.ts';
import type { Pages } from '../../../management/pages.ts';
import type { Planning } from '../../../management/planning.ts';
import type { Runs } from '../../../management/runs.ts';
import type { SlackClient } from '../../connection/slack-client.ts';
import type { Pacing } from '../pacing/pacing.ts';
import type { RenderDeps } from '../rendering/rendering.ts';
import type { Conversations } from './conversations.ts';

/** How a post is dealt with whose outcome is not known, in milliseconds. */
export interface DoubtTimes {
  /** How long after it was sent a post may still appear in Slack; before this it is not posted again. */
  settleMs: number;
  /** After a second post, waits before each further look for the first one. */
  checksAfterMs: readonly number[];
}

/** Counts what did not go as it was meant to, by kind of message and Slack's reason. */
export interface DeliveryCounts {
  /** Slack did not take its full form. */
  refused(kind: string, reason: string): void;
  /** It went to another place than the one it was meant for. */
  detoured(kind: string, reason: string): void;
  /** It went nowhere. */
  undeliverable(kind: string, reason: string): void;
}

/** What delivering a message needs. */
export interface DeliveryDeps {
  outbox: DeliverableOutbox;
  /** What the messages are about. */
  management: RenderDeps['management'] & {
    runs: Pick<Runs, 'find'>;
    pages: Pick<Pages, 'reportUndeliverable'>;
    planning: Pick<Planning, 'findProposal' | 'findBulletin'>;
  };
  client: SlackClient;
  conversations: Conversations;
  pacing: Pacing;
  /** What is posted to this place, in the agency's words, goes to that channel. */
  leadsTo(place: string, channel: string): void;
  agency: Agency;
  clock: Clock;
  log: Log;
  doubtTimes: DoubtTimes;
  counts: DeliveryCounts;
}
