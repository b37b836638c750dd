import type { Agency } from '../../core/agency/agency.ts';
import type { Escalation, Page } from '../../core/run/run-parts.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { describeCents } from '../../core/values/money.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { ACTION } from '../kit/action-ids.ts';
import { encodeTarget } from '../kit/button-payload.ts';
import { buttons, context, fields, section } from '../kit/parts.ts';
import { describeHazard } from '../runs/describe-hazard.ts';
import {
  describeMissing,
  describeReason,
  describeSubject,
  describeTarget,
  titleOf,
} from '../runs/describe-run.ts';
import { requester } from '../runs/run-card.ts';
import { SETTLED } from '../words/glossary.ts';
import { formatInstant } from '../words/local-time.ts';
import { mention, sentenceOf, userLine, userText } from '../words/mrkdwn.ts';

/** One level's page: what went wrong and since when, who is next if nobody acknowledges; afterwards how it ended. */
export function buildPage(run: WorkflowRun, key: string, number: number, agency: Agency): Message | null {
  const escalation = run.escalations[key];
  const page = escalation?.pages.find((candidate) => candidate.number === number);
  if (!escalation || !page) return null;
  const isSettled = escalation.state === 'resolved';
  const cause = isSettled ? sentenceOf(SETTLED[escalation.kind]) : describeCause(run, escalation, agency);
  const state = describeState(run, escalation, page, agency);
  const subject = describeSubject(run);
  const isWaiting = escalation.state === 'open' || escalation.state === 'exhausted';
  const blocks: Block[] = [
    section(`${state.sign} *${cause}*\n${userText(subject, 1_500)}`),
    ...fields([
      ['Since', formatInstant(escalation.dueAt ?? escalation.openedAt, agency.timeZone)],
      ['Job', `${userLine(run.definition.title, 75)}, at “${titleOf(run, escalation.task)}”`],
      ['Level', describeLevel(run, page)],
      ['Next', describeNext(run, escalation, page, agency)],
    ]),
    section(state.line),
    ...(isWaiting ? acknowledgeButton(run, key) : []),
    context(`${run._id} · asked for by ${requester(run)}${undelivered(escalation, agency)}`),
  ];
  const calls = isWaiting ? callees(page, agency) : '';
  return message(
    `${calls}${state.plain}: ${cause}. ${userLine(subject, 300)}. ${run._id}`,
    calls === '' ? blocks : [...blocks, context(`Paged: ${calls.trim()}`)],
  );
}

function describeCause(run: WorkflowRun, escalation: Escalation, agency: Agency): string {
  if (escalation.kind === 'budget') {
    const { budget } = run;
    if (!budget) return 'Over budget';
    const money = (cents: number) => describeCents(cents, agency.currency);
    return `Over budget: ${money(budget.spentCents)} spent of ${money(budget.limitCents)}`;
  }
  if (escalation.kind === 'hazard')
    return `Danger to life reported: ${describeHazard(run) ?? 'see the report'}`;
  if (escalation.kind === 'failure') {
    const missing = escalation.task === null ? null : run.steps[escalation.task]?.missing;
    if (missing && run.reason === '') return `Waits for ${describeMissing(missing, agency)}`;
    return `Failed: ${describeReason({ reason: run.reason || titleOf(run, escalation.task) }, 300)}`;
  }
  return escalation.key === 'sla-run'
    ? 'Deadline missed'
    : `Deadline missed at “${titleOf(run, escalation.task)}”`;
}

interface PageState {
  sign: string;
  plain: string;
  line: string;
}

function describeState(run: WorkflowRun, escalation: Escalation, page: Page, agency: Agency): PageState {
  switch (escalation.state) {
    case 'acknowledged': {
      const at = escalation.acknowledgedAt
        ? ` · ${formatInstant(escalation.acknowledgedAt, agency.timeZone)}`
        : '';
      const who = mention(escalation.acknowledgedBy);
      return {
        sign: '🙋',
        plain: `Acknowledged by ${who}`,
        line: `🙋 *Acknowledged* by ${who}${at}. Nobody else is called.`,
      };
    }
    case 'resolved':
      return {
        sign: '✅',
        plain: 'Nothing to do any more',
        line: 'The work is done or called off. Nothing is left to acknowledge.',
      };
    case 'exhausted':
      return {
        sign: '⚠️',
        plain: 'Still not acknowledged',
        line: `⚠️ *Nobody has acknowledged this.* All ${run.policy.levels.length} levels were called; nobody else will be.`,
      };
    case 'open':
      return page.number < escalation.pages.length
        ? { sign: '🚨', plain: 'Page', line: 'Nobody acknowledged this in time: somebody else was called.' }
        : { sign: '🚨', plain: 'Page', line: 'Press *Acknowledge* if you take care of it.' };
  }
}

function describeLevel(run: WorkflowRun, page: Page): string {
  const levels = run.policy.levels.length;
  const again = page.number - levels;
  return `${page.level + 1} of ${levels}${again > 0 ? `, repeated (${again})` : ''}`;
}

function describeNext(run: WorkflowRun, escalation: Escalation, page: Page, agency: Agency): string | null {
  if (escalation.state !== 'open' || page.number < escalation.pages.length || !escalation.nextAt) return null;
  const { levels, repeat } = run.policy;
  const when = formatInstant(escalation.nextAt, agency.timeZone);
  if (escalation.pages.length >= levels.length + repeat)
    return `nobody: this is the last call, until ${when}`;
  const next = levels[Math.min(escalation.pages.length, levels.length - 1)];
  return next ? `${describeTarget(next.notify, agency)} at ${when}` : null;
}

function undelivered(escalation: Escalation, agency: Agency): string {
  return escalation.pages
    .filter((page) => page.undeliverable !== null)
    .map(
      (page) =>
        ` · ⚠️ page ${page.number} could not be delivered to ${describeTarget(page.target, agency)} (${userLine(page.undeliverable ?? '', 60)})`,
    )
    .join('');
}

/** A role's people are called by name, or their group: a page in a channel nobody is told about is no page. */
function callees(page: Page, agency: Agency): string {
  if (!page.target.role) return '';
  const role = agency.roles.find(({ name }) => name === page.target.role);
  if (role?.userGroup) return `<!subteam^${role.userGroup}> `;
  return (role?.members ?? [])
    .slice(0, 10)
    .map((member) => `${mention(member)} `)
    .join('');
}

function acknowledgeButton(run: WorkflowRun, key: string): Block[] {
  const value = encodeTarget(run._id, key);
  return buttons([{ actionId: ACTION.acknowledge, label: 'Acknowledge', value, style: 'primary' }]);
}
