import type { PlanProblem, PlanShift } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';

/**
 * The shifts of a problem, each beginning no sooner than the crew can be back at its depot from pinned work of a tour
 * before: a crew that works around the clock may be at work over midnight, and any crew may run over.
 */
export function delayTours(problem: PlanProblem): PlanShift[] {
  const legMinutes = createLegMeter(problem);
  const { crews, shifts, tasks } = problem;
  const pinned = tasks.flatMap(({ current, durationMinutes }, task) => {
    const crew = shifts[current?.shift ?? -1]?.crew;
    if (!current?.pinned || crew === undefined) return [];
    const back = current.start + durationMinutes + legMinutes(crews.length + task, crew);
    return [{ crew, shift: current.shift, start: current.start, back }];
  });
  return shifts.map((shift, index) => {
    const before = pinned.filter(
      (work) => work.crew === shift.crew && work.shift !== index && work.start < shift.start,
    );
    const start = Math.min(shift.end, Math.max(shift.start, ...before.map(({ back }) => back)));
    return start === shift.start ? shift : { ...shift, start };
  });
}
