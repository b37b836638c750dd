import type { UnplacedExplanation } from '../../planner/explain/explanation.ts';
import type { PlanProblem } from '../../planner/problem/plan-problem.ts';
import type { DescribeContext } from './plan-words.ts';

/** There is no crew-day to count: the time that is planned has none at all, or none after the job may begin. */
export type BeyondHorizon = 'no shifts' | 'later';

/** Whether it is only the end of what is planned that a job does not fit into; null when there are crew-days to judge. */
export function findBeyondHorizon(
  problem: PlanProblem,
  { task }: Pick<UnplacedExplanation, 'task'>,
): BeyondHorizon | null {
  if (problem.shifts.length === 0) return 'no shifts';
  const last = problem.shifts.reduce((latest, { end }) => Math.max(latest, end), Number.NEGATIVE_INFINITY);
  return firstStart(problem, task) >= last ? 'later' : null;
}

/** The same in words, with what happens next. */
export function describeBeyondHorizon({ agency }: DescribeContext, beyond: BeyondHorizon): string {
  const days = agency.planning?.horizonDays;
  const time = days === undefined ? 'in the time that is planned' : `in the next ${countDays(days)}`;
  return beyond === 'no shifts'
    ? `no crew has a shift ${time}: check the shifts of the crews`
    : `no crew has a shift ${time} after the job may begin: it is planned when that comes nearer`;
}

/** The first minute at which it may begin, whatever the plan. */
function firstStart({ tasks }: PlanProblem, task: number): number {
  const { earliest = 0, after = null } = tasks[task] ?? {};
  const before = after && tasks[after.task];
  return before ? Math.max(earliest, before.earliest + before.durationMinutes + after.minutes) : earliest;
}

function countDays(days: number): string {
  return days === 1 ? 'day' : `${days} days`;
}
