import { FIELD } from '../action-ids.ts';
import { DECLINE_REASON } from '../blocks/crew-modals.ts';
import { ReportMetadata } from '../blocks/report-modals.ts';
import type { HandlerDeps, SubmissionHandler } from '../handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../read-metadata.ts';
import { readModalChoice, readModalText } from '../read-modal-input.ts';

/** Why a crew declines a job: gives it back. */
export function createDeclineSubmission({ crewDesk }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(ReportMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const reason = readModalText(values, FIELD.reason);
    const { least, most } = DECLINE_REASON;
    if (reason.length < least || reason.length > most)
      return { errors: { [FIELD.reason]: `Say why, in ${least} to ${most} characters.` } };
    const outcome = await crewDesk.decline(about.runId, userId, reason);
    return 'refused' in outcome ? { refused: outcome.refused } : null;
  };
}

/** The crew that dispatch chose for a job: gives it to them. */
export function createReassignSubmission({ crewDesk }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(ReportMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const crewId = readModalChoice(values, FIELD.crew);
    if (crewId === null) return { errors: { [FIELD.crew]: 'Choose a crew.' } };
    const outcome = await crewDesk.reassign(about.runId, crewId, userId);
    return 'refused' in outcome ? { refused: outcome.refused } : null;
  };
}
