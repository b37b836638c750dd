import { earliest } from '../values/duration.ts';
import type { LateHelp } from './late-help.ts';
import type { UnplacedReason } from './unplaced-reason.ts';
import { type Assignment, setOutFor, type WorkOrder } from './work-order.ts';

/** One announced job that a new plan would give to another crew or another time. */
export interface PlannedMove {
  orderId: string;
  title: string;
  from: Assignment;
  /** Null when nobody can take it any more: it would go back to those that wait. */
  to: Assignment | null;
  /** The order's version the move was planned from. */
  version: number;
  /** Why it moves, from what the planner compared. */
  reason: string;
  /** Why nobody can take it any more; absent when somebody can, and in questions that older versions asked. */
  unplaced?: UnplacedReason;
  dueAt: Date | null;
  /** Its crew has said that it comes; absent when it has not. */
  isAccepted?: boolean;
  /** Severity of the job, 0–10. */
  weight?: number;
  /** What would get it done in time, when it would end after its deadline; absent when nobody looked. */
  help?: LateHelp;
  /** What keeps it from being done as announced, such as "Crew North is absent"; absent when it only makes room. */
  cause?: string;
}

/**
 * Whether the work is as it was when its move was planned: announced to the same crew for the same time, accepted or not as
 * then. That a crew was reminded of it, or dispatch warned, makes no other plan.
 */
export function isAsPlanned(
  order: Pick<WorkOrder, 'state' | 'assignment' | 'acceptedAt' | 'givenTo'> | null | undefined,
  { from, to, isAccepted = false }: Pick<PlannedMove, 'from' | 'to' | 'isAccepted'>,
  isByHand = false,
): boolean {
  if (order?.state !== 'announced' || !order.assignment) return false;
  const { crewId, start, end } = order.assignment;
  const isThere = crewId === from.crewId && +start === +from.start && +end === +from.end;
  // Dispatch may have given it to the crew that had it: then no plan takes it away, but dispatch may.
  const isFree = isByHand || !order.givenTo || !to || to.crewId === order.givenTo;
  return isThere && isFree && Boolean(order.acceptedAt) === isAccepted;
}

/** A start that shifts by less is no other plan for anybody. */
const NOTABLE_MS = 10 * 60_000;

/** Whether a move is worth a question: to another crew, to nobody, or to quite another time. */
export function isNotable({ from, to }: Pick<PlannedMove, 'from' | 'to'>): boolean {
  return to?.crewId !== from.crewId || Math.abs(to.start.getTime() - from.start.getTime()) >= NOTABLE_MS;
}

/** A crew that begins later by so much is late, and does the job all the same. */
const LITTLE_SHIFT_MS = 60 * 60_000;

/** The same crew at nearly the same time: what it accepted it need not accept again. */
export function isLittleShift(from: Assignment | null, to: Assignment): boolean {
  if (from?.crewId !== to.crewId) return false;
  return Math.abs(to.start.getTime() - from.start.getTime()) <= LITTLE_SHIFT_MS;
}

/**
 * Until when there is something to decide: when the first crew begins as planned, or sets out for a move, ahead of `now`;
 * null when none does. By then a crew is at work as planned, or a move would lead into the past.
 */
export function findDecisionTime(moves: readonly Pick<PlannedMove, 'from' | 'to'>[], now: Date): Date | null {
  const starts = moves.flatMap(({ from, to }) => [from.start, ...(to ? [setOutFor(to)] : [])]);
  return earliest(starts.filter((start) => start > now));
}

/**
 * A new plan that moves more announced work than may be moved without asking.
 *
 *   open ──▶ applied (all moves at once) | kept (nothing moves) | stale (the work changed before anybody decided)
 */
export interface PlanProposal {
  _id: string;
  state: 'open' | 'applied' | 'kept' | 'stale';
  /** What made a new plan necessary, such as "Crew North is absent". */
  cause: string;
  moves: PlannedMove[];
  /** Jobs that need the moves, and what is in the way of each as announced; empty when the plan only gets cheaper. */
  about?: string[];
  /** What travel and work cost as the plan stands and after the moves, in cents, and how late it is, in minutes. */
  before: { cents: number; lateMinutes: number };
  after: { cents: number; lateMinutes: number };
  createdAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  version: number;
}

/** The proposal as it is once decided, not yet written; null when it is decided already. */
export function decideProposal(
  proposal: PlanProposal,
  state: Exclude<PlanProposal['state'], 'open'>,
  actor: string,
  now: Date,
): PlanProposal | null {
  return proposal.state === 'open' ? { ...proposal, state, decidedBy: actor, decidedAt: now } : null;
}
