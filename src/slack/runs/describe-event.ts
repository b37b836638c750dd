import { type Agency, PageTarget } from '../../core/agency/agency.ts';
import type { AuditEvent, AuditEventType } from '../../core/audit/audit-event.ts';
import type { RunStatus, WorkflowRun } from '../../core/run/workflow-run.ts';
import { describeCents } from '../../core/values/money.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import { formatInstant, formatStart } from '../words/local-time.ts';
import { mention, userLine } from '../words/mrkdwn.ts';
import { describeReason, describeTarget, STATUS, titleOf } from './describe-run.ts';

/** What a sentence about an event is made of; every part is ready for mrkdwn. */
interface Facts {
  step: string;
  who: string;
  agency: Agency;
  /** A text of the event's data, on one line; empty when it has none. */
  text(key: string): string;
  money(key: string): string;
  instant(key: string): string;
  /** ` (before: 14:00)`, the start that a job had until now, where it is known and another one. */
  before: string;
  /** Whether a job that was moved would end after its run's deadline. */
  isLate: boolean;
  data: Record<string, unknown>;
}

type Describe = (facts: Facts) => string;

const SENTENCES: Readonly<Record<AuditEventType, Describe>> = {
  'run.started': ({ who }) => `▶️ Started by ${who}`,
  'run.ended': ({ data, text }) => {
    const status = STATUS[data.status as RunStatus] ?? { sign: '⏹️', word: text('status') };
    const reason = describeReason(typeof data.reason === 'string' ? data.reason : '', 400);
    return `${status.sign} ${status.word}${reason ? `: ${reason}` : ''}`;
  },
  'step.started': ({ step }) => `${step}: begun`,
  'step.succeeded': (facts) => `✅ ${facts.step}: done${summary(facts)}`,
  'step.attemptFailed': ({ step, text }) => `⚠️ ${step}: a try failed: ${text('message')}`,
  'step.failed': ({ step, text }) => `❌ ${step}: failed: ${text('message')}`,
  'step.skipped': ({ step }) => `⏭️ ${step}: left out, its condition does not hold`,
  'step.fallbackStarted': ({ step }) => `↪️ ${step}: the fallback takes over`,
  'step.abandoned': ({ step }) => `⏹️ ${step}: given up`,
  'approval.opened': ({ step, text }) => `🟡 ${step}: ${text('role')} is asked`,
  'approval.approved': ({ step, who, text }) => `✅ ${step}: approved by ${who}${because(text('reason'))}`,
  'approval.rejected': ({ step, who, text }) => `⛔ ${step}: rejected by ${who}${because(text('reason'))}`,
  'approval.expired': ({ step }) => `⌛ ${step}: nobody decided in time`,
  'approval.reminded': ({ step }) => `🔔 ${step}: a decision is still missing, a reminder is out`,
  'work.announced': ({ text, instant }) => `👷 ${text('crewName')} got the job, from ${instant('start')}`,
  'work.unplaced': ({ text }) =>
    `⚠️ No crew can take the job yet${because(tellReason({ why: text('reason'), fix: text('fix') || null }))}`,
  'work.late': ({ instant, text }) =>
    `⚠️ As planned it ends after the deadline (${instant('end')})${because(text('fix'))}`,
  'work.freed': ({ text }) =>
    `🔓 ${text('predecessor')} is called off: this job, which was to start after it, is planned on its own`,
  'work.moved': (facts) => `${describeMove(facts)}${because(facts.text('reason'))}`,
  'work.accepted': ({ who }) => `👍 ${who} accepted the job`,
  'work.declined': ({ who, text }) => `👎 ${who} declined the job${because(text('reason'))}`,
  'work.stranded': ({ text, instant }) =>
    `⚠️ Still planned with ${text('crewName')}, ${instant('start')}, but ${text('reason')}`,
  'work.cleared': ({ data, text, instant }) =>
    data.isAllClear === true
      ? `✅ ${text('reason')}: it stays with ${text('crewName')}, ${instant('start')}`
      : `✅ ${text('reason')}`,
  'work.nudged': ({ text, instant }) =>
    `⏰ ${text('crewName')} is reminded of the start at ${instant('start')}`,
  'work.overdue': ({ text, instant }) =>
    `⏰ ${text('crewName')} has not started; it was to begin ${instant('start')}`,
  'work.started': ({ who }) => `🔵 ${who} started the work`,
  'work.blocked': ({ who, text }) => `🟠 ${who} is held up${because(text('reason'))}`,
  'work.resumed': ({ who }) => `🔵 ${who} goes on with the work`,
  'work.done': ({ who, money, text }) =>
    `✅ ${who} reported the work done, ${money('actualCostCents')}${because(text('note'))}`,
  'sla.warned': ({ step, instant }) => `⚠️ ${step}: the deadline is near (${instant('dueAt')})`,
  'sla.breached': ({ step, instant }) => `🚨 ${step}: deadline missed (${instant('dueAt')})`,
  'budget.warned': ({ money }) => `⚠️ ${money('spentCents')} of ${money('limitCents')} are spent`,
  'budget.breached': ({ money }) => `🚨 Over budget: ${money('spentCents')} of ${money('limitCents')}`,
  'escalation.paged': (facts) =>
    `🚨 Page ${facts.text('number')}, level ${facts.text('level')}, to ${target(facts)}`,
  'escalation.undeliverable': ({ text }) =>
    `⚠️ Page ${text('number')} cannot be delivered (${text('reason')})`,
  'escalation.acknowledged': ({ who }) => `🙋 ${who} takes care of it`,
  'escalation.exhausted': () => '⚠️ Everybody was paged, nobody acknowledged it',
  'escalation.resolved': () => '✅ The open page is resolved',
  'notice.posted': ({ text }) => `📣 ${text('text')}`,
};

