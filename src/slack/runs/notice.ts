import type { Agency } from '../../core/agency/agency.ts';
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import type { Block, Message } from '../budget/fitted.ts';
import { message } from '../budget/message.ts';
import { ACTION } from '../kit/action-ids.ts';
import { encodeTarget } from '../kit/button-payload.ts';
import { buttons, context, fields, section } from '../kit/parts.ts';
import { userLine, userText } from '../words/mrkdwn.ts';
import { describeEvent } from './describe-event.ts';
import { hazardLine, hazardWarning } from './describe-hazard.ts';
import { describePosition, describeSeverity, describeSubject, describeWaiting } from './describe-run.ts';

/** A fact that a channel of its own hears about: a warning, work nobody can take, a reminder, a procedure's notice. */
export function buildNotice(event: AuditEvent, run: WorkflowRun, agency: Agency): Message {
  const title = userLine(run.definition.title, 75);
  const subject = describeSubject(run);
  if (event.type === 'notice.posted') {
    const { text } = event.data;
    const blocks = [
      section(`📣 ${userText(text, 2_900)}`),
      ...hazardLine(run),
      context(`${run._id} · ${title} · ${userLine(subject, 300)}`),
    ];
    return message(`${hazardWarning(run)}${userLine(text, 500)} (${run._id})`, blocks);
  }
  const sentence = describeEvent(event, run, agency);
  const blocks: Block[] = [
    section(`${sentence}\n${userText(subject, 1_500)}`),
    ...hazardLine(run),
    ...fields([
      ['Severity', describeSeverity((key) => findOutput(run, key))],
      ['Now', describePosition(run)],
      ['Waits for', describeWaiting(run, agency)],
    ]),
    ...buttons(event.type === 'work.unplaced' ? [giveToCrew(run)] : []),
    context(`${run._id} · ${title}`),
  ];
  return message(`${hazardWarning(run)}${sentence}. ${userLine(subject, 300)}. ${run._id}`, blocks);
}

/** Dispatch may know better than the plan, such as that a crew which declined can be persuaded. */
function giveToCrew(run: WorkflowRun) {
  return { actionId: ACTION.reassignWork, label: 'Give to a crew', value: encodeTarget(run._id) };
}
