import type { Agency } from '../../core/agency/agency.ts';
import type { StepSummary } from '../../core/audit/audit-data.ts';
import type { AuditEvent, AuditEventOf } from '../../core/audit/audit-event.ts';
import type { Finding } from '../../core/definition/condition.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { describeSpan } from '../../core/values/duration.ts';
import { describeCents } from '../../core/values/money.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import { CAUSE, SETTLED, STATUS } from '../words/glossary.ts';
import { formatInstant, formatStart } from '../words/local-time.ts';
import { mention, sentenceOf, userLine } from '../words/mrkdwn.ts';
import { describeFindings } from './describe-findings.ts';
import {
  describeNoDecision,
  describeReason,
  describeTarget,
  findLateness,
  isGuessed,
  titleOf,
} from './describe-run.ts';

/** What a sentence about an event needs besides the event; every part is ready for mrkdwn. */
interface Setting {
  step: string;
  who: string;
  run: WorkflowRun;
  agency: Agency;
  /** `, 3 h late`, of work that was done after the deadline; empty when it was in time. */
  late: string;
  /** What the event's step reported. */
  output: Readonly<Record<string, unknown>>;
  money(cents: number): string;
  instant(instant: Date): string;
  findings(because: readonly Finding[]): string;
}

type Sentences = {
  [Type in AuditEvent['type']]: (setting: Setting, data: AuditEventOf<Type>['data']) => string;
};

