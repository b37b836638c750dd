import { randomUUID } from 'node:crypto';
import type { MongoClient } from 'mongodb';
import { proposalMessage } from '../../core/outbox/outbox-message.ts';
import {
  decideProposal,
  isAsPlanned,
  isNotable,
  type PlannedMove,
  type PlanProposal,
} from '../../core/work/plan-proposal.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import type { OutboxStore } from '../../store/outbox/outbox.ts';
import type { PlanProposalStore } from '../../store/work/plan-proposals.ts';
import type { PlanDecision } from './decide-plan.ts';

export interface ProposalDeps {
  client: MongoClient;
  planProposals: PlanProposalStore;
  outbox: OutboxStore;
}

/** What dispatch said no to is not proposed again for so long, unless it is about other jobs. */
const KEPT_FOR_MS = 12 * 60 * 60_000;
/** A plan that is only cheaper is worth a question when it saves such a share of the money, or of the lateness. */
const WORTH_MONEY = 0.02;
const WORTH_LATENESS = 0.05;

/** A plan as far as dispatch is asked about it, and the work it was made for. */
export interface Proposable
  extends Pick<PlanDecision, 'moves' | 'before' | 'after' | 'isAutomatic' | 'placements'> {
  orders: readonly WorkOrder[];
  /** For whose sake something is to move, and what is in the way of each: the same words as long as that is the same. */
  about: readonly string[];
  /** Whether moves of another plan could be made in the one that stands now. */
  fits(moves: readonly PlannedMove[]): boolean;
}

/**
 * Asks dispatch about moves that are too many to be made without asking, and takes back what was asked before and is no
 * longer so. Asking again for the same moves changes nothing, and another plan for work that is as it was is no new
 * question: a search finds a little more every time. Returns whether a new question was asked.
 */
export async function proposeMoves(
  deps: ProposalDeps,
  decision: Proposable,
  cause: string,
  now: Date,
): Promise<boolean> {
  const about = [...decision.about];
  const moves = decision.isAutomatic || !isWorthAsking(decision) ? [] : decision.moves;
  const open = await deps.planProposals.listOpen();
  if (open.some((proposal) => isStanding(proposal, decision, now))) return false;
  const same = open.find((proposal) => isSame(proposal.moves, moves) && isAhead(proposal.moves, now));
  for (const proposal of open) if (proposal !== same) await endProposal(deps, proposal, now);
  if (same) await askAgain(deps, same, { cause, moves, before: decision.before, after: decision.after }, now);
  if (same || moves.length === 0) return false;
  const kept = await deps.planProposals.listKept(new Date(now.getTime() - KEPT_FOR_MS));
  if (kept.some((proposal) => isAnswered(proposal, moves, about))) return false;
  const { before, after } = decision;
  const proposal: PlanProposal = {
    _id: `P-${randomUUID().slice(0, 8).toUpperCase()}`,
    state: 'open',
    cause,
    moves,
    about,
    before,
    after,
    createdAt: now,
    decidedBy: null,
    decidedAt: null,
    version: 1,
  };
  return insertProposal(deps, proposal, now);
}

/** The question and its card, or neither; false when another process has asked one at the same moment. */
async function insertProposal(deps: ProposalDeps, proposal: PlanProposal, now: Date): Promise<boolean> {
  const done = await inTransaction(deps.client, async (session) => {
    if (!(await deps.planProposals.insert(proposal, session))) throw new Abort('another question is open');
    await deps.outbox.request([proposalMessage(proposal, proposal.version)], now, session);
    return { value: { isAsked: true }, afterCommit: [] };
  });
  return 'isAsked' in done;
}

/** Whether the moves help a job that needs it, or get one done in time, or make the plan much cheaper or more punctual. */
function isWorthAsking({ about, moves, before, after }: Proposable): boolean {
  if (about.length > 0 || countInTime(moves) > 0) return true;
  return (
    before.cents - after.cents >= WORTH_MONEY * before.cents ||
    before.lateMinutes - after.lateMinutes >= WORTH_LATENESS * Math.max(1, before.lateMinutes)
  );
}

/** How many more of the jobs are done in time after the moves. */
function countInTime(moves: readonly PlannedMove[]): number {
  return moves.reduce((sum, { from, to, dueAt }) => {
    if (dueAt === null) return sum;
    return sum + (to && to.end <= dueAt ? 1 : 0) - (from.end <= dueAt ? 1 : 0);
  }, 0);
}

/** Whether an open question is as good as when it was asked: about the same jobs, all work it moves as it was then. */
function isStanding(
  proposal: PlanProposal,
  { moves, isAutomatic, placements, orders, about, fits }: Proposable,
  now: Date,
): boolean {
  // Without anything to move there is nothing to ask; and the same moves get the words of now.
  if (isAutomatic || placements.length > 0 || isSame(proposal.moves, moves)) return false;
  const byId = new Map(orders.map((order) => [order._id, order]));
  return (
    isSameSet(proposal.about ?? [], about) &&
    isAhead(proposal.moves, now) &&
    proposal.moves.every((move) => isAsPlanned(byId.get(move.orderId), move)) &&
    fits(proposal.moves)
  );
}

/** Whether dispatch said no to these moves, or to any for the sake of these jobs. */
function isAnswered(kept: PlanProposal, moves: readonly PlannedMove[], about: readonly string[]): boolean {
  return isSame(kept.moves, moves) || (kept.about !== undefined && isSameSet(kept.about, about));
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
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
