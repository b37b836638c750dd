import { describeCents } from '../../core/values/money.ts';
import type {
  CrewDayCause,
  Obstacle,
  PlacementAlternative,
  PlacementExplanation,
} from '../../planner/explain/explanation.ts';
import { describeCrewDays } from './describe-crew-days.ts';
import {
  crewName,
  type DescribeContext,
  describeMinutes,
  describePastDue,
  instantOf,
  joinNames,
  localTime,
  minutesBetween,
  nameSkill,
  OBSTACLE_WORDS,
} from './plan-words.ts';

const JUST_BEFORE_MINUTES = 30;

/** What is known of the job besides the explanation. */
export interface PlacedJob {
  dueAt: Date | null;
  /** Whether the other crews were looked at. */
  isCompared: boolean;
  isPlaceKnown: boolean;
}

/**
 * Why this crew, in a sentence people can check: what it has, how far it is, when it is done, and the next best, if
 * compared; of a job that was announced for an earlier day, what is in the way of the days until then.
 */
export function describePlacement(
  context: DescribeContext,
  explanation: PlacementExplanation,
  { dueAt, isCompared, isPlaceKnown }: PlacedJob,
): string {
  const { task, own, alternatives, earlier } = explanation;
  const skills = (context.problem.tasks[task]?.skills ?? []).map(({ skill, level }) =>
    nameSkill(context, skill, level),
  );
  const facts = [
    ...skills.map((skill) => `has ${skill}`),
    isPlaceKnown ? describeRoad(own) : 'place unknown: middle of town assumed',
    `starts ${localTime(context, own.start)}`,
    ...describeClosure(context, explanation),
    ...describeSlack(dueAt && minutesBetween(instantOf(context, own.end), dueAt)),
  ];
  const [next] = alternatives;
  if (!isCompared) return facts.join(', ');
  const others = next
    ? `; ${describeNext(context, own, next, dueAt)}`
    : describeExcluded(context, explanation);
  return `${facts.join(', ')}${others}${describeEarlier(context, task, earlier)}`;
}

/** A closure of its district that ends as it starts, or just before, is why it starts no earlier. */
function describeClosure(context: DescribeContext, { task, own }: PlacementExplanation): string[] {
  const closed = context.problem.tasks[task]?.closed ?? [];
  const before = closed.find(({ end }) => end <= own.start && own.start - end <= JUST_BEFORE_MINUTES);
  if (!before) return [];
  const until = before.end === own.start ? 'then' : localTime(context, before.end);
  return [`the district is closed until ${until}`];
}

/** Why no crew has it on a day between the announced one and its own; nothing where there is none. */
function describeEarlier(context: DescribeContext, task: number, earlier: readonly CrewDayCause[]): string {
  const isOpen = ({ obstacle }: CrewDayCause) => obstacle === 'cost';
  const open = earlier.filter(isOpen).reduce((sum, { crewDays }) => sum + crewDays, 0);
  const counted = [
    describeCrewDays(
      context,
      task,
      earlier.filter((cause) => !isOpen(cause)),
    ),
    open > 0 ? `${open} could have it, but this plan is better as a whole` : '',
  ].filter(Boolean);
  return counted.length > 0 ? `; of the shifts before, ${counted.join(', ')}` : '';
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
  const late = describePastDue(context, next.end, dueAt);
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

/** The road begins at the stop before, which is the depot only for the first job of a day. */
function describeRoad({ position, travelMinutes }: PlacementExplanation['own']): string {
  if (travelMinutes === 0) return position === 0 ? 'at its depot' : 'where its job before is';
  return `${describeMinutes(travelMinutes)} from its ${position === 0 ? 'depot' : 'job before'}`;
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

function describeExcluded(
  { problem }: DescribeContext,
  { task, excluded, excludedCounts }: PlacementExplanation,
): string {
  if (problem.tasks[task]?.chosenCrews) return '; chosen by dispatch';
  if (excluded.length === 0) return '; the only crew';
  const declined = excluded.filter(({ obstacle }) => obstacle === 'declined');
  const counted = Object.entries(excludedCounts)
    .filter(([obstacle]) => obstacle !== 'declined')
    .map(([obstacle, count]) => `${count} ${OBSTACLE_WORDS[obstacle as Obstacle][count === 1 ? 0 : 1]}`);
  const names = declined.map(({ crew }) => problem.crews[crew]?.name ?? '');
  const refusals = names.length > 0 ? [`${joinNames(names)} declined it`] : [];
  return `; no other crew can: ${[...refusals, ...counted].join(', ')}`;
}
