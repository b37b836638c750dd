import type { Plan, PlanProblem } from './problem/plan-problem.ts';
import { indexProblem } from './problem/problem-index.ts';
import type { TravelMemory } from './problem/travel-memory.ts';
import { insertLeftOut } from './search/insert-left-out.ts';
import { exportPlan } from './tours/convert-plan.ts';
import { createPlanState } from './tours/plan-state.ts';
import { placePinned, takeOver } from './tours/take-over.ts';

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
