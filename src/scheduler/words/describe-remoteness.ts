import type { UnplacedExplanation } from '../../planner/explain/explanation.ts';
import type { PlanProblem } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';

/**
 * Says that a place is so far from every depot that the road there and back alone fills the longest shift of every crew,
 * which is rather a wrong place than a job for anybody; null when somebody gets there. Kilometers along a straight line.
 */
export function describeRemoteness(
  problem: PlanProblem,
  { task, causes }: Pick<UnplacedExplanation, 'task' | 'causes'>,
): string | null {
  const { crews, shifts, travel } = problem;
  const place = problem.tasks[task];
  // Most of what is left out has other reasons: nothing is measured for it.
  if (!place || travel.matrix || !causes.some(({ obstacle }) => obstacle === 'tooLong')) return null;
  const longest = new Map<number, number>();
  for (const { crew, start, end } of shifts) {
    longest.set(crew, Math.max(longest.get(crew) ?? 0, end - start));
  }
  const legMinutes = createLegMeter({ ...problem, tasks: [place] });
  const roads = crews.map((_, crew) => legMinutes(crew, crews.length));
  if (roads.some((road, crew) => 2 * road < (longest.get(crew) ?? 0))) return null;
  const kilometers = ((Math.min(...roads) / 60) * travel.kilometersPerHour) / travel.factor;
  const rounded = kilometers < 100 ? Math.round(kilometers) : Math.round(kilometers / 10) * 10;
  return `the place is ${rounded.toLocaleString('en-US')} km from every depot: check the place`;
}