/**
 * What the requester's thread says instead, where everybody reads along: which crew, which day, what time. What the
 * planner compared, crews' reasons and crews' money stay with dispatch.
 */
const FOR_REQUESTER: Partial<Record<AuditEventType, Describe>> = {
  'work.unplaced': () => '⏳ No crew can take the job yet; dispatch knows',
  'work.late': ({ instant }) => `⚠️ As planned it ends after the deadline (${instant('end')})`,
  'work.moved': (facts) => `${describeMove(facts)}${facts.isLate ? ', ⚠️ ends after the deadline' : ''}`,
  'work.declined': () => '👎 The crew cannot take the job; another one is being looked for',
  'work.stranded': ({ text }) => `⚠️ ${text('crewName')} may not be able to come; dispatch knows`,
  'work.cleared': ({ text, instant }) => `✅ ${text('crewName')} can come as planned, ${instant('start')}`,
};

/** `New time: Wed 3 Jun 07:52 CDT (before: Tue 2 Jun 14:00)`. */
function describeMove({ data, text, instant, before }: Facts): string {
  const what = data.fromCrewId === data.crewId ? '🕘 New time:' : `🔀 Now with ${text('crewName')}, from`;
  return `${what} ${instant('start')}${before}`;
}

/** Whether a job that was moved would end after its run's deadline. */
export function isMovedPastDeadline({ type, data }: AuditEvent, { clocks }: WorkflowRun): boolean {
  const end = readInstant(data.end);
  return type === 'work.moved' && end !== null && clocks.run !== undefined && end > clocks.run.dueAt;
}

/** An audit event in a sentence for whoever asked for the work, and all who read along. */
export function describeEventToRequester(event: AuditEvent, run: WorkflowRun, agency: Agency): string {
  return describe(event, run, agency, FOR_REQUESTER[event.type] ?? SENTENCES[event.type]);
}

/** An audit event in a sentence, for mrkdwn, without its time. */
export function describeEvent(event: AuditEvent, run: WorkflowRun, agency: Agency): string {
  return describe(event, run, agency, SENTENCES[event.type]);
}

function describe(event: AuditEvent, run: WorkflowRun, agency: Agency, sentence: Describe): string {
  const { data } = event;
  const text = (key: string) => {
    const value = data[key];
    return typeof value === 'string' || typeof value === 'number' ? userLine(String(value), 400) : '';
  };
  return sentence({
    step: titleOf(run, event.task),
    who: event.type === 'run.started' ? starter(run) : mention(event.actor),
    agency,
    data,
    text,
    money: (key) => describeCents(typeof data[key] === 'number' ? data[key] : 0, agency.currency),
    instant: (key) => {
      const instant = readInstant(data[key]);
      return instant ? formatInstant(instant, agency.timeZone) : text(key);
    },
    before: describeBefore(data, agency),
    isLate: isMovedPastDeadline(event, run),
  });
}

function describeBefore({ fromStart, start }: AuditEvent['data'], { timeZone }: Agency): string {
  const [before, then] = [readInstant(fromStart), readInstant(start)];
  if (!before || !then || before.getTime() === then.getTime()) return '';
  return ` (before: ${formatStart(before, timeZone, then)})`;
}

function readInstant(value: unknown): Date | null {
  const instant = value instanceof Date ? value : new Date(String(value));
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function starter(run: WorkflowRun): string {
  return run.requester.userId ? mention(run.requester.userId) : userLine(run.requester.name, 80);
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}

function summary({ data, text, money }: Facts): string {
  const parts: string[] = [];
  const severity = `severity ${data.severity} of 10`;
  // The rules' own summary ends with it.
  if (typeof data.severity === 'number' && !text('summary').includes(severity)) parts.push(severity);
  if (typeof data.actualCostCents === 'number') parts.push(money('actualCostCents'));
  if (typeof data.summary === 'string') parts.push(text('summary'));
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

function target({ data, agency }: Facts): string {
  const parsed = PageTarget.safeParse(data.target);
  return parsed.success ? describeTarget(parsed.data, agency) : 'the next level';
}
