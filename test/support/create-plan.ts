import { createSearch, improveState } from '../../src/planner/improve-plan.ts';
import type { Plan, PlanBudget, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { indexProblem } from '../../src/planner/problem/problem-index.ts';
import { insertLeftOut } from '../../src/planner/search/insert-left-out.ts';
import { exportPlan } from '../../src/planner/tours/convert-plan.ts';
import { createPlanState } from '../../src/planner/tours/plan-state.ts';
import { placePinned } from '../../src/planner/tours/take-over.ts';

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
