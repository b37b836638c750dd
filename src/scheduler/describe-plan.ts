import { describeCents } from '../core/describe.ts';
import type {
  Obstacle,
  PlacementExplanation,
  PlanFix,
  UnplacedCause,
  UnplacedExplanation,
} from '../planner/explanation.ts';
import {
  crewName,
  type DescribeContext,
  describeLevel,
  describeMinutes,
  INTERNAL_SKILL,
  instantOf,
  localTime,
  nameMaterial,
  nameSkill,
  OBSTACLE_WORDS,
  shiftName,
} from './plan-words.ts';

/** Why this crew, in a sentence people can check: what it holds, how far it is, when it is done, and the next best, if compared. */
export function describePlacement(
  context: DescribeContext,
  explanation: PlacementExplanation,
  dueAt: Date | null,
  isCompared: boolean,
): string {
  const { task, own, alternatives } = explanation;
  const skills = (context.problem.tasks[task]?.skills ?? []).map(({ skill, level }) =>
    nameSkill(context, skill, level),
  );
  const facts = [
    ...skills.flatMap((skill) => (skill ? [`holds ${skill}`] : [])),
    describeRoad(own),
    `starts ${localTime(context, own.start)}`,
    ...describeSlack(dueAt && minutesBetween(instantOf(context, own.end), dueAt)),
  ];
  const [next] = alternatives;
  if (!isCompared) return facts.join(', ');
  if (!next) return `${facts.join(', ')}${describeExcluded(context, explanation)}`;
  const cost = describeCents(Math.abs(next.deltaRoadCents), context.agency.currency);
  const sign = next.deltaRoadCents < 0 ? '−' : '+';
  return `${facts.join(', ')}; next best ${crewName(context, next.crew)}: ${sign}${cost}${describeShift(next.deltaMinutes)}${describeLateness(context, next, dueAt)}`;
}

/** Why nobody can take it, counted by crew-days, and the smallest change that would help. */
export function describeUnplaced(context: DescribeContext, explanation: UnplacedExplanation): string {
  const { crewDays, causes, fixes, task } = explanation;
  const counted = causes.map((cause) => `${cause.crewDays} ${describeCause(context, task, cause)}`);
  const [fix] = fixes;
  const help = fix ? `; smallest fix: ${describeFix(context, fix)}` : describeSplit(context, explanation);
  return `of ${crewDays} ${crewDays === 1 ? 'crew-day' : 'crew-days'} ${counted.join(', ')}${help}`;
}

function describeCause(context: DescribeContext, task: number, cause: UnplacedCause): string {
  const { obstacle, skill, material, crewDays } = cause;
  const { problem } = context;
  const internal = INTERNAL_SKILL.exec(problem.skills[skill ?? -1] ?? '')?.[1];
  if (internal === 'declined') return 'of crews that declined it';
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

/** When the shifts themselves are what is too short, a fuller or an emptier plan makes no difference. */
function describeSplit({ problem }: DescribeContext, { task, causes }: UnplacedExplanation): string {
  const isTooLong = causes.some(({ obstacle }) => obstacle === 'tooLong');
  if (!isTooLong || causes.some(({ obstacle }) => obstacle === 'time')) return '';
  const work = describeMinutes(problem.tasks[task]?.durationMinutes ?? 0);
  return `; no shift has ${work} at a stretch and the road: split the job, or give a crew a longer shift`;
}

/** A single change, as an advice to dispatch. */
export function describeFix(context: DescribeContext, fix: PlanFix): string {
  const { problem } = context;
  switch (fix.kind) {
    case 'moveTask':
      return `move ${problem.tasks[fix.task]?.title} to ${crewName(context, fix.to.crew)}, ${localTime(context, fix.to.start)}`;
    case 'extendShift':
      return `${shiftName(context, fix.shift)} works ${describeMinutes(fix.minutes)} longer`;
    case 'addMaterial':
      return `${fix.quantity} more of ${nameMaterial(context, fix.material)} at ${problem.depots[fix.depot]?.name}`;
    case 'extendDeadline':
      return `${describeMinutes(fix.minutes)} more time`;
    case 'openClosed':
      return 'open the district for this job';
    case 'endAbsence':
      return `${shiftName(context, fix.shift)} works after all`;
    case 'addSkill':
      return `${crewName(context, fix.crew)} ${describeTraining(context, fix)}`;
    case 'addWorkers':
      return `${crewName(context, fix.crew)} with ${fix.workers} more`;
  }
}

/** The road begins at the stop before, which is the depot only for the first job of a day. */
function describeRoad({ position, travelMinutes }: PlacementExplanation['own']): string {
  if (travelMinutes === 0) return position === 0 ? 'at its depot' : 'where its job before is';
  return `${describeMinutes(travelMinutes)} from its ${position === 0 ? 'depot' : 'job before'}`;
}

function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 60_000);
}

function describeSlack(minutes: number | null): string[] {
  if (minutes === null) return [];
  if (minutes === 0) return ['done right at the deadline'];
  return [`done ${describeMinutes(minutes)} ${minutes > 0 ? 'before' : 'after'} the deadline`];
}

function describeShift(minutes: number): string {
  if (minutes === 0) return ', at the same time';
  return `, ${describeMinutes(minutes)} ${minutes > 0 ? 'later' : 'earlier'}`;
}

/** Lateness is told as time: what a late minute costs is a price of the search, and nobody's money. */
function describeLateness(context: DescribeContext, { end }: { end: number }, dueAt: Date | null): string {
  const late = dueAt ? minutesBetween(dueAt, instantOf(context, end)) : 0;
  return late > 0 ? `, ${describeMinutes(late)} past the deadline` : '';
}

function describeExcluded(
  { problem }: DescribeContext,
  { task, excluded, excludedCounts }: PlacementExplanation,
): string {
  const isChosen = problem.tasks[task]?.skills.some(({ skill }) =>
    problem.skills[skill]?.startsWith('given to '),
  );
  if (isChosen) return '; chosen by dispatch';
  if (excluded.length === 0) return '; the only crew';
  const counted = Object.entries(excludedCounts).map(
    ([obstacle, count]) => `${count} ${OBSTACLE_WORDS[obstacle as Obstacle][count === 1 ? 0 : 1]}`,
  );
  return `; no other crew can: ${counted.join(', ')}`;
}

/** A crew that declined, or was not chosen, needs no training but to be asked. */
function describeTraining(
  context: DescribeContext,
  { skill, level }: { skill: number; level: number },
): string {
  const name = nameSkill(context, skill, level);
  return name === '' ? 'takes it after all' : `with the skill ${name}`;
}
