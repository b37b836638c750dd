import type { EventOutcome } from '../../core/run/apply-event.ts';
import { FIELD } from '../kit/action-ids.ts';
import type { ViewReply } from '../kit/guard.ts';
import type { HandlerDeps, SubmissionHandler } from '../kit/handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../kit/read-metadata.ts';
import { readModalText } from '../kit/read-modal-input.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { parseCents } from '../words/money.ts';
import { ReportMetadata } from './report-modals.ts';

/** The reason of a rejection: decides. */
export function createRejectSubmission({ management }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(ReportMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const reason = readModalText(values, FIELD.reason);
    if (reason === '') return { errors: { [FIELD.reason]: 'Say why, so that the requester can mend it.' } };
    const decision = { task: about.reference, verdict: 'rejected' as const, actor: userId, reason };
    return viewReply(await management.approvals.decide(about.runId, decision));
  };
}

/** What holds a crew up: reports it. */
export function createBlockedSubmission({ management }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(ReportMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const reason = readModalText(values, FIELD.reason);
    if (reason === '')
      return { errors: { [FIELD.reason]: 'Say what holds you up, so that dispatch can help.' } };
    const report = { kind: 'block' as const, actor: userId, crewId: about.reference, reason };
    return viewReply(await management.work.report(about.runId, report));
  };
}

/** Cost and note of a finished job: reports it. */
export function createDoneSubmission({ management }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(ReportMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const actualCostCents = parseCents(readModalText(values, FIELD.actualCost));
    if (actualCostCents === null) {
      return { errors: { [FIELD.actualCost]: 'Write an amount such as 1,250 or 1250.50.' } };
    }
    const note = readModalText(values, FIELD.note);
    const by = { actor: userId, crewId: about.reference };
    const report = { kind: 'finish' as const, ...by, actualCostCents, note };
    return viewReply(await management.work.report(about.runId, report));
  };
}

function viewReply(outcome: EventOutcome): ViewReply {
  return 'refused' in outcome ? { refused: sayRefusal(outcome) } : null;
}
