import type { CrewDayCause } from '../../planner/explain/explanation.ts';
import {
  type DescribeContext,
  describeLevel,
  INTERNAL_SKILL,
  joinNames,
  nameMaterial,
  OBSTACLE_WORDS,
} from './plan-words.ts';

/** `3 have no time left, 2 lack the skill asphalt`: how many crew-days cannot take a task for which reason. */
export function describeCrewDays(
  context: DescribeContext,
  task: number,
  causes: readonly CrewDayCause[],
): string {
  return causes.map((cause) => `${cause.crewDays} ${describeCause(context, task, cause)}`).join(', ');
}

function describeCause(context: DescribeContext, task: number, cause: CrewDayCause): string {
  const { obstacle, skill, material, crewDays } = cause;
  const { problem } = context;
  const internal = INTERNAL_SKILL.exec(problem.skills[skill ?? -1] ?? '')?.[1];
  if (internal === 'declined')
    return `of ${joinNames(listDecliners(context, task, skill ?? -1))}, which declined it`;
  if (internal !== undefined) return 'of crews that dispatch did not choose';
  const isOne = crewDays === 1;
  if (skill !== null) {
    const levels =
      problem.tasks[task]?.skills.flatMap((one) => (one.skill === skill ? [one.level] : [])) ?? [];
    return `${isOne ? 'lacks' : 'lack'} the skill ${problem.skills[skill]}${describeLevel(Math.max(1, ...levels))}`;
  }
  if (material !== null) return `${isOne ? 'lacks' : 'lack'} the material ${nameMaterial(context, material)}`;
  return OBSTACLE_WORDS[obstacle][isOne ? 0 : 1];
}

/** Who could do the task and is there on some day, but has not the mark of those that did not decline. */
export function listDecliners({ problem }: DescribeContext, task: number, mark: number): string[] {
  const needed = problem.tasks[task]?.skills.filter(({ skill }) => skill !== mark) ?? [];
  return problem.crews.flatMap(({ name, levels }, crew) => {
    const isAble = needed.every(({ skill, level }) => (levels[skill] ?? 0) >= level);
    const isThere = problem.shifts.some((shift) => shift.crew === crew && shift.absent === null);
    return (levels[mark] ?? 0) === 0 && isAble && isThere ? name : [];
  });
}
