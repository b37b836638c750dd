import { parseTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import { type ClickHandler, type HandlerDeps, replyTo } from '../kit/handler-deps.ts';

/** Acknowledge on a page: whoever presses it takes the matter on. */
export function createAcknowledgeAction({ management }: HandlerDeps): ClickHandler {
  return async ({ value, userId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    return replyTo(await management.pages.acknowledge(target.runId, target.reference, userId));
  };
}
