import type { Agency } from '../../core/agency/agency.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { FIELD, VIEW } from '../kit/action-ids.ts';
import { input, modal, textInput } from '../kit/modal-parts.ts';
import { aboutRun, buildReasonModal, type RunMetadata } from '../runs/reason-modal.ts';

/** Asks what holds the crew up; opened on the card of crew `crewId`, where that is known. */
export function buildBlockedModal(run: WorkflowRun, crewId = ''): FittedModal {
  return buildReasonModal(run, crewId, {
    callbackId: VIEW.blockWork,
    title: 'Job blocked',
    submit: 'Report blocked',
    label: 'What holds you up?',
    hint: 'Dispatch is told at once.',
  });
}

/** Asks what a finished job has cost; opened on the card of crew `crewId`, where that is known. */
export function buildDoneModal(run: WorkflowRun, agency: Agency, crewId = ''): FittedModal {
  const metadata: RunMetadata = { runId: run._id, reference: crewId };
  return modal({
    callbackId: VIEW.finishWork,
    title: 'Job done',
    submit: 'Report done',
    metadata,
    blocks: [
      aboutRun(run),
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
