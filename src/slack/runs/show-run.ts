import type { Agency } from '../../core/agency/agency.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { Block } from '../budget/fitted.ts';
import { ACTION } from '../kit/action-ids.ts';
import { encodeTarget } from '../kit/button-payload.ts';
import type { Reply } from '../kit/guard.ts';
import type { HandlerDeps } from '../kit/handler-deps.ts';
import { buttons, context, section } from '../kit/parts.ts';
import { formatInterval } from '../words/local-time.ts';
import { sentenceOf, userLine, userText } from '../words/mrkdwn.ts';
import { buildRunCard } from './run-card.ts';
import { buildTimelineLine } from './timeline.ts';

const MOST_LINES = 10;

/** How a run stands, who has the job and why, and what happened last, for one person; operators may reassign the job. */
export async function showRun(deps: HandlerDeps, userId: string, id: string): Promise<Reply> {
  if (id === '')
    return { text: 'Say which request to show: `/crewline show R-…`. `/crewline list` names them.' };
  const run = await deps.management.runs.find(id.toUpperCase());
  if (!run)
    return { text: `There is no request ${userLine(id, 60)}. \`/crewline list all\` names the newest.` };
  const [events, order] = await Promise.all([
    deps.management.runs.listAudit(run._id),
    deps.management.work.find(run._id),
  ]);
  const isOperator = deps.agency.operators.includes(userId);
  const lines = events
    .flatMap((event) => buildTimelineLine(event, run, deps.agency, isOperator) ?? [])
    .slice(-MOST_LINES);
  const card = buildRunCard(run, deps.agency, deps.clock.now(), order);
  const job = order ? describeJob(order, deps.agency, isOperator) : [];
  const history = lines.length > 0 ? [context(lines.join('\n'))] : [];
  return { text: card.text, blocks: [...card.blocks, ...job, ...history] };
}

/** Who has the job, when and why, or why nobody; with the button that gives it to another crew as long as it can be. */
function describeJob(order: WorkOrder, agency: Agency, isOperator: boolean): Block[] {
  const { assignment, state } = order;
  if (state === 'cancelled' || state === 'done') return [];
  const what = assignment
    ? `👷 *${userLine(assignment.crewName, 75)}* · ${formatInterval(assignment.start, assignment.end, agency.timeZone)}\n${userText(assignment.reason, 600)}`
    : `⏳ *No crew yet.* ${sentenceOf(userText(order.unplaced ? tellReason(order.unplaced) : 'It is being planned.', 600))}`;
  const canMove = isOperator && (state === 'announced' || state === 'waiting');
  const value = encodeTarget(order._id);
  return [
    section(what),
    ...buttons(
      canMove
        ? [{ actionId: ACTION.reassignWork, label: assignment ? 'Reassign' : 'Give to a crew', value }]
        : [],
    ),
  ];
}
