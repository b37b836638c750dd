import { exportPlan } from './export-plan.ts';
import { insertLeftOut } from './insert-left-out.ts';
import type { Plan, PlanProblem } from './plan-problem.ts';
import { createPlanState } from './plan-state.ts';
import { indexProblem } from './problem-index.ts';
import { placePinned, takeOver } from './take-over.ts';

/**
 * A valid plan in milliseconds, after something happened: whatever is still possible of `previous` (in the indexes of
 * this problem), or of what was announced, stays where it is; the rest is inserted by regret. Nothing is random in it.
 */
export function repairPlan(problem: PlanProblem, previous: Plan | null): Plan {
  const state = createPlanState(indexProblem(problem));
  placePinned(state);
  takeOver(state, previous);
  insertLeftOut(state);
  return exportPlan(state);
}
