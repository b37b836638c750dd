import { parseTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import type { ClickHandler, HandlerDeps } from '../kit/handler-deps.ts';
import { openModal } from '../kit/open-modal.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { buildDeclineModal } from './crew-modals.ts';

/** Accept: the crew takes the job, and no plan moves it any more. */
export function createAcceptAction({ management }: HandlerDeps): ClickHandler {
  return async ({ value, userId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const outcome = await management.work.accept(target.runId, userId, target.reference);
    return 'refused' in outcome ? { text: sayRefusal(outcome) } : null;
  };
}

/** Decline, and Give back once it was accepted: asks for the reason, of those only who may report for the crew. */
export function createDeclineAction({ management, client }: HandlerDeps): ClickHandler {
  return async ({ value, userId, triggerId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const refused = await management.work.refuseReport(target.runId, userId, target.reference);
    if (refused !== null) return { text: refused };
    const [run, order] = await Promise.all([
      management.runs.find(target.runId),
      management.work.find(target.runId),
    ]);
    if (!run) return { text: UNREADABLE_BUTTON };
    const about = { isAccepted: Boolean(order?.acceptedAt), crewId: target.reference };
    await openModal(client, triggerId, buildDeclineModal(run, about));
    return null;
  };
}