const SENTENCES: Readonly<Sentences> = {
  'run.started': ({ run }) => `▶️ Started by ${starter(run)}`,
  'run.ended': (_, end) => {
    const { sign, word } = STATUS[end.status];
    const reason = describeReason(end, 400);
    return `${sign} ${word}${reason ? `: ${reason}` : ''}`;
  },
  'step.started': ({ step }) => `${step}: begun`,
  'step.succeeded': (setting, output) =>
    setting.output.understood === false
      ? `⚠️ ${setting.step}: not understood, people have to read it`
      : `✅ ${setting.step}: done${summarise(output, setting)}`,
  'step.attemptFailed': ({ step }, { message }) => `⚠️ ${step}: a try failed: ${line(message)}`,
  'step.failed': ({ step }, { message }) => `❌ ${step}: failed: ${line(message)}`,
  'step.skipped': (setting, { because = [] }) =>
    `⏭️ ${setting.step}: left out, ${setting.findings(because) || 'its condition does not hold'}`,
  'step.branched': (setting, { branch, because }) => {
    const taken = branch === null ? 'no case applies' : `case ${branch} applies`;
    const why = setting.findings(because);
    return `🔀 ${setting.step}: ${taken}${why ? `, ${why}` : ''}`;
  },
  'step.fallbackStarted': ({ step }) => `↪️ ${step}: something else is done instead`,
  'step.abandoned': ({ step }) => `⏹️ ${step}: stopped, it is not needed any more`,
  'approval.opened': ({ step }, { role }) => `🟡 ${step}: ${line(role)} is asked`,
  'approval.doubted': (setting, { role, because }) =>
    `❓ ${setting.step}: nobody can tell whether it is needed, so ${line(role)} is asked: ${setting.findings(because)}`,
  'approval.approved': ({ step, who }, { reason }) => `✅ ${step}: approved by ${who}${because(reason)}`,
  'approval.rejected': ({ step, who }, { reason }) => `⛔ ${step}: rejected by ${who}${because(reason)}`,
  'approval.expired': ({ step, run }, { why }) => `⌛ ${step}: ${describeNoDecision(why, run)}`,
  'approval.reminded': ({ step }) => `🔔 ${step}: a decision is still missing`,
  'work.announced': ({ instant }, { crewName, start }) =>
    `👷 ${line(crewName)} got the job, from ${instant(start)}`,
  'work.unplaced': (_, { reason, fix = null, doubt }) =>
    doubt === undefined
      ? `⚠️ No crew can take the job yet${because(tellReason({ why: reason, fix }))}`
      : `❓ *Which crew should do it?* ${sentenceOf(line(tellReason({ why: reason, fix })))}`,
  'work.late': ({ instant }, { end, fix, isHopeless }) => {
    const help = fix ?? (isHopeless ? 'no single change would help' : null);
    return `⚠️ As planned it ends after the deadline (${instant(end)})${because(help)}`;
  },
  'work.freed': (_, { predecessor }) =>
    `🔓 ${line(predecessor)} is called off: this job, which was to start after it, is planned on its own`,
  'work.moved': (setting, move) => `${describeMove(move, setting)}${because(move.reason)}`,
  'work.accepted': ({ who }) => `👍 ${who} accepted the job`,
  'work.declined': ({ who }, { reason }) => `👎 ${who} declined the job${because(reason)}`,
  'work.stranded': ({ instant }, { crewName, start, reason }) =>
    `⚠️ Still planned with ${line(crewName)}, ${instant(start)}, but ${line(reason)}`,
  'work.cleared': ({ instant }, { crewName, start, reason, isAllClear }) =>
    isAllClear
      ? `✅ ${line(reason)}: it stays with ${line(crewName)}, ${instant(start)}`
      : `✅ ${line(reason)}`,
  'work.nudged': ({ instant }, { crewName, start }) =>
    `⏰ ${line(crewName)} is reminded of the start at ${instant(start)}`,
  'work.overdue': ({ instant }, { crewName, start }) =>
    `⏰ ${line(crewName)} has not started; it was to begin ${instant(start)}`,
  'work.started': ({ who }) => `🔵 ${who} started the work`,
  'work.blocked': ({ who }, { reason }) => `🟠 ${who} is held up${because(reason)}`,
  'work.resumed': ({ who }) => `🔵 ${who} goes on with the work`,
  'work.done': ({ who, money, late }, { actualCostCents, note }) =>
    `✅ ${who} reported the work done${late}, ${money(actualCostCents)}${because(note)}`,
  'sla.warned': ({ step, instant }, { dueAt }) => `⚠️ ${step}: the deadline is near (${instant(dueAt)})`,
  'sla.breached': ({ step, instant }, { dueAt }) => `🚨 ${step}: deadline missed (${instant(dueAt)})`,
  'budget.warned': ({ money }, { spentCents, limitCents }) =>
    `⚠️ ${money(spentCents)} of ${money(limitCents)} are spent`,
  'budget.breached': ({ money }, { spentCents, limitCents }) =>
    `🚨 Over budget: ${money(spentCents)} of ${money(limitCents)}`,
  'escalation.paged': ({ agency }, { kind, number, target }) =>
    `🚨 ${CAUSE[kind]}: ${describeTarget(target, agency)} is called${number > 1 ? ` (call ${number})` : ''}`,
  'escalation.undeliverable': ({ run }, { key, number, reason }) =>
    `⚠️ ${causeOf(run, key)}call ${number} reaches nobody (${line(reason)})`,
  'escalation.acknowledged': ({ who, run }, { key }) => `🙋 ${causeOf(run, key)}${who} takes care of it`,
  'escalation.exhausted': ({ run }, { key }) =>
    `⚠️ ${causeOf(run, key)}everybody was called, nobody takes care of it`,
  'escalation.resolved': ({ run }, { key }) =>
    `✅ ${sentenceOf(settledOf(run, key))}: nobody has to take care of it any more`,
  'notice.posted': (_, { text }) => `📣 ${line(text)}`,
  unknown: (_, { type, data }) =>
    `❔ ${line(`${type || 'a fact without a type'} ${JSON.stringify(data) ?? ''}`)}`,
};

/**
 * What the requester's thread says instead, where everybody reads along: which crew, which day, what time. What the
 * planner compared, crews' reasons and crews' money stay with dispatch.
 */
