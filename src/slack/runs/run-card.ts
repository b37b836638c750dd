import type { Agency } from '../../core/agency/agency.ts';
import type { Escalation } from '../../core/run/run-parts.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { context, fields, section } from '../kit/parts.ts';
import { CAUSE, SETTLED } from '../words/glossary.ts';
import { formatInstant } from '../words/local-time.ts';
import { mention, sentenceOf, userLine, userText } from '../words/mrkdwn.ts';
import { hazardLine, hazardWarning } from './describe-hazard.ts';
import {
  describeCost,
  describeDeadline,
  describePosition,
  describeReason,
  describeSeverity,
  describeStatus,
  describeSubject,
  describeWaiting,
  findCrewName,
  findPlannedStart,
} from './describe-run.ts';

/**
 * The requester's card: how the run stands and who waits for whom; once it ended, how and why. `order`: its job, which says
 * whether the crew has begun; null without one.
 */
export function buildRunCard(
  run: WorkflowRun,
  agency: Agency,
  now: Date,
  order: JobStanding | null = null,
): Message {
  const crew = describeCrew(run, agency, order);
  const status = describeStatus(run);
  const title = userLine(run.definition.title, 75);
  const word = run.closing ? 'Handing over' : status.word;
  const blocks: Block[] = [
    section(`${status.sign} *${word}* · ${title}\n${userText(describeSubject(run), 1_500)}`),
    ...hazardLine(run),
    ...fields(run.endedAt ? endedFields(run, agency, now, crew) : openFields(run, agency, now, crew)),
    ...escalationLines(run, order).map(context),
    context(`${run._id} · asked for by ${requester(run)} · ${formatInstant(run.createdAt, agency.timeZone)}`),
  ];
  return message(textOf(run, title, word, agency), blocks, showCommand(run));
}

/** Who asked, for mrkdwn. */
export function requester(run: WorkflowRun): string {
  return run.requester.userId ? mention(run.requester.userId) : userLine(run.requester.name, 80);
}

/** What the card reads of a job. */
type JobStanding = Pick<WorkOrder, 'startedAt' | 'state'>;

type Pairs = (readonly [string, string | null])[];

function openFields(run: WorkflowRun, agency: Agency, now: Date, crew: string | null): Pairs {
  return [
    ['Now', describePosition(run)],
    ['Waits for', describeWaiting(run, agency)],
    ['Crew', crew],
    ['Severity', describeSeverity((key) => findOutput(run, key))],
    ['Deadline', describeDeadline(run, run.clocks.run, agency, now)],
    ['Cost', describeCost(run, agency)],
    ...(run.closing ? [['Why', describeReason(run.closing, 500)] as const] : []),
  ];
}

function endedFields(run: WorkflowRun, agency: Agency, now: Date, crew: string | null): Pairs {
  return [
    ['Outcome', describeReason(run, 800)],
    ['Ended', run.endedAt ? formatInstant(run.endedAt, agency.timeZone) : null],
    ['Crew', crew],
    ['Severity', describeSeverity((key) => findOutput(run, key))],
    ['Deadline', describeDeadline(run, run.clocks.run, agency, now)],
    ['Cost', describeCost(run, agency)],
  ];
}

/** When it begins, as planned; once it has begun, when it did. */
function describeCrew(run: WorkflowRun, { timeZone }: Agency, order: JobStanding | null): string | null {
  const name = findCrewName(run);
  if (name === null) return null;
  const crew = userLine(name, 75);
  if (order?.startedAt) {
    const started = `${crew}, started ${formatInstant(order.startedAt, timeZone)}`;
    return order.state === 'blocked' ? `${started}, held up now` : started;
  }
  const start = findPlannedStart(run);
  return start ? `${crew}, from ${formatInstant(start, timeZone)}` : crew;
}

/** The command that shows all of a run. */
export function showCommand({ _id }: Pick<WorkflowRun, '_id'>): string {
  return `\`/crewline show ${_id}\``;
}

/** One line for all that say the same, those that nobody takes care of first. */
function escalationLines(run: WorkflowRun, order: JobStanding | null): string[] {
  const counts = new Map<string, number>();
  const sorted = Object.values(run.escalations).toSorted((one, other) => urgencyOf(one) - urgencyOf(other));
  const atWork = describeAtWork(run, order);
  for (const line of sorted.map((one) => escalationLine(one, atWork)))
    counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, count]) => (count > 1 ? `${line} (${count} times)` : line));
}

const URGENCY: readonly Escalation['state'][] = ['exhausted', 'open', 'acknowledged', 'resolved'];

function urgencyOf({ state }: Escalation): number {
  return URGENCY.indexOf(state);
}

/** What the crew that is there does about it: `Crew North is at work`; null before it has started. */
function describeAtWork(run: WorkflowRun, order: JobStanding | null): string | null {
  const name = findCrewName(run);
  if (!order?.startedAt || name === null) return null;
  const crew = userLine(name, 75);
  if (order.state === 'blocked') return `${crew} has started, and is held up`;
  return order.state === 'started' ? `${crew} is at work` : null;
}

/** What a crew mends by its work; it does not look after money, nor after a step that has failed. */
const OF_THE_JOB: ReadonlySet<Escalation['kind']> = new Set(['hazard', 'sla']);

/** `atWork`: what the crew does that has started; null before it has. */
function escalationLine(escalation: Escalation, atWork: string | null): string {
  const cause = CAUSE[escalation.kind];
  const crew = OF_THE_JOB.has(escalation.kind) ? atWork : null;
  switch (escalation.state) {
    case 'open':
      return `🚨 ${cause}: ${describeCalls(escalation.pages.length)}, ${crew ?? 'nobody takes care of it yet'}`;
    case 'acknowledged':
      return `🙋 ${cause}: ${mention(escalation.acknowledgedBy)} takes care of it`;
    case 'exhausted':
      return `⚠️ ${cause}: everybody was called, ${crew ?? 'nobody takes care of it'}`;
    case 'resolved':
      return `✅ ${sentenceOf(SETTLED[escalation.kind])}`;
  }
}

function describeCalls(count: number): string {
  return count === 1 ? 'people were called once' : `people were called ${count} times`;
}

function textOf(run: WorkflowRun, title: string, word: string, agency: Agency): string {
  const waiting = describeWaiting(run, agency);
  const rest = run.endedAt ? describeReason(run, 300) : waiting ? `Waits for ${waiting}` : '';
  return `${hazardWarning(run)}${title} ${run._id}: ${word}. ${userLine(describeSubject(run), 300)}${rest ? `. ${rest}` : ''}`;
}
