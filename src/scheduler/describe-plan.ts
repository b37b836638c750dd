import { describeCents } from '../core/describe.ts';
import type {
  Obstacle,
  PlacementAlternative,
  PlacementExplanation,
  PlanFix,
  UnplacedCause,
  UnplacedExplanation,
} from '../planner/explanation.ts';
import { describeBeyondHorizon, findBeyondHorizon } from './describe-horizon.ts';
import { describeRemoteness } from './describe-remoteness.ts';
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

/** More names say less. */
const MOST_NAMES = 3;

/** Why this crew, in a sentence people can check: what it holds, how far it is, when it is done, and the next best, if compared. */
export function describePlacement(
  context: DescribeContext,
  explanation: PlacementExplanation,
  dueAt: Date | null,
  isCompared: boolean,
  isPlaceKnown = true,
): string {
  const { task, own, alternatives } = explanation;
  const skills = (context.problem.tasks[task]?.skills ?? []).map(({ skill, level }) =>
    nameSkill(context, skill, level),
  );
  const facts = [
    ...skills.flatMap((skill) => (skill ? [`holds ${skill}`] : [])),
    isPlaceKnown ? describeRoad(own) : 'place unknown: middle of town assumed',
    `starts ${localTime(context, own.start)}`,
    ...describeSlack(dueAt && minutesBetween(instantOf(context, own.end), dueAt)),
  ];
  const [next] = alternatives;
  if (!isCompared) return facts.join(', ');
  if (!next) return `${facts.join(', ')}${describeExcluded(context, explanation)}`;
  return `${facts.join(', ')}; ${describeNext(context, own, next, dueAt)}`;
}

/** What the next best crew would change. One that would be better by itself is not the best for all, and is told so. */
function describeNext(
  context: DescribeContext,
  own: { end: number },
  next: PlacementAlternative,
  dueAt: Date | null,
): string {
  const name = crewName(context, next.crew);
  const cents = Math.round(next.deltaRoadCents);
  const cost = describeCents(Math.abs(cents), context.agency.currency);
  const late = describeLateness(context, next, dueAt);
  const shift = describeShift(next.deltaMinutes);
  if (cents > 0) return `next best ${name}: +${cost}, ${shift}${late}`;
  const isTooLate = late !== '' && next.end > own.end;
  if (next.deltaMinutes <= 0 && !isTooLate && (cents < 0 || next.deltaMinutes < 0)) {
    const price = cents < 0 ? `${cost} cheaper` : 'no dearer';
    return `${name} alone would be ${price} and ${shift}${late}, but this plan is better as a whole`;
  }
  if (cents === 0) return `next best ${name}: same cost, ${shift}${late}`;
  if (next.deltaMinutes > 0) return `next best ${name}: ${cost} cheaper, but ${shift}${late}`;
  return `next best ${name}: ${cost} cheaper, ${shift}, but${late.slice(1)}`;
}

/** Why nobody can take it, counted by crew-days, and the smallest change that would help. */
export function describeUnplaced(context: DescribeContext, explanation: UnplacedExplanation): string {
  const { crewDays, causes, fixes, task } = explanation;
  const beyond = findBeyondHorizon(context.problem, explanation);
  if (beyond !== null) return describeBeyondHorizon(context, beyond);
  const remote = describeRemoteness(context.problem, explanation);
  if (remote !== null) return remote;
  const counted = causes.map((cause) => `${cause.crewDays} ${describeCause(context, task, cause)}`);
  const [fix] = fixes;
  const help = fix ? `; smallest fix: ${describeFix(context, fix)}` : describeSplit(context, explanation);
  return `of ${crewDays} ${crewDays === 1 ? 'crew-day' : 'crew-days'} ${counted.join(', ')}${help}`;
}

/**
 * Names the reason without its counts and its times, which change with every look: the same as long as the same things are
 * in the way and the same kind of change would help.
 */
export function kindOfUnplaced({ problem }: DescribeContext, explanation: UnplacedExplanation): string {
  const { causes, fixes } = explanation;
  const beyond = findBeyondHorizon(problem, explanation);
  if (beyond !== null) return beyond;
  if (describeRemoteness(problem, explanation) !== null) return 'remote';
  const kinds = causes.map(({ obstacle, skill, material }) =>
    [obstacle, problem.skills[skill ?? -1], problem.materials[material ?? -1]].join(':'),
  );
  return [...kinds.sort(), `fix ${fixes[0]?.kind ?? 'none'}`].join(' ');
}

function describeCause(context: DescribeContext, task: number, cause: UnplacedCause): string {
  const { obstacle, skill, material, crewDays } = cause;
  const { problem } = context;
  const internal = INTERNAL_SKILL.exec(problem.skills[skill ?? -1] ?? '')?.[1];
  if (internal === 'declined')
    return `of ${joinNames(listDecliners(context, skill ?? -1))}, which declined it`;
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
  if (minutes === 0) return 'at the same time';
  return `${describeMinutes(minutes)} ${minutes > 0 ? 'later' : 'earlier'}`;
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
  const declined = excluded.filter(({ skill }) => problem.skills[skill ?? -1]?.startsWith('declined '));
  const others: Partial<Record<Obstacle, number>> = { ...excludedCounts };
  if (declined.length > 0) others.skill = (others.skill ?? 0) - declined.length;
  const counted = Object.entries(others)
    .filter(([, count]) => count > 0)
    .map(([obstacle, count]) => `${count} ${OBSTACLE_WORDS[obstacle as Obstacle][count === 1 ? 0 : 1]}`);
  const names = declined.map(({ crew }) => problem.crews[crew]?.name ?? '');
  const refusals = names.length > 0 ? [`${joinNames(names)} declined it`] : [];
  return `; no other crew can: ${[...refusals, ...counted].join(', ')}`;
}

/** Who has not the mark of those that did not decline. */
function listDecliners({ problem }: DescribeContext, skill: number): string[] {
  return problem.crews.flatMap(({ name, levels }) => ((levels[skill] ?? 0) === 0 ? name : []));
}

function joinNames(names: readonly string[]): string {
  return names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(' and ');
}

/** A crew that declined, or was not chosen, needs no training but to be asked. */
function describeTraining(
  context: DescribeContext,
  { skill, level }: { skill: number; level: number },
): string {
  const name = nameSkill(context, skill, level);
  return name === '' ? 'takes it after all' : `with the skill ${name}`;
}
