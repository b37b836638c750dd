import type { Agency } from '../../../core/agency/agency.ts';
import type { DeliverableOutbox } from '../../../core/outbox/outbox-entry.ts';
import type { Runs } from '../../../management/runs.ts';
import type { Work } from '../../../management/work.ts';
import type { Message } from '../../budget/fitted.ts';
import type { SlackTarget } from './targets.ts';

/** What is to be in Slack for an entry, where, and which form of it that is. */
export interface Rendering {
  message: Message;
  /** Tried in turn until one can be reached; dispatch, escalations and the operators come after them by themselves. */
  targets: SlackTarget[];
  /** Posted as a reply under this message when set, and to the targets when that cannot be. */
  thread: { channel: string; ts: string; broadcast: boolean } | null;
  /** Becomes the id of the first block, by which the post is found again. */
  marker: string;
  /** Should no target be reached, somebody else is paged instead. */
  climbs?: boolean;
  /** Slack has refused its full form. */
  isShort?: boolean;
  /** What it tells is over: should its post be gone, it is not posted anew. */
  isClosed?: boolean;
  /** A new reply for every delivery, instead of one post that is rewritten. */
  appends: boolean;
  delivered: number;
}

/** `nothing`: there is nothing to show for now. `later`: what it hangs under is not in Slack yet. */
export type RenderOutcome = Rendering | { nothing: true; delivered: number } | 'later';

export interface RenderDeps {
  outbox: Pick<DeliverableOutbox, 'find' | 'request'>;
  management: { runs: Pick<Runs, 'listAudit'>; work: Pick<Work, 'find'> };
  agency: Agency;
  now: Date;
}
