import { parseTarget, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import { type ClickHandler, type HandlerDeps, replyTo } from '../kit/handler-deps.ts';
import { openModal } from '../kit/open-modal.ts';
import { buildRejectModal } from '../work/report-modals.ts';

/** Approve: decides at once. */
export function createApproveAction({ managementLayer }: HandlerDeps): ClickHandler {
  return async ({ value, userId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const decision = { task: target.reference, verdict: 'approved' as const, actor: userId, reason: null };
    return replyTo(await managementLayer.decide(target.runId, decision));
  };
}

/** Reject: asks for the reason, of those only who may decide. */
export function createRejectAction({ managementLayer, client }: HandlerDeps): ClickHandler {
  return async ({ value, userId, triggerId }) => {
    const target = parseTarget(value);
    if (!target) return { text: UNREADABLE_BUTTON };
    const refused = await managementLayer.refuseDecision(target.runId, target.reference, userId);
    if (refused !== null) return { text: refused };
    const run = await managementLayer.find(target.runId);
    if (!run) return { text: UNREADABLE_BUTTON };
    await openModal(client, triggerId, buildRejectModal(run, target.reference));
    return null;
  };
}
