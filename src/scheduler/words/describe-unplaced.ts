import type { UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { CrewDayCause, UnplacedExplanation } from '../../planner/explain/explanation.ts';
import type { PlanProblem } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';
import { describeCrewDays, listDecliners } from './describe-crew-days.ts';
import { describeFix } from './describe-fix.ts';
import { type DescribeContext, describeMinutes, joinNames } from './plan-words.ts';

/**
 * Why nobody can take it, counted by crew-days, and the smallest change that would help. Its kind names the reason without
 * its counts and its times, which change with every look.
 */
export function describeUnplaced(context: DescribeContext, explanation: UnplacedExplanation): UnplacedReason {
  const { crewDays, causes, fixes, task } = explanation;
  const beyond = findBeyondHorizon(context.problem, explanation);
  if (beyond !== null) return { why: describeBeyondHorizon(context, beyond), fix: null, kind: beyond };
  const remote = describeRemoteness(context.problem, explanation);
  if (remote !== null) return { why: remote, fix: null, kind: 'remote' };
  const [fix] = fixes;
  const why =
    describeRefusal(context, task, causes) ??
    `of ${crewDays} ${crewDays === 1 ? 'crew-day' : 'crew-days'} ${describeCrewDays(context, task, causes)}`;
  return {
    why,
    fix: fix ? `smallest fix: ${describeFix(context, fix)}` : describeSplit(context, explanation),
    kind: kindOf(context, explanation),
  };
}

/** When all that could have declined it, their names say more than a count of crew-days; null when more is in the way. */
function describeRefusal(
  context: DescribeContext,
  task: number,
  causes: readonly CrewDayCause[],
): string | null {
  const others = causes.filter(({ obstacle }) => obstacle !== 'declined');
  const lacked = others.flatMap(({ skill }) => context.problem.skills[skill ?? -1] ?? []);
  if (others.length === causes.length || lacked.length < others.length) return null;
  const declined = `${joinNames(listDecliners(context, task))} declined it`;
  return lacked.length === 0 ? declined : `${declined}, and no other crew has ${joinNames(lacked)}`;
}

/** The same as long as the same things are in the way and the same kind of change would help. */
function kindOf({ problem }: DescribeContext, { causes, fixes }: UnplacedExplanation): string {
  const kinds = causes.map(({ obstacle, skill, material }) =>
    [obstacle, problem.skills[skill ?? -1], problem.materials[material ?? -1]].join(':'),
  );
  return [...kinds.sort(), `fix ${fixes[0]?.kind ?? 'none'}`].join(' ');
}

/** When the shifts themselves are what is too short, a fuller or an emptier plan makes no difference. */
function describeSplit({ problem }: DescribeContext, { task, causes }: UnplacedExplanation): string | null {
  const isTooLong = causes.some(({ obstacle }) => obstacle === 'tooLong');
  if (!isTooLong || causes.some(({ obstacle }) => obstacle === 'time')) return null;
  const work = describeMinutes(problem.tasks[task]?.durationMinutes ?? 0);
  return `no shift has ${work} at a stretch and the road: split the job, or give a crew a longer shift`;
}

/** There is no crew-day to count: the time that is planned has none at all, or none after the job may begin. */
type BeyondHorizon = 'no shifts' | 'later';

/** Whether it is only the end of what is planned that a job does not fit into; null when there are crew-days to judge. */
function findBeyondHorizon(
  problem: PlanProblem,
  { task }: Pick<UnplacedExplanation, 'task'>,
): BeyondHorizon | null {
  if (problem.shifts.length === 0) return 'no shifts';
  const last = problem.shifts.reduce((latest, { end }) => Math.max(latest, end), Number.NEGATIVE_INFINITY);
  return firstStart(problem, task) >= last ? 'later' : null;
}

/** The same in words, with what happens next. */
function describeBeyondHorizon({ agency }: DescribeContext, beyond: BeyondHorizon): string {
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

/**
 * Says that a place is so far from every depot that the road there and back alone fills the longest shift of every crew,
 * which is rather a wrong place than a job for anybody; null when somebody gets there. Kilometers along a straight line.
 */
function describeRemoteness(
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
