import { DAY_MS } from '../../core/values/duration.ts';
import type { UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { PlanFix, UnplacedExplanation } from '../../planner/explain/explanation.ts';
import { LONGEST_OVERTIME } from '../../planner/explain/find-extension.ts';
import type { PlanProblem } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';
import { describeFix } from './describe-fix.ts';
import { describeWhy, isOfShift, nameAble } from './describe-why.ts';
import {
  type DescribeContext,
  describeMinutes,
  instantOf,
  localTime,
  nameSkill,
  shiftName,
} from './plan-words.ts';

/**
 * Why nobody can take it, and the smallest change that would help. Its kind names the reason without its times, which
 * change with every look.
 */
export function describeUnplaced(context: DescribeContext, explanation: UnplacedExplanation): UnplacedReason {
  const { causes, fixes, task } = explanation;
  const beyond = findBeyondHorizon(context.problem, explanation);
  if (beyond !== null) return { why: describeBeyondHorizon(context, task, beyond), fix: null, kind: beyond };
  const remote = describeRemoteness(context.problem, explanation);
  if (remote !== null) return { why: remote, fix: null, kind: 'remote' };
  const [fix] = fixes;
  return {
    why: describeWhy(context, task, causes),
    fix: fix ? describeNearest(context, task, fix) : describeSplit(context, explanation),
    kind: kindOf(context, explanation),
  };
}

/** Overtime is told by whose day comes nearest. A skill that nobody has, no crew is told to have: somebody has to choose. */
function describeNearest(context: DescribeContext, task: number, fix: PlanFix): string {
  if (fix.kind === 'addSkill' && isHeldByNobody(context.problem, fix.skill)) {
    const isOneOfSome = (context.problem.tasks[task]?.skills.length ?? 0) > 1;
    const who = isOneOfSome ? `nobody has ${nameSkill(context, fix.skill, fix.level)}: ` : '';
    return `${who}give it to a crew, or call somebody from outside`;
  }
  return fix.kind === 'extendShift'
    ? `nearest: ${shiftName(context, fix.shift)}, ${describeMinutes(fix.minutes)} longer`
    : `smallest fix: ${describeFix(context, fix)}`;
}

function isHeldByNobody({ crews }: PlanProblem, skill: number): boolean {
  return crews.every(({ levels }) => (levels[skill] ?? 0) === 0);
}

/** The same as long as the same things are in the way and the same kind of change would help. */
function kindOf({ problem }: DescribeContext, { causes, fixes }: UnplacedExplanation): string {
  // What is not allowed yet is allowed later by itself: nobody has to hear of it again.
  const kinds = causes
    .filter(({ obstacle }) => obstacle !== 'notYet')
    .map(({ obstacle, skill, material }) =>
      [obstacle, problem.skills[skill ?? -1], problem.materials[material ?? -1]].join(':'),
    );
  return [...kinds.sort(), `fix ${fixes[0]?.kind ?? 'none'}`].join(' ');
}

/** When the shifts themselves are what is too short, a fuller or an emptier plan makes no difference. */
function describeSplit({ problem }: DescribeContext, { task, causes }: UnplacedExplanation): string | null {
  const isTooLong = causes.some(({ obstacle }) => obstacle === 'tooLong');
  if (!isTooLong || causes.some(({ obstacle }) => obstacle === 'time')) return null;
  const work = describeMinutes(problem.tasks[task]?.durationMinutes ?? 0);
  const most = describeMinutes(LONGEST_OVERTIME);
  return `it takes ${work} and the road, and ${most} of overtime would not do: split the job, or give a crew a longer shift`;
}

const MOST_NEAR_MS = 300 * DAY_MS;

/** The time that is planned has no shift at all, or none after the job may begin. */
type BeyondHorizon = 'no shifts' | 'later';

/** Whether it is only the end of what is planned that a job does not fit into; null when there are shifts to judge. */
function findBeyondHorizon(
  problem: PlanProblem,
  { causes }: Pick<UnplacedExplanation, 'causes'>,
): BeyondHorizon | null {
  if (problem.shifts.length === 0) return 'no shifts';
  const isNotYet = causes.some(({ obstacle }) => obstacle === 'notYet');
  return isNotYet && !causes.some(isOfShift) ? 'later' : null;
}

/** The same in words, with what happens next. */
function describeBeyondHorizon(context: DescribeContext, task: number, beyond: BeyondHorizon): string {
  const days = context.agency.planning?.horizonDays;
  const time = days === undefined ? 'in the time that is planned' : `in the next ${countDays(days)}`;
  if (beyond === 'no shifts') return `no crew has a shift ${time}: check the shifts of the crews`;
  const { earliest = 0, after = null } = context.problem.tasks[task] ?? {};
  // What it waits for, or a date in another year, would need more words.
  const isNear = instantOf(context, earliest).getTime() - context.now.getTime() < MOST_NEAR_MS;
  const from = after === null && isNear ? ` (${localTime(context, earliest)})` : '';
  return `${nameAble(context, task)} has time for it ${time} after it may begin${from}: it is planned when that comes nearer`;
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
