import { DAY_MS } from '../../core/values/duration.ts';
import type { CrewDayCause, Obstacle } from '../../planner/explain/explanation.ts';
import { listDecliners } from './describe-crew-days.ts';
import {
  crewName,
  type DescribeContext,
  instantOf,
  joinNames,
  localTime,
  nameMaterial,
  nameSkill,
} from './plan-words.ts';

/** What is in the way of all crews, as it goes on after "no crew with asphalt"; the first of them is said. */
const OF_ALL: readonly (readonly [Obstacle, string])[] = [
  ['time', 'has enough time left'],
  ['tooLong', 'has a long enough day'],
  ['deadline', 'can do it by its deadline'],
];

/** Obstacles of crews that could do the job, in their shifts. */
const OF_SHIFTS: ReadonlySet<Obstacle> = new Set([
  'predecessor',
  'closed',
  'deadline',
  'tooLong',
  'time',
  'material',
  'cost',
]);

/**
 * Why nobody can take a left-out task, as a dispatcher would say it: `no crew with asphalt and concrete has a long enough
 * day`. Crews that lack a skill count only when all do, and days on which the task may not begin yet not at all.
 */
export function describeWhy(context: DescribeContext, task: number, causes: readonly CrewDayCause[]): string {
  const has = (...obstacles: Obstacle[]) => causes.some(({ obstacle }) => obstacles.includes(obstacle));
  if (!causes.some(isOfShift)) return describeNobody(context, task, causes);
  if (has('predecessor')) return 'it waits for another job that has no place';
  const materials = causes.flatMap(({ material }) =>
    material === null ? [] : [nameMaterial(context, material)],
  );
  const missing =
    materials.length > 0 ? `there is not enough ${joinNames([...new Set(materials)])} for it` : '';
  const [, phrase] = OF_ALL.find(([obstacle]) => has(obstacle)) ?? [];
  const late = phrase ? `${nameAble(context, task)} ${phrase}${describeTimes(context, task, causes)}` : '';
  const closed = has('closed') ? `the place is closed${phrase ? ' on other days' : ''}, such as by rain` : '';
  const said = [late, missing, closed].filter(Boolean);
  return said.length > 0 ? said.join('; ') : 'doing it now would cost more than waiting';
}

/** Whether it is a shift of a crew that could do the task which is in the way. */
export function isOfShift({ obstacle }: Pick<CrewDayCause, 'obstacle'>): boolean {
  return OF_SHIFTS.has(obstacle);
}

/** `no crew with asphalt`, or the crews that dispatch chose. */
export function nameAble(context: DescribeContext, task: number): string {
  const { problem } = context;
  const { skills = [], crewSize = 1, chosenCrews = null } = problem.tasks[task] ?? {};
  const chosen = (chosenCrews ?? []).map((crew) => crewName(context, crew)).filter(Boolean);
  const names = skills.map(({ skill, level }) => nameSkill(context, skill, level));
  const isSmall = problem.crews.some(({ size }) => size < crewSize);
  const needs = [...names, ...(isSmall ? [`${crewSize} workers`] : [])];
  const which = chosen.length > 0 ? ' that dispatch chose' : '';
  return `no crew${needs.length > 0 ? ` with ${joinAll(needs)}` : ''}${which}`;
}

/** From when it is allowed, where that matters, and for how long is planned. */
function describeTimes(context: DescribeContext, task: number, causes: readonly CrewDayCause[]): string {
  const { agency, now, problem } = context;
  const days = agency.planning?.horizonDays;
  const { earliest = 0 } = problem.tasks[task] ?? {};
  const isLater = causes.some(({ obstacle }) => obstacle === 'notYet') && instantOf(context, earliest) > now;
  const from = isLater ? ` from ${localTime(context, earliest)} on` : '';
  const isLong = days !== undefined && instantOf(context, earliest).getTime() - now.getTime() < days * DAY_MS;
  return isLong ? `${from}${from ? ',' : ''} in the next ${days === 1 ? 'day' : `${days} days`}` : from;
}

/** When no crew that could do it is asked, or there: who is not, and what nobody has. */
function describeNobody(context: DescribeContext, task: number, causes: readonly CrewDayCause[]): string {
  const { problem } = context;
  const { skills = [], crewSize = 1 } = problem.tasks[task] ?? {};
  const has = (obstacle: Obstacle) => causes.some((cause) => cause.obstacle === obstacle);
  const wanted = skills.map(({ skill, level }) => nameSkill(context, skill, level));
  const able = wanted.length > 0 ? ` with ${joinAll(wanted)}` : '';
  const declined = listDecliners(context, task);
  if (declined.length > 0) {
    const others = has('skill') ? `, and no other crew has ${joinAll(wanted)}` : '';
    return `${joinNames(declined)} declined it${others}`;
  }
  if (has('absent')) return `every crew${able} is absent`;
  if (has('crewSize')) return `no crew${able} has ${crewSize} workers`;
  if (has('notChosen')) return 'the crew that dispatch chose cannot do it';
  return has('skill') ? `no crew has ${joinAll(wanted)}` : 'no crew has a shift';
}

/** `A`, `A and B`, `A, B and C`: what is needed is needed whole. */
function joinAll(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
