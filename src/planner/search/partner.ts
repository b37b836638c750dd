import type { Plan, PlanBudget, PlanProblem } from '../problem/plan-problem.ts';
import { listDifferent, setTours, type TourOrders } from '../tours/tour-orders.ts';
import type { Search } from './anneal.ts';

/** A plan on its way from one search to the other; its cost in units. */
export interface ToldPlan extends TourOrders {
  cost: number;
}

/** Another search of the same problem with another seed, at the same time. Neither waits for the other. */
export interface Partner {
  /** Copies what it is told. */
  tell(plan: ToldPlan): void;
  /** What the other one told last, if it told anything since; 'over' when it needs nobody any more. */
  hear(): ToldPlan | 'over' | null;
  /** This search is at its end; the one that invited the other ends that too. */
  leave(): void;
}

/** Begins the other search from the same plan; null when there can be none. */
export type InvitePartner = (task: {
  problem: PlanProblem;
  plan: Plan;
  budget: PlanBudget;
}) => Partner | null;

/** Steps between two meetings; too many, and a search goes on where there is nothing to be found. */
export const STEPS_BETWEEN_MEETINGS = 2_000;

/**
 * Tells the partner what the plan is now, and goes on from the partner's if that is cheaper: half of the time is then
 * spent where it pays, and both are free to look somewhere else until the next meeting.
 */
export function meetPartner({ state, snapshots, best, clock, pool, partner }: Search): void {
  if (!partner) return;
  const { cost, sequence, length, held } = state;
  partner.tell({ cost, sequence, length, held });
  const heard = partner.hear();
  if (heard === 'over') clock.stop();
  if (heard === null || heard === 'over' || heard.cost >= cost) return;
  snapshots.begin();
  setTours(state, listDifferent(state, heard), heard);
  best.note(snapshots.touched);
  if (pool) for (const shift of snapshots.touched) pool.remember(state, shift);
}
