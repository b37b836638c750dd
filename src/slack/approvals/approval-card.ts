import type { Agency } from '../../core/agency/agency.ts';
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { stepClockKey } from '../../core/monitor/sla.ts';
import type { ApprovalRequest } from '../../core/run/run-parts.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { describeSpan } from '../../core/values/duration.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { ACTION } from '../kit/action-ids.ts';
import { encodeTarget } from '../kit/button-payload.ts';
import { buttons, context, fields, section } from '../kit/parts.ts';
import { describeFindings } from '../runs/describe-findings.ts';
import { hazardLine, hazardWarning } from '../runs/describe-hazard.ts';
import {
  describeCost,
  describeDeadline,
  describeNoDecision,
  describeSeverity,
  describeSubject,
  listFurtherInput,
  titleOf,
} from '../runs/describe-run.ts';
import { noPlaceLine } from '../runs/names-place.ts';
import { requester } from '../runs/run-card.ts';
import { formatInstant } from '../words/local-time.ts';
import { mention, sentenceOf, userLine, userText } from '../words/mrkdwn.ts';

const MOST_REASONS = 10;

/** The approvers' card for the step `task`: facts and two buttons; after the decision who, when and why. */
export function buildApprovalCard(run: WorkflowRun, task: string, agency: Agency, now: Date): Message | null {
  const request = run.steps[task]?.approval;
  if (!request) return null;
  const verdict = describeVerdict(run, request, agency);
  const step = titleOf(run, task);
  const title = userLine(run.definition.title, 75);
  const subject = describeSubject(run);
  const clock = run.clocks[stepClockKey(task)] ?? run.clocks.run;
  const blocks: Block[] = [
    section(`${verdict.headline} · ${step}\n${userText(subject, 1_500)}`),
    ...hazardLine(run),
    ...(request.state === 'pending' ? noPlaceLine(run, agency) : []),
    ...fields([
      ['Severity', describeSeverity((key) => findFact(run, task, key))],
      ['Cost', describeCost(run, agency)],
      ['Work', describeDuration(run, task)],
      [clock === run.clocks.run ? 'Deadline' : 'Decide by', describeDeadline(run, clock, agency, now)],
      ...listFurtherInput(run).slice(0, 6),
    ]),
    ...doubt(run, task, agency),
    ...assessment(run, task),
    ...(verdict.detail ? [section(verdict.detail)] : []),
    ...(request.state === 'pending' ? decisionButtons(run, task) : []),
    context(`${run._id} · ${title} · asked for by ${requester(run)}`),
  ];
  return message(
    `${hazardWarning(run)}${verdict.plain}: ${step}, ${run._id}. ${userLine(subject, 300)}`,
    blocks,
  );
}

interface Verdict {
  headline: string;
  /** The same without decoration, for a screen reader. */
  plain: string;
  detail: string | null;
}

function describeVerdict(run: WorkflowRun, request: ApprovalRequest, agency: Agency): Verdict {
  if (request.state === 'pending') {
    return { headline: '🟡 *Decision needed*', plain: 'Decision needed', detail: null };
  }
  if (request.state === 'expired') {
    // What earlier versions stored says only that the run has ended.
    const ended = request.endedBy ?? (run.endedAt ? 'runEnded' : undefined);
    const words = describeNoDecision(ended, run);
    const why = `${sentenceOf(words)}.`;
    return { headline: '⌛ *No decision any more*', plain: 'No decision any more', detail: why };
  }
  const approved = request.state === 'approved';
  const when = request.decidedAt ? ` · ${formatInstant(request.decidedAt, agency.timeZone)}` : '';
  const why = request.reason ? `\n${userText(request.reason, 1_000)}` : '';
  const word = approved ? 'Approved' : 'Rejected';
  return {
    headline: `${approved ? '✅' : '⛔'} *${word}*`,
    plain: `${word} by ${mention(request.decidedBy)}`,
    detail: `${word} by ${mention(request.decidedBy)}${when}${why}`,
  };
}

function decisionButtons(run: WorkflowRun, task: string): Block[] {
  const value = encodeTarget(run._id, task);
  return buttons([
    { actionId: ACTION.approve, label: 'Approve', value, style: 'primary' },
    { actionId: ACTION.reject, label: 'Reject', value, style: 'danger' },
  ]);
}

function describeDuration(run: WorkflowRun, task: string): string | null {
  const minutes = findFact(run, task, 'durationMinutes');
  return typeof minutes === 'number' ? `about ${describeSpan(minutes * 60_000)} on site` : null;
}

/** Why they are asked although the definition asks them only sometimes: nobody could tell whether this is such a case. */
function doubt(run: WorkflowRun, task: string, { currency }: Agency): Block[] {
  const isMeant = (event: AuditEvent) => event.type === 'approval.doubted' && event.task === task;
  const doubted = run.history.findLast(isMeant);
  if (doubted?.type !== 'approval.doubted') return [];
  const why = describeFindings(doubted.data.because, run, currency);
  return [context(`❓ Asked because nobody can tell whether a decision is needed: ${why}`)];
}

/** Why the agent thinks so, one reason a line, and what a reader should know about how it came about. */
function assessment(run: WorkflowRun, task: string): Block[] {
  const reasons = findFact(run, task, 'reasons');
  const note = findFact(run, task, 'note');
  const lines = (Array.isArray(reasons) ? reasons : [])
    .filter((reason) => typeof reason === 'string')
    .map((reason) => `• ${userLine(reason, 250)}`);
  const shown = lines.slice(0, MOST_REASONS);
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more`);
  return [
    ...(shown.length > 0 ? [section(`*Why*\n${shown.join('\n')}`)] : []),
    ...(typeof note === 'string' && note.trim() !== '' ? [context(`ℹ️ ${userLine(note, 500)}`)] : []),
  ];
}

/** What the newest step before `task` reported under `key`: later steps, such as the crew's report, were not decided on. */
function findFact(run: WorkflowRun, task: string, key: string): unknown {
  const { steps } = run.definition;
  const earlier = steps.slice(
    0,
    steps.findIndex((step) => step.task === task),
  );
  const source = earlier.findLast((step) => {
    const output = run.steps[step.task]?.output;
    return output && Object.hasOwn(output, key);
  });
  return source && run.steps[source.task]?.output?.[key];
}
