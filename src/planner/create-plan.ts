import { exportPlan } from './export-plan.ts';
import { createSearch, improveState } from './improve-plan.ts';
import { insertLeftOut } from './insert-left-out.ts';
import type { Plan, PlanBudget, PlanProblem } from './plan-problem.ts';
import { createPlanState } from './plan-state.ts';
import { indexProblem } from './problem-index.ts';
import { placePinned } from './take-over.ts';

/**
 * A plan from nothing but what is pinned: regret insertion, then ruin and recreate with simulated annealing until the
 * budget is used up. `now` counts milliseconds. The same problem, seed and iterations make the same plan when the
 * budget has no time limit.
 */
export function createPlan(problem: PlanProblem, budget: PlanBudget, now: () => number): Plan {
  const begin = now();
  const state = createPlanState(indexProblem(problem));
  placePinned(state);
  insertLeftOut(state);
  improveState(createSearch(state, budget, now, begin));
  return exportPlan(state);
}
