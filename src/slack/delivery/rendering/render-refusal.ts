import type { Agency } from '../../../core/agency/agency.ts';
import type { OutboxEntry } from '../../../core/outbox/outbox-entry.ts';
import type { OutboxKind } from '../../../core/run/run-parts.ts';
import type { Message } from '../../budget/fitted.ts';
import { message } from '../../budget/message.ts';
import { context, section } from '../../kit/parts.ts';
import { userLine } from '../../words/mrkdwn.ts';
import type { Rendering } from './rendering.ts';

/** What each kind of message is called where somebody has to look after it. */
const CALLED: Readonly<Record<OutboxKind, string>> = {
  runCard: 'The card of a request',
  timeline: 'News in the thread of a request',
  approvalCard: 'A card that asks for a decision',
  assignmentCard: 'A crew’s card',
  page: 'A call for help',
  notice: 'A notice',
  planProposal: 'A question about a plan',
  bulletin: 'News to a crew or to dispatch',
  refusal: 'A message about messages',
};

/** Tells operators that Slack does not take messages as they are. */
export function renderRefusal(entry: OutboxEntry, agency: Agency): Rendering {
  return {
    message: buildRefusalNotice(entry),
    targets: [{ channel: agency.channels.escalations }],
    thread: null,
    marker: entry._id,
    appends: false,
    delivered: entry.wanted,
  };
}

/** Which message it was, why, and what became of it. */
function buildRefusalNotice({ reference, runId }: Pick<OutboxEntry, 'reference' | 'runId'>): Message {
  const at = reference.indexOf('#');
  const reason = reference.slice(0, at);
  const id = reference.slice(at + 1);
  const kind = id.split(':')[0] ?? '';
  const what = Object.hasOwn(CALLED, kind) ? CALLED[kind as OutboxKind] : 'A message';
  const about = runId === '' ? '' : ` (${runId})`;
  const show = runId === '' ? '' : ` \`/crewline show ${runId}\` shows all of it.`;
  const headline = `${what}${about} was too much for Slack`;
  return message(`${headline}: ${reason}`, [
    section(`⚠️ *${headline}*: \`${userLine(reason, 80)}\`\nIts short form was sent.${show}`),
    context(`${userLine(id, 300)} · all are in the log, and counted in crewline_slack_refused_total`),
  ]);
}
