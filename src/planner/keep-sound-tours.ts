import type { Plan, PlannedTour, PlanProblem } from './problem/plan-problem.ts';
import { validatePlan } from './problem/validate-plan.ts';
import { exportPlan, loadPlan } from './tours/convert-plan.ts';

/**
 * What is left of a plan that is not valid when each tour with a fault loses all that is not pinned: one tour gone wrong
 * must not keep everybody else from being planned. Null when what is pinned is at fault itself, and when announced work
 * would lose its place: it does not for a mistake of the planner.
 */
export function keepSoundTours(problem: PlanProblem, { tours, unplaced }: Plan): Plan | null {
  const isPinned = (task: number) => problem.tasks[task]?.current?.pinned ?? false;
  const kept = tours.map((tour) => ({ ...tour, stops: tour.stops.filter(({ task }) => isPinned(task)) }));
  let plan = toPlan(problem, kept);
  if (validatePlan(problem, plan).length > 0) return null;
  const open = new Set(tours.keys());
  // A tour may have to wait for one that comes after it in the list.
  for (let before = open.size + 1; open.size < before; ) {
    before = open.size;
    for (const place of open) {
      const tried = toPlan(problem, kept.with(place, tours[place] as PlannedTour));
      if (validatePlan(problem, tried).length > 0) continue;
      kept[place] = tours[place] as PlannedTour;
      plan = tried;
      open.delete(place);
    }
  }
  const isLost = (task: number) => problem.tasks[task]?.current !== null && !unplaced.includes(task);
  return plan.unplaced.some(isLost) ? null : plan;
}

/** With roads and starts worked out anew, as a stop less changes them. */
function toPlan(problem: PlanProblem, tours: readonly PlannedTour[]): Plan {
  const used = tours.filter(({ stops }) => stops.length > 0);
  return exportPlan(loadPlan(problem, { tours: used }));
}
