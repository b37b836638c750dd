import type { Plan, PlanBudget, PlanProblem } from '../problem/plan-problem.ts';
import type { TourOrders } from '../tours/tour-orders.ts';

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
