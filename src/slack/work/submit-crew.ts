import { FIELD } from '../kit/action-ids.ts';
import type { HandlerDeps, SubmissionHandler } from '../kit/handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../kit/read-metadata.ts';
import { readModalText } from '../kit/read-modal-input.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { readNamedChoice } from '../kit/select-input.ts';
import { tellAlone } from '../kit/tell-alone.ts';
import { RunMetadata } from '../runs/reason-modal.ts';
import { formatStart } from '../words/local-time.ts';
import { userLine } from '../words/mrkdwn.ts';
import { DECLINE_REASON } from './crew-modals.ts';

/** Why a crew declines a job: gives it back. */
export function createDeclineSubmission({ management }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(RunMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const reason = readModalText(values, FIELD.reason);
    const { least, most } = DECLINE_REASON;
    if (reason.length < least || reason.length > most)
      return { errors: { [FIELD.reason]: `Say why, in ${least} to ${most} characters.` } };
    const outcome = await management.work.decline(about.runId, userId, reason, about.reference);
    return 'refused' in outcome ? { refused: sayRefusal(outcome) } : null;
  };
}

/** The crew that dispatch chose for a job: gives it to them, and says so to whoever chose. */
export function createReassignSubmission(deps: HandlerDeps): SubmissionHandler {
  const { management, agency, clock } = deps;
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(RunMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const chosen = readNamedChoice(values, FIELD.crew, agency.crews, 'crews');
    if (chosen === null) return { errors: { [FIELD.crew]: 'Choose a crew.' } };
    if ('problem' in chosen) return { errors: { [FIELD.crew]: chosen.problem } };
    const outcome = await management.work.reassign(about.runId, chosen.id, userId);
    if ('refused' in outcome) return { refused: sayRefusal(outcome) };
    const { _id, assignment } = outcome.order;
    if (!assignment) return null;
    const when = formatStart(assignment.start, agency.timeZone, clock.now());
    const text = `🔀 \`${_id}\` is with *${userLine(assignment.crewName, 75)}* now, ${when}. The crews are told.`;
    await tellAlone(deps, { userId, channel: about.reference || undefined }, { text });
    return null;
  };
}
