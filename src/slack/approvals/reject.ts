import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { FIELD, VIEW } from '../kit/action-ids.ts';
import { type HandlerDeps, type SubmissionHandler, viewReplyTo } from '../kit/handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../kit/read-metadata.ts';
import { readModalText } from '../kit/read-modal-input.ts';
import { buildReasonModal, RunMetadata } from '../runs/reason-modal.ts';

/** Asks why a request is rejected. */
export function buildRejectModal(run: WorkflowRun, task: string): FittedModal {
  return buildReasonModal(run, task, {
    callbackId: VIEW.reject,
    title: 'Reject',
    submit: 'Reject',
    label: 'Why is this rejected?',
    hint: 'The requester and everybody in the channel will read it.',
  });
}

/** The reason of a rejection: decides. */
export function createRejectSubmission({ management }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(RunMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const reason = readModalText(values, FIELD.reason);
    if (reason === '') return { errors: { [FIELD.reason]: 'Say why, so that the requester can mend it.' } };
    const decision = { task: about.reference, verdict: 'rejected' as const, actor: userId, reason };
    return viewReplyTo(await management.approvals.decide(about.runId, decision));
  };
}
