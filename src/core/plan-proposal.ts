import type { Assignment } from './resources.ts';

/** One announced job that a new plan would give to another crew or another time. */
export interface PlannedMove {
  orderId: string;
  title: string;
  from: Assignment;
  /** Null when nobody can take it any more: it would go back to those that wait. */
  to: Assignment | null;
  /** The order's version the move was planned from: it is not applied to another one. */
  version: number;
  /** Why it moves, from what the planner compared. */
  reason: string;
  dueAt: Date | null;
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
  /** What the plan costs as it stands and after the moves, in cents, and how late it is, in minutes. */
  before: { cents: number; lateMinutes: number };
  after: { cents: number; lateMinutes: number };
  createdAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  version: number;
}
