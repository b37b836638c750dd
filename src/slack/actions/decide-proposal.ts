import { parseProposalId, UNREADABLE_BUTTON } from '../button-payload.ts';
import type { ClickHandler, HandlerDeps } from '../handler-deps.ts';

/** Apply and Keep on the card about a new plan: one decision counts. */
export function createProposalAction({ crewDesk }: HandlerDeps, verdict: 'apply' | 'keep'): ClickHandler {
  return async ({ value, userId }) => {
    const id = parseProposalId(value);
    if (!id) return { text: UNREADABLE_BUTTON };
    const outcome = await crewDesk.decideProposal(id, verdict, userId);
    return 'refused' in outcome ? { text: outcome.refused } : null;
  };
}
