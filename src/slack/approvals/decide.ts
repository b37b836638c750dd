import { parseTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import { type ClickHandler, type HandlerDeps, replyTo } from '../kit/handler-deps.ts';
import { openModal } from '../kit/open-modal.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { buildRejectModal } from './reject.ts';

/** Approve: decides at once. */
export function createApproveAction({ management }: HandlerDeps): ClickHandler {
  return async ({ value, userId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const decision = { task: target.reference, verdict: 'approved' as const, actor: userId, reason: null };
    return replyTo(await management.approvals.decide(target.runId, decision));
  };
}

/** Reject: asks for the reason, of those only who may decide. */
export function createRejectAction({ management, client }: HandlerDeps): ClickHandler {
  return async ({ value, userId, triggerId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const refusal = await management.approvals.refuseDecision(target.runId, target.reference, userId);
    if (refusal) return { text: sayRefusal(refusal) };
    const run = await management.runs.find(target.runId);
    if (!run) return { text: UNREADABLE_BUTTON };
    await openModal(client, triggerId, buildRejectModal(run, target.reference));
    return null;
  };
}
