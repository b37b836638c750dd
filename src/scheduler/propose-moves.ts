import { randomUUID } from 'node:crypto';
import type { MongoClient } from 'mongodb';
import { proposalMessage } from '../core/outbox-message.ts';
import { isNotable, type PlannedMove, type PlanProposal } from '../core/plan-proposal.ts';
import type { OutboxStore } from '../store/outbox.ts';
import type { PlanProposalStore } from '../store/plan-proposals.ts';
import type { PlanDecision } from './decide-plan.ts';
import { decideProposal } from './decide-proposal.ts';
import { inTransaction } from './in-transaction.ts';

export interface ProposalDeps {
  client: MongoClient;
  planProposals: PlanProposalStore;
  outbox: OutboxStore;
}

/** What dispatch said no to is not proposed again for so long, unless other jobs are to move. */
const KEPT_FOR_MS = 12 * 60 * 60_000;

/**
 * Asks dispatch about moves that are too many to be made without asking, and takes back what was asked before and is no
 * longer so. Asking again for the same moves changes nothing. Returns whether a new question was asked.
 */
export async function proposeMoves(
  deps: ProposalDeps,
  decision: Pick<PlanDecision, 'moves' | 'before' | 'after' | 'isAutomatic'>,
  cause: string,
  now: Date,
): Promise<boolean> {
  const moves = decision.isAutomatic ? [] : decision.moves;
  const open = await deps.planProposals.listOpen();
  const same = open.find((proposal) => isSame(proposal.moves, moves) && isAhead(proposal.moves, now));
  for (const proposal of open) if (proposal !== same) await endProposal(deps, proposal, now);
  if (same) await askAgain(deps, same, { cause, moves, before: decision.before, after: decision.after }, now);
  if (same || moves.length === 0) return false;
  const kept = await deps.planProposals.listKept(new Date(now.getTime() - KEPT_FOR_MS));
  if (kept.some((proposal) => isSame(proposal.moves, moves))) return false;
  const { before, after } = decision;
  const proposal: PlanProposal = {
    ...{ _id: `P-${randomUUID().slice(0, 8).toUpperCase()}`, state: 'open', cause, moves, before, after },
    ...{ createdAt: now, decidedBy: null, decidedAt: null, version: 1 },
  };
  if (!(await deps.planProposals.insert(proposal))) return false;
  await deps.outbox.request([proposalMessage(proposal, proposal.version)], now);
  return true;
}

/** The question stands; its card gets the reasons of now, and applies to the jobs as they are now. */
async function askAgain(
  deps: ProposalDeps,
  open: PlanProposal,
  news: Pick<PlanProposal, 'cause' | 'moves' | 'before' | 'after'>,
  now: Date,
): Promise<void> {
  // The card may have been lost with a process that died after the commit.
  const isCurrent = open.cause === news.cause && versionsOf(open.moves) === versionsOf(news.moves);
  if (isCurrent) return deps.outbox.request([proposalMessage(open, open.version)], now);
  await inTransaction(deps.client, async (session) => {
    const isSaved = await deps.planProposals.save({ ...open, ...news }, session);
    if (isSaved) await deps.outbox.request([proposalMessage(open, open.version + 1)], now, session);
    return { value: null, afterCommit: [] };
  });
}

function versionsOf(moves: readonly PlannedMove[]): string {
  return moves
    .map(({ orderId, version }) => `${orderId}@${version}`)
    .sort()
    .join(' ');
}

async function endProposal(deps: ProposalDeps, proposal: PlanProposal, now: Date): Promise<void> {
  const ended = decideProposal(proposal, 'stale', 'system', now);
  if (!ended) return;
  await inTransaction(deps.client, async (session) => {
    const isSaved = await deps.planProposals.save(ended, session);
    if (isSaved) await deps.outbox.request([proposalMessage(ended, ended.version + 1)], now, session);
    return { value: null, afterCommit: [] };
  });
}

/** Whether every move still leads into the future. */
export function isAhead(moves: readonly PlannedMove[], now: Date): boolean {
  return moves.every(({ to }) => to === null || to.start > now);
}

/** The same jobs to the same crews; some minutes more or less are no other question. */
function isSame(one: readonly PlannedMove[], other: readonly PlannedMove[]): boolean {
  const key = (moves: readonly PlannedMove[]) =>
    moves
      .filter(isNotable)
      .map(({ orderId, to }) => `${orderId}>${to?.crewId ?? ''}`)
      .sort()
      .join(' ');
  return key(one) === key(other);
}