const FOR_REQUESTER: Readonly<Sentences> = {
  ...SENTENCES,
  'work.unplaced': (_, { doubt }) =>
    doubt === undefined
      ? '⏳ No crew can take the job yet; dispatch knows'
      : '⏳ Dispatch has been asked which crew should do it',
  'work.late': ({ instant }, { end }) => `⚠️ As planned it ends after the deadline (${instant(end)})`,
  'work.moved': (setting, move) => {
    const late = isPastDeadline(move.end, setting.run) ? ', ⚠️ ends after the deadline' : '';
    return `${describeMove(move, setting)}${late}`;
  },
  'work.declined': () => '👎 The crew cannot take the job; another one is being looked for',
  'work.stranded': (_, { crewName }) => `⚠️ ${line(crewName)} may not be able to come; dispatch knows`,
  'work.cleared': ({ instant }, { crewName, start }) =>
    `✅ ${line(crewName)} can come as planned, ${instant(start)}`,
  unknown: () => '❔ Something happened that this version of Crewline cannot read; operators see it',
};

/** Whether a job that was moved would end after its run's deadline. */
export function isMovedPastDeadline(event: AuditEvent, run: WorkflowRun): boolean {
  return event.type === 'work.moved' && isPastDeadline(event.data.end, run);
}

/** An audit event in a sentence for whoever asked for the work, and all who read along. */
export function describeEventToRequester(event: AuditEvent, run: WorkflowRun, agency: Agency): string {
  return describe(event, run, agency, FOR_REQUESTER);
}

/** An audit event in a sentence, for mrkdwn, without its time. */
export function describeEvent(event: AuditEvent, run: WorkflowRun, agency: Agency): string {
  return describe(event, run, agency, SENTENCES);
}

function describe<Type extends AuditEvent['type']>(
  { type, task, actor, data }: AuditEventOf<Type>,
  run: WorkflowRun,
  agency: Agency,
  sentences: Sentences,
): string {
  const setting: Setting = {
    step: titleOf(run, task),
    who: mention(actor),
    run,
    agency,
    late: describeLateness(run),
    output: (task !== null && run.steps[task]?.output) || {},
    money: (cents) => describeCents(cents, agency.currency),
    instant: (instant) => formatInstant(instant, agency.timeZone),
    findings: (because) => describeFindings(because, run, agency.currency),
  };
  return sentences[type](setting, data);
}

/** `New time: Wed 3 Jun 07:52 CDT (before: Tue 2 Jun 14:00)`. */
function describeMove(
  { crewId, crewName, start, fromCrewId, fromStart }: AuditEventOf<'work.moved'>['data'],
  { agency, instant }: Setting,
): string {
  const what = fromCrewId === crewId ? '🕘 New time:' : `🔀 Now with ${line(crewName)}, from`;
  const isOther = fromStart.getTime() !== start.getTime();
  const before = isOther ? ` (before: ${formatStart(fromStart, agency.timeZone, start)})` : '';
  return `${what} ${instant(start)}${before}`;
}

function isPastDeadline(end: Date, { clocks }: WorkflowRun): boolean {
  return clocks.run !== undefined && end > clocks.run.dueAt;
}

function describeLateness(run: WorkflowRun): string {
  const lateMs = findLateness(run);
  return lateMs === null ? '' : `, ${describeSpan(lateMs)} late`;
}

function starter({ requester }: WorkflowRun): string {
  return requester.userId ? mention(requester.userId) : userLine(requester.name, 80);
}

/** `Deadline missed: `, what somebody is called for. */
function causeOf({ escalations }: WorkflowRun, key: string): string {
  const kind = escalations[key]?.kind;
  return `${kind === undefined ? 'Call for help' : CAUSE[kind]}: `;
}

/** The same once it is over. */
function settledOf({ escalations }: WorkflowRun, key: string): string {
  const kind = escalations[key]?.kind;
  return kind === undefined ? 'settled' : SETTLED[kind];
}

/** Somebody's words on one line. */
function line(text: string): string {
  return userLine(text, 400);
}

function because(reason: string | null | undefined): string {
  return reason ? `: ${line(reason)}` : '';
}

function summarise({ severity, actualCostCents, summary }: StepSummary, { money, output }: Setting): string {
  const parts: string[] = [];
  if (severity !== undefined && isGuessed((key) => output[key])) parts.push('by guess');
  const told = severity === undefined ? null : `severity ${severity} of 10`;
  // The rules' own summary ends with it.
  if (told !== null && !summary?.includes(told)) parts.push(told);
  if (actualCostCents !== undefined) parts.push(money(actualCostCents));
  if (summary !== undefined) parts.push(line(summary));
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}
