import type { PlanProposal } from '../../core/work/plan-proposal.ts';

/** The proposal as it is once decided, not yet written; null when it is decided already. */
export function decideProposal(
  proposal: PlanProposal,
  state: 'applied' | 'kept' | 'stale',
  actor: string,
  now: Date,
): PlanProposal | null {
  return proposal.state === 'open' ? { ...proposal, state, decidedBy: actor, decidedAt: now } : null;
}

/** Who decided it, and what, for somebody who clicks after that; null while it is open. */
export function describeDecided(proposal: PlanProposal | null): string | null {
  if (proposal?.state === 'open') return null;
  const who = proposal?.decidedBy;
  if (proposal?.state === 'applied') return `This plan was already applied by <@${who}>.`;
  if (proposal?.state === 'kept') return `<@${who}> has already decided to keep the plan as it is.`;
  return 'This is out of date: the work has changed since. Look at the newest question in this channel.';
}
