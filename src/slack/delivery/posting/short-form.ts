import type { ClaimedEntry } from '../../../core/outbox/outbox-entry.ts';
import { refusalMessage } from '../../../core/outbox/outbox-message.ts';
import type { Message } from '../../budget/fitted.ts';
import { message } from '../../budget/message.ts';
import { context, section } from '../../kit/parts.ts';
import { cut } from '../../words/mrkdwn.ts';
import type { Rendering } from '../rendering/rendering.ts';
import type { DeliveryDeps } from './delivery-deps.ts';

const LONGEST = 600;

/**
 * A message that Slack refuses as it is, in a form it takes: what it says in short, what can be pressed, and where all of
 * it is. An operator is told, once an hour and kind.
 */
export async function shorten(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  rendering: Rendering,
  reason: string,
): Promise<Rendering> {
  deps.log.error('Slack refuses a message as it is: its short form is sent', { id: entry._id, reason });
  deps.counts.refused(entry.kind, reason);
  const now = deps.clock.now();
  // A refusal of the message about refusals is told by the log and the count alone.
  if (entry.kind !== 'refusal') await deps.outbox.request([refusalMessage(entry, reason, now)], now);
  return { ...rendering, message: toShortForm(rendering.message, entry.runId, reason), isShort: true };
}

function toShortForm({ text, blocks }: Message, runId: string, reason: string): Message {
  const where = runId === '' ? '' : ` \`/crewline show ${runId}\` shows all of it.`;
  return message(cut(text, LONGEST), [
    section(cut(text, LONGEST)),
    ...blocks.filter(({ type }) => type === 'actions'),
    context(`In short, because Slack did not take the full form (${reason}).${where}`),
  ]);
}
