import type { UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { CrewDayCause, UnplacedExplanation } from '../../planner/explain/explanation.ts';
import { describeCrewDays, listDecliners } from './describe-crew-days.ts';
import { describeFix } from './describe-fix.ts';
import { describeBeyondHorizon, findBeyondHorizon } from './describe-horizon.ts';
import { describeRemoteness } from './describe-remoteness.ts';
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
