import type { types } from '@slack/bolt';
import type { Agency } from '../../core/agency.ts';
import type { WorkflowRun } from '../../core/workflow-run.ts';
import type { ReassignmentOption } from '../../scheduler/crew-desk.ts';
import { FIELD, VIEW } from '../action-ids.ts';
import { describeCostChange, describeMinutes } from '../describe-change.ts';
import { formatStart } from '../local-time.ts';
import { cut, userText } from '../mrkdwn.ts';
import { describeSubject } from './describe-run.ts';
import { input, modal, selectInput, textInput } from './modal-parts.ts';
import { context } from './parts.ts';
import type { ReportMetadata } from './report-modals.ts';

/** How long a reason for declining may be, in characters. */
export const DECLINE_REASON = { least: 3, most: 300 } as const;

/** Asks a crew why it declines a job. */
export function buildDeclineModal(run: WorkflowRun): types.ModalView {
  const element = { ...textInput({ multiline: true }), ...lengths() };
  return modal({
    callbackId: VIEW.declineWork,
    title: 'Decline the job',
    submit: 'Decline',
    metadata: metadataOf(run),
    blocks: [
      about(run),
      input({
        blockId: FIELD.reason,
        label: 'Why can your crew not do it?',
        hint: 'Dispatch will read it. The job is given to another crew.',
        element,
      }),
    ],
  });
}

/** Lets dispatch choose another crew for a job, with what each would change. `options` must not be empty. */
export function buildReassignModal(
  run: WorkflowRun,
  options: readonly ReassignmentOption[],
  agency: Agency,
  now: Date,
): types.ModalView {
  const choices = options.map((option) => ({
    text: describeOption(option, agency, now),
    value: option.crewId,
  }));
  return modal({
    callbackId: VIEW.reassignWork,
    title: 'Reassign',
    submit: 'Give the job',
    metadata: metadataOf(run),
    blocks: [
      about(run),
      input({
        blockId: FIELD.crew,
        label: 'Give to another crew…',
        hint: 'Cheapest first; against the plan as it stands. No later plan takes the job from the crew you choose.',
        element: selectInput(choices),
      }),
    ],
  });
}

/** `Crew South · starts 10:40 · +$46.00 · 12 min later`; the lateness is that of all jobs together. */
function describeOption(option: ReassignmentOption, { timeZone, currency }: Agency, now: Date): string {
  const late = option.deltaLateMinutes;
  const parts = [
    `starts ${formatStart(option.start, timeZone, now)}`,
    describeCostChange(option.deltaCents, currency),
    ...(late === 0 ? [] : [`${describeMinutes(Math.abs(late))} ${late > 0 ? 'later' : 'less late'}`]),
  ].join(' · ');
  return `${cut(option.crewName, Math.max(8, 72 - parts.length))} · ${parts}`;
}

function lengths(): { min_length: number; max_length: number } {
  return { min_length: DECLINE_REASON.least, max_length: DECLINE_REASON.most };
}

function metadataOf(run: WorkflowRun): ReportMetadata {
  return { runId: run._id, reference: '' };
}

function about(run: WorkflowRun): types.ContextBlock {
  return context(`${run._id} · ${userText(describeSubject(run), 500)}`);
}
