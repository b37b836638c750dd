import type { Agency } from '../../../core/agency/agency.ts';
import { channelLink, mention } from '../../words/mrkdwn.ts';
import type { Rendering } from '../rendering/rendering.ts';
import type { SlackTarget } from '../rendering/targets.ts';

/** Where a message may be posted: under another one, or by itself. */
export interface Place {
  target: SlackTarget;
  thread: Rendering['thread'];
}

/** A place that could not be reached, and Slack's reason. */
export interface Detour {
  target: SlackTarget;
  reason: string;
}

/**
 * All places for a message, best first: the thread, where such a message belongs, and then, because somebody has to read
 * it, dispatch, escalations and the operators themselves. A page that goes on to another level has only its own.
 */
export function listPlaces({ thread, targets, climbs = false }: Rendering, agency: Agency): Place[] {
  const alone = climbs ? targets : [...targets, ...lastResorts(agency)];
  const seen = new Set<string>();
  const distinct = alone.filter((target) => {
    const key = 'user' in target ? target.user : target.channel;
    return !seen.has(key) && seen.add(key);
  });
  return [
    ...(thread ? [{ target: { channel: thread.channel }, thread }] : []),
    ...distinct.map((target) => ({ target, thread: null })),
  ];
}

function lastResorts({ channels, operators }: Agency): SlackTarget[] {
  const { dispatch, escalations } = channels;
  return [{ channel: dispatch }, { channel: escalations }, ...operators.map((user) => ({ user }))];
}

/** Of a thread alone, which closes no channel. */
const OF_THREAD: ReadonlySet<string> = new Set([
  'thread_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
]);

/** Whether the same channel need not be tried again without the thread. */
export function closesChannel(reason: string): boolean {
  return !OF_THREAD.has(reason);
}

const REASON: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such channel, or Crewline cannot see it',
  is_archived: 'it is archived',
  not_in_channel: 'Crewline is not in it: invite it there',
  user_disabled: 'the account is deactivated',
  user_not_found: 'there is no such person',
};

/** For whoever reads a message at a place it was not meant for. */
export function explainDetour([first]: readonly Detour[]): string | null {
  if (!first) return null;
  const { target, reason } = first;
  const where = 'user' in target ? mention(target.user) : channelLink(target.channel);
  const why = REASON[reason] ? `${REASON[reason]} (${reason})` : reason;
  return `⚠️ Meant for ${where}, which cannot be reached: ${why}.`;
}
