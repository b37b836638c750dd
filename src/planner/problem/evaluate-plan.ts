import type { PlanCost, PlannedStop, PlannedTour, PlanProblem, PlanTask } from './plan-problem.ts';
import { createLegMeter } from './travel-matrix.ts';

/** What the tours cost, from scratch, by their stated starts; a task in none of them is left out. */
export function evaluatePlan(problem: PlanProblem, tours: readonly PlannedTour[]): PlanCost {
  const { tasks, prices } = problem;
  const cost: PlanCost = {
    total: 0,
    unplaced: 0,
    late: 0,
    change: 0,
    wait: 0,
    travelAndWork: 0,
    lateMinutes: 0,
    lateTasks: 0,
    travelMinutes: 0,
  };
  const legMinutes = createLegMeter(problem);
  const placed = new Set<number>();
  for (const tour of tours) {
    addTour(problem, tour, legMinutes, cost);
    for (const { task } of tour.stops) placed.add(task);
  }
  tasks.forEach(({ weight }, task) => {
    if (!placed.has(task)) cost.unplaced += Math.round(weight * prices.unplaced);
  });
  cost.total = cost.unplaced + cost.late + cost.change + cost.wait + cost.travelAndWork;
  return cost;
}

/** Whole hours from minute 0 to the beginning of a shift; 0 for one that has begun. The order within a tour is the road's. */
export function waitHours(shiftStart: number): number {
  return Math.max(0, Math.floor(shiftStart / 60));
}

/** Travel and work are rounded to cents once a tour. */
function addTour(
  problem: PlanProblem,
  { shift, stops }: PlannedTour,
  legMinutes: (from: number, to: number) => number,
  cost: PlanCost,
): void {
  const { crews, tasks, shifts } = problem;
  const crew = shifts[shift]?.crew ?? 0;
  let point = crew;
  let travel = 0;
  let work = 0;
  for (const stop of stops) {
    const task = tasks[stop.task];
    if (task === undefined) continue;
    addStop(problem, task, shift, stop, cost);
    travel += legMinutes(point, crews.length + stop.task);
    work += task.durationMinutes;
    point = crews.length + stop.task;
  }
  if (stops.length > 0) travel += legMinutes(point, crew);
  cost.travelMinutes += travel;
  cost.travelAndWork += Math.round(((crews[crew]?.hourlyRateCents ?? 0) * (travel + work)) / 60);
}

function addStop(
  { prices, shifts }: PlanProblem,
  { due, weight, current }: PlanTask,
  shift: number,
  { start, end }: PlannedStop,
  cost: PlanCost,
): void {
  const late = due === null ? 0 : end - due;
  if (late > 0) {
    cost.lateMinutes += late;
    cost.lateTasks += 1;
    cost.late += Math.round(late * weight * prices.lateMinute);
  }
  cost.wait += Math.round(waitHours(shifts[shift]?.start ?? 0) * weight * (prices.waitHour ?? 0));
  if (current === null || current.pinned) return;
  if (shifts[current.shift]?.crew !== shifts[shift]?.crew) cost.change += prices.changeCrew;
  else if (shifts[current.shift]?.day !== shifts[shift]?.day) cost.change += prices.changeDay;
  else if (current.start !== start) cost.change += prices.changeTime;
}
