import type { Agency } from '../../core/agency/agency.ts';
import type { AuditEvent, AuditEventOf } from '../../core/audit/audit-event.ts';
import { crewBefore } from '../../core/audit/work-standing.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { tellReason } from '../../core/work/unplaced-reason.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { ACTION } from '../kit/action-ids.ts';
import { encodeTarget } from '../kit/button-payload.ts';
import { buttons, context, section } from '../kit/parts.ts';
import { describeEvent } from '../runs/describe-event.ts';
import { hazardLine, hazardWarning } from '../runs/describe-hazard.ts';
import { describeSeverity, describeSubject } from '../runs/describe-run.ts';
import { formatStart } from '../words/local-time.ts';
import { mention, userLine, userText } from '../words/mrkdwn.ts';

/** A crew said no, for dispatch: who, why, and what has become of the job by now, from the facts `since`. */
export function buildDeclinedNotice(
  event: AuditEventOf<'work.declined'>,
  since: readonly AuditEvent[],
  run: WorkflowRun,
  agency: Agency,
  now: Date,
): Message {
  const { crewName, fromCrewId, reason, gaveBack } = event.data;
  const known = agency.crews.find(({ id }) => id === fromCrewId)?.name;
  const crew = userLine(crewName || known || 'The crew', 75);
  const what = `${crew} ${gaveBack ? 'gave back' : 'declined'} ${run._id}`;
  const found = since.find((fact) => fact.type === 'work.announced');
  const answer = found ?? since.findLast((fact) => fact.type === 'work.unplaced');
  const outcome = describeAnswer(answer, agency, now);
  const isOpen = answer?.type === 'work.unplaced';
  const blocks: Block[] = [
    section(`👎 *${what}*: ${userText(reason, 600)}\n${userText(describeSubject(run), 600)}`),
    ...hazardLine(run),
    section(outcome),
    ...buttons(isOpen ? [reassign(run)] : []),
    context(`${numberOf(run)} · said by ${mention(event.actor)}`),
  ];
  return message(`${hazardWarning(run)}${what}: ${userLine(reason, 300)}. ${outcome}`, blocks);
}

/** Only the first crew found counts: what happens to the job later is news of its own. */
function describeAnswer(
  answer: AuditEventOf<'work.announced' | 'work.unplaced'> | undefined,
  agency: Agency,
  now: Date,
): string {
  if (!answer) return 'Another crew is being looked for.';
  if (answer.type === 'work.unplaced') {
    const { reason: why, fix = null } = answer.data;
    return `⚠️ *Has no crew yet*, because ${userLine(tellReason({ why, fix }), 600)}`;
  }
  const { crewName, start } = answer.data;
  return `Now goes to *${userLine(crewName, 75)}*, ${formatStart(start, agency.timeZone, now)}`;
}

/** Work that stays where it cannot be done, or has not begun: dispatch can give it to somebody else right here. */
export function buildTroubleNotice(
  event: AuditEventOf<'work.stranded' | 'work.overdue'>,
  run: WorkflowRun,
  agency: Agency,
): Message {
  const sentence = describeEvent(event, run, agency);
  const isMovable = event.type === 'work.overdue' || !event.data.isUnderWay;
  return message(`${hazardWarning(run)}${sentence}. ${userLine(describeSubject(run), 300)}. ${run._id}`, [
    section(`${sentence}\n${userText(describeSubject(run), 600)}`),
    ...hazardLine(run),
    ...buttons(isMovable ? [reassign(run)] : []),
    context(isMovable ? numberOf(run) : `${numberOf(run)} · under way: its lead ends it with Done`),
  ]);
}

/** The same warning once there is nothing to do about it: why, and no button. */
export function buildSettledWarning(settling: AuditEvent, run: WorkflowRun, agency: Agency): Message {
  const sentence = describeEvent(settling, run, agency);
  return message(`${hazardWarning(run)}${sentence}. ${userLine(describeSubject(run), 300)}. ${run._id}`, [
    section(`${sentence}\n${userText(describeSubject(run), 600)}`),
    ...hazardLine(run),
    context(`${run._id} · settled`),
  ]);
}

/** Dispatch gave a job to a crew: who did, to which, from when, and which crew had it before. */
export function buildGivenNotice(
  event: AuditEventOf<'work.moved' | 'work.announced'>,
  run: WorkflowRun,
  agency: Agency,
  now: Date,
): Message {
  const { crewName, start } = event.data;
  const before = agency.crews.find(({ id }) => id === crewBefore(event))?.name;
  const when = formatStart(start, agency.timeZone, now);
  const was = before ? ` (before: ${userLine(before, 75)})` : '';
  const what = `${mention(event.actor)} gave ${run._id} to *${userLine(crewName, 75)}*, ${when}${was}`;
  return message(`${hazardWarning(run)}${what}. ${userLine(describeSubject(run), 300)}`, [
    section(`🔀 ${what}\n${userText(describeSubject(run), 600)}`),
    ...hazardLine(run),
    context(numberOf(run)),
  ]);
}

/** Reminds a crew's lead of its job, in the thread of its card. */
export function buildNudge(
  event: AuditEventOf<'work.nudged'>,
  run: WorkflowRun,
  agency: Agency,
  now: Date,
): Message {
  const { toCrewId, kind, start } = event.data;
  const lead = agency.crews.find(({ id }) => id === toCrewId)?.lead;
  const when = formatStart(start, agency.timeZone, now);
  const wish =
    kind === 'accept'
      ? `It starts at *${when}* and nobody has accepted it. Press *Accept*, or *Decline* if you cannot come.`
      : `It was to start at *${when}*. Press *Start*, or give it back if you cannot come: else dispatch is told.`;
  const subject = userLine(describeSubject(run), 300);
  return message(`${hazardWarning(run)}${subject} (${run._id}): ${wish}`, [
    section(`⏰ ${lead ? `${mention(lead)} ` : ''}${subject} · \`${run._id}\`\n${wish}`),
    ...hazardLine(run),
  ]);
}

/** `R-7K2M9QXA · severity 7.5 of 10, high`. */
function numberOf(run: WorkflowRun): string {
  const severity = describeSeverity((key) => findOutput(run, key));
  return severity === null ? run._id : `${run._id} · severity ${severity}`;
}

function reassign(run: WorkflowRun) {
  return { actionId: ACTION.reassignWork, label: 'Reassign', value: encodeTarget(run._id) };
}
