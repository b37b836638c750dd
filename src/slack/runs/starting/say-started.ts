import type { WorkflowRun } from '../../../core/run/workflow-run.ts';
import type { Reply } from '../../kit/guard.ts';
import type { HandlerDeps } from '../../kit/handler-deps.ts';
import { dropCoordinates } from '../../words/job-words.ts';
import { channelLink, userLine } from '../../words/mrkdwn.ts';
import { describeSubject } from '../describe-run.ts';
import { showCommand } from '../run-card.ts';

/** Slack takes one post a second in a channel. */
const POSTS_A_MINUTE = 60;

/**
 * What whoever asked is told at once, before any card is there: what was started, how to see it, where its card comes,
 * and how long that takes when many messages wait for the channel.
 */
export async function sayStarted(
  { management, agency, log }: Pick<HandlerDeps, 'management' | 'agency' | 'log'>,
  run: WorkflowRun,
): Promise<Reply> {
  const channel = run.origin.channel ?? agency.channels.requests;
  const waiting = await management.messages.countWaiting(channel).catch((error: unknown) => {
    // The request is filed: not to know how long its card takes is no reason to say nothing.
    log.warn('How many messages wait for a channel could not be counted', { channel, error });
    return 0;
  });
  const minutes = Math.ceil(waiting / POSTS_A_MINUTE);
  const when = minutes > 1 ? `, in up to about ${minutes} minutes: ${waiting} messages wait for it` : '';
  const what = `▶️ *${userLine(run.definition.title, 75)}* · \`${run._id}\` · ${userLine(dropCoordinates(describeSubject(run)), 300)}`;
  return {
    text: `${what}\nIts card comes in ${channel.startsWith('D') ? 'this conversation' : channelLink(channel)}${when}. ${showCommand(run)} shows how it stands.`,
  };
}
