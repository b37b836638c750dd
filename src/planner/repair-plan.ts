import { exportPlan } from './export-plan.ts';
import { insertLeftOut } from './insert-left-out.ts';
import type { Plan, PlanProblem } from './plan-problem.ts';
import { createPlanState } from './plan-state.ts';
import { indexProblem } from './problem-index.ts';
import { placePinned, takeOver } from './take-over.ts';
import type { TravelMemory } from './travel-memory.ts';

/**
 * A valid plan in milliseconds, after something happened: whatever is still possible of `previous` (in the indexes of
 * this problem), or of what was announced, stays where it is; the rest is inserted by regret. Nothing is random in it;
 * `memory` makes it faster, not different.
 */
export function repairPlan(problem: PlanProblem, previous: Plan | null, memory?: TravelMemory): Plan {
  const state = createPlanState(indexProblem(problem, memory));
  placePinned(state);
  takeOver(state, previous);
  insertLeftOut(state);
  return exportPlan(state);
}
