import type { Plan, PlanProblem } from '../problem/plan-problem.ts';
import type { TravelMemory } from '../problem/travel-memory.ts';
import { loadPlan } from '../tours/load-plan.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { explainLateness, isLate } from './explain-lateness.ts';
import { explainPlacement } from './explain-placement.ts';
import { explainUnplaced } from './explain-unplaced.ts';
import type { PlacementExplanation, PlanFix, UnplacedExplanation } from './explanation.ts';
import { guardDueTimes } from './guard-due-times.ts';

/** Answers about any number of tasks (by index) of one plan, in any order: each is that of the plan as it stands. */
export interface Explainer {
  /**
   * Why the placed task stands where it stands, and what each other crew would cost, everything else staying in its
   * order. A pinned task is looked at as if it were not. Throws `planner.unplaced` for a task that is left out.
   */
  explainPlacement(task: number): PlacementExplanation;
  /**
   * Why the left-out task has no place: each crew-day by the first thing in its way, and single changes that would give
   * it one, each tried on the plan, the easiest first and at most `mostFixes`: each further kind takes as long again.
   * Throws `planner.placed` for a task that is placed.
   */
  explainUnplaced(task: number, mostFixes?: number): UnplacedExplanation;
  /**
   * The change dispatch can most easily make to get a placed, late task done by its due time, tried on the plan; null
   * when no single one would, or it is not late. One that makes another task late, or later, is none.
   */
  explainLateness(task: number): PlanFix | null;
}

/** Reads the valid plan once, which costs more than many explanations. `memory` makes it faster, not different. */
export function createExplainer(problem: PlanProblem, plan: Plan, memory?: TravelMemory): Explainer {
  const state = loadPlan(problem, plan, memory);
  let guarded: PlanState | null = null;
  const loadGuarded = () => (guarded ??= loadPlan(guardDueTimes(problem, plan), plan, memory));
  return {
    explainPlacement: (task) => explainPlacement(state, task),
    explainUnplaced: (task, mostFixes = Infinity) => explainUnplaced(state, task, mostFixes),
    explainLateness: (task) => (isLate(state, task) ? explainLateness(loadGuarded(), task) : null),
  };
}
