import type { Span } from '../problem/plan-problem.ts';

/** Why a task stands where it stands, or nowhere: values from evaluated insertions, to be put into words by others. */

/** Why a crew, or a crew-day, cannot take a task. The first that applies counts, in this order. */
export const OBSTACLES = [
  'skill',
  'declined',
  'notChosen',
  'crewSize',
  'absent',
  'predecessor',
  'notYet',
  'closed',
  'deadline',
  'tooLong',
  'time',
  'material',
  'cost',
] as const;
/**
 * `declined`: the crew said no to it. `notChosen`: dispatch chose another crew. `predecessor`: the task it has to wait for
 * is left out. `notYet`: it may not begin as early as it would have to. `closed`: only a rain day or the like is in the way. `deadline`: only its own deadline is in the way.
 * `tooLong`: the work and the road do not fit even into an empty shift, between its breaks. `time`: no room between the
 * other stops, its window and the end of the shift. `cost`: possible, but dearer than leaving the task out.
 */
export type Obstacle = (typeof OBSTACLES)[number];

/** One place in a tour, evaluated. */
export interface EvaluatedPlace {
  crew: number;
  shift: number;
  /** Index among the stops of the tour. */
  position: number;
  start: number;
  end: number;
  /** Breaks for which its work is stopped; left out when there are none. */
  pauses?: Span[];
  /** Minutes on the road from the stop before it, or from the depot. */
  travelMinutes: number;
}

export interface PlacementExplanation {
  task: number;
  own: EvaluatedPlace;
  /** Minutes between its end and its due time; negative when it is late, null when nothing is promised. */
  slackMinutes: number | null;
  /** The best place with each other crew that could do it, cheapest first. */
  alternatives: PlacementAlternative[];
  /** The other crews that could not, each with the obstacle of the crew-day that comes nearest to it. */
  excluded: { crew: number; obstacle: Obstacle }[];
  /** How many crews are out for which reason. */
  excludedCounts: Partial<Record<Obstacle, number>>;
  /** Of one that was announced for an earlier day: what is in the way of the crew-days from then to its own. */
  earlier: CrewDayCause[];
}

export interface PlacementAlternative extends EvaluatedPlace {
  /** What the whole plan would cost more than it does now, in cents. */
  deltaCents: number;
  /** The part of it that is money: travel and work. */
  deltaRoadCents: number;
  /** How much later than now it would start, in minutes. */
  deltaMinutes: number;
}

export interface UnplacedExplanation {
  task: number;
  /** All crew-days of the problem; the counts of `causes` add up to it. */
  crewDays: number;
  causes: CrewDayCause[];
  /** Single changes that were tried and let the task in: the ones dispatch can decide alone first, then the cheapest. */
  fixes: PlanFix[];
}

export interface CrewDayCause {
  obstacle: Obstacle;
  /** Which skill or material is missing; null for other obstacles. */
  skill: number | null;
  material: number | null;
  crewDays: number;
}

interface EvaluatedFix {
  /** Where the task goes once the change is made. */
  place: EvaluatedPlace;
  /** What the plan costs more with the task in it, without the saved price of leaving it out, in cents. */
  costCents: number;
}

export type PlanFix = EvaluatedFix &
  (
    | { kind: 'moveTask'; task: number; to: EvaluatedPlace }
    | { kind: 'extendShift'; shift: number; minutes: number }
    | { kind: 'addMaterial'; depot: number; material: number; quantity: number }
    | { kind: 'extendDeadline'; minutes: number }
    | { kind: 'openClosed' }
    | { kind: 'endAbsence'; shift: number }
    | { kind: 'askCrew'; crew: number }
    | { kind: 'addSkill'; crew: number; skill: number; level: number }
    | { kind: 'addWorkers'; crew: number; workers: number }
  );
