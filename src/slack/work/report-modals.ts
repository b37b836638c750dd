import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Agency } from '../../core/agency/agency.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { FIELD, VIEW } from '../kit/action-ids.ts';
import { input, modal, textInput } from '../kit/modal-parts.ts';
import { context } from '../kit/parts.ts';
import { describeSubject } from '../runs/describe-run.ts';
import { userText } from '../words/mrkdwn.ts';

/** What the fixed modals carry along: what the button that opened them was about, as in `ButtonTarget`. */
export const ReportMetadata = z.object({ runId: z.string().min(1), reference: z.string() });
export type ReportMetadata = z.infer<typeof ReportMetadata>;

/** Asks why a request is rejected. */
export function buildRejectModal(run: WorkflowRun, task: string): types.ModalView {
  return buildReasonModal(run, task, {
    callbackId: VIEW.reject,
    title: 'Reject',
    submit: 'Reject',
    label: 'Why is this rejected?',
    hint: 'The requester and everybody in the channel will read it.',
  });
}

/** Asks what holds the crew up; opened on the card of crew `crewId`, where that is known. */
export function buildBlockedModal(run: WorkflowRun, crewId = ''): types.ModalView {
  return buildReasonModal(run, crewId, {
    callbackId: VIEW.blockWork,
    title: 'Job blocked',
    submit: 'Report blocked',
    label: 'What holds you up?',
    hint: 'Dispatch is told at once.',
  });
}

interface ReasonQuestion {
  callbackId: string;
  title: string;
  submit: string;
  label: string;
  hint: string;
}

function buildReasonModal(
  run: WorkflowRun,
  reference: string,
  { callbackId, title, submit, label, hint }: ReasonQuestion,
): types.ModalView {
  const metadata: ReportMetadata = { runId: run._id, reference };
  const element = textInput({ multiline: true });
  const blocks = [about(run), input({ blockId: FIELD.reason, label, hint, element })];
  return modal({ callbackId, title, submit, metadata, blocks });
}

/** Asks what a finished job has cost; opened on the card of crew `crewId`, where that is known. */
export function buildDoneModal(run: WorkflowRun, agency: Agency, crewId = ''): types.ModalView {
  const metadata: ReportMetadata = { runId: run._id, reference: crewId };
  return modal({
    callbackId: VIEW.finishWork,
    title: 'Job done',
    submit: 'Report done',
    metadata,
    blocks: [
      about(run),
      input({
        blockId: FIELD.actualCost,
        label: `Actual cost (${agency.currency})`,
        hint: 'All in all, for example 1,250 or 1250.50',
        element: textInput({ placeholder: '1,250' }),
      }),
      input({
        blockId: FIELD.note,
        label: 'Note',
        optional: true,
        element: textInput({ multiline: true, placeholder: 'What was done, what is left' }),
      }),
    ],
  });
}

function about(run: WorkflowRun): types.ContextBlock {
  return context(`${run._id} · ${userText(describeSubject(run), 500)}`);
}
