import type { CrewDayCause } from '../../planner/explain/explanation.ts';
import { type DescribeContext, joinNames, nameMaterial, nameSkill, OBSTACLE_WORDS } from './plan-words.ts';

/** `3 have no time left, 2 lack the skill asphalt`: how many shifts cannot take a task for which reason. */
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
  if (obstacle === 'declined') return `of ${joinNames(listDecliners(context, task))}, which declined it`;
  const isOne = crewDays === 1;
  if (skill !== null) {
    const levels =
      problem.tasks[task]?.skills.flatMap((one) => (one.skill === skill ? [one.level] : [])) ?? [];
    return `${isOne ? 'lacks' : 'lack'} the skill ${nameSkill(context, skill, Math.max(...levels))}`;
  }
  if (material !== null) return `${isOne ? 'lacks' : 'lack'} the material ${nameMaterial(context, material)}`;
  return OBSTACLE_WORDS[obstacle][isOne ? 0 : 1];
}

/** Who could do the task and is there on some day, but declined it. */
export function listDecliners({ problem }: DescribeContext, task: number): string[] {
  const { skills = [], declinedBy = [], chosenCrews = null } = problem.tasks[task] ?? {};
  return problem.crews.flatMap(({ name, levels }, crew) => {
    const isAble = skills.every(({ skill, level }) => (levels[skill] ?? 0) >= level);
    const isAsked = chosenCrews === null || chosenCrews.includes(crew);
    const isThere = problem.shifts.some((shift) => shift.crew === crew && shift.absent === null);
    return declinedBy.includes(crew) && isAble && isAsked && isThere ? name : [];
  });
}
