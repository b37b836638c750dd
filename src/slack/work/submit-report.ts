import { readCents } from '../../core/values/money.ts';
import { FIELD } from '../kit/action-ids.ts';
import { type HandlerDeps, type SubmissionHandler, viewReplyTo } from '../kit/handler-deps.ts';
import { readMetadata, UNREADABLE_MODAL } from '../kit/read-metadata.ts';
import { readModalText } from '../kit/read-modal-input.ts';
import { RunMetadata } from '../runs/reason-modal.ts';

/** What holds a crew up: reports it. */
export function createBlockedSubmission({ management }: HandlerDeps): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(RunMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const reason = readModalText(values, FIELD.reason);
    if (reason === '')
      return { errors: { [FIELD.reason]: 'Say what holds you up, so that dispatch can help.' } };
    const report = { kind: 'block' as const, actor: userId, crewId: about.reference, reason };
    return viewReplyTo(await management.work.report(about.runId, report));
  };
}

/** Cost and note of a finished job: reports it. */
export function createDoneSubmission({
  management,
  agency,
}: Pick<HandlerDeps, 'management' | 'agency'>): SubmissionHandler {
  return async ({ values, metadata, userId }) => {
    const about = readMetadata(RunMetadata, metadata);
    if (!about) return { refused: UNREADABLE_MODAL };
    const cost = readCents(readModalText(values, FIELD.actualCost), agency.currency);
    if (!cost.ok) return { errors: { [FIELD.actualCost]: `This ${cost.wrong}.` } };
    const note = readModalText(values, FIELD.note);
    const by = { actor: userId, crewId: about.reference };
    const report = { kind: 'finish' as const, ...by, actualCostCents: cost.cents, note };
    return viewReplyTo(await management.work.report(about.runId, report));
  };
}
