import type { PlanProposal } from '../core/plan-proposal.ts';

/** The proposal as it is once decided, not yet written; null when it is decided already. */
export function decideProposal(
  proposal: PlanProposal,
  state: 'applied' | 'kept' | 'stale',
  actor: string,
  now: Date,
): PlanProposal | null {
  return proposal.state === 'open' ? { ...proposal, state, decidedBy: actor, decidedAt: now } : null;
}
