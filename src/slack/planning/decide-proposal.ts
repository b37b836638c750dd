import { parseProposalId, UNREADABLE_BUTTON } from '../kit/button-payload.ts';
import type { ClickHandler, HandlerDeps } from '../kit/handler-deps.ts';
import { openModal } from '../kit/open-modal.ts';
import { sayRefusal } from '../kit/say-refusal.ts';
import { buildMovesModal } from './proposal-card.ts';

/** Apply and Keep on the card about a new plan: one decision counts. */
export function createProposalAction({ management }: HandlerDeps, verdict: 'apply' | 'keep'): ClickHandler {
  return async ({ value, userId }) => {
    const id = parseProposalId(value);
    if (!id) return { text: UNREADABLE_BUTTON };
    const outcome = await management.planning.decideProposal(id, verdict, userId);
    return 'refused' in outcome ? { text: sayRefusal(outcome) } : null;
  };
}

/** Show all on the same card: every move, for whoever wants to read them. */
export function createShowMovesAction({ management, client, agency }: HandlerDeps): ClickHandler {
  return async ({ value, triggerId }) => {
    const id = parseProposalId(value);
    const proposal = id && (await management.planning.findProposal(id));
    if (!proposal) return { text: UNREADABLE_BUTTON };
    await openModal(client, triggerId, buildMovesModal(proposal, agency));
    return null;
  };
}
