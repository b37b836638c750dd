import type { Agency } from '../../core/agency/agency.ts';
import { describeLocalTime } from '../../core/agency/crew-calendar.ts';
import { nameSkillLevel } from '../../core/agency/skill.ts';
import { describeSpan, MINUTE_MS } from '../../core/values/duration.ts';
import { formatDate } from '../../core/values/wall-time.ts';
import type { Obstacle } from '../../planner/explain/explanation.ts';
import type { PlanProblem } from '../../planner/problem/plan-problem.ts';

/** What the words need besides the explanation. */
export interface DescribeContext {
  problem: PlanProblem;
  agency: Pick<Agency, 'timeZone' | 'currency' | 'materials'> & Partial<Pick<Agency, 'planning'>>;
  now: Date;
}

const MOST_NAMES = 3;

/** Of one crew or shift, and of several. */
export const OBSTACLE_WORDS: Readonly<Record<Obstacle, readonly [string, string]>> = {
  absent: ['is absent', 'are absent'],
  skill: ['lacks a skill it needs', 'lack a skill it needs'],
  declined: ['has declined it', 'have declined it'],
  notChosen: ['of crews that dispatch did not choose', 'of crews that dispatch did not choose'],
  crewSize: ['has too few workers', 'have too few workers'],
  notYet: ['has no time after it may begin', 'have no time after it may begin'],
  predecessor: ['waits for another job that has no place', 'wait for another job that has no place'],
  closed: ['is closed, such as by rain', 'are closed, such as by rain'],
  deadline: ['is too late', 'are too late'],
  tooLong: ['is too short for it even when empty', 'are too short for it even when empty'],
  time: ['has no time left', 'have no time left'],
  material: ['lacks a material it needs', 'lack a material it needs'],
  cost: ['costs more than waiting', 'cost more than waiting'],
};

/** A minute of the problem as an instant. */
export function instantOf({ problem }: DescribeContext, minute: number): Date {
  return new Date(problem.origin + minute * MINUTE_MS);
}

/** `asphalt`, `asphalt (level 2)`: levels above the first are worth telling. */
export function nameSkill({ problem }: DescribeContext, skill: number, level: number): string {
  return nameSkillLevel({ name: problem.skills[skill] ?? '', level });
}

/** As people call it; its id when the agency does not know it. */
export function nameMaterial({ problem, agency }: DescribeContext, material: number): string {
  const id = problem.materials[material];
  return agency.materials.find((one) => one.id === id)?.name ?? id ?? '';
}

/** Empty for a crew that is not in the problem. */
export function crewName({ problem }: DescribeContext, crew: number): string {
  return problem.crews[crew]?.name ?? '';
}

/** A crew on a day, such as `Crew North on Tue 24 Nov`. */
export function shiftName(context: DescribeContext, shift: number): string {
  const found = context.problem.shifts[shift];
  return found ? `${crewName(context, found.crew)} on ${formatDate(found.day, 'EEE d MMM')}` : '';
}

/** On the agency's clock, with the day when it is not today. */
export function localTime(context: DescribeContext, minute: number): string {
  const { agency, now } = context;
  return describeLocalTime(instantOf(context, minute), agency.timeZone, now);
}

/** How long, whatever the sign, in whole minutes. */
export function describeMinutes(minutes: number): string {
  const whole = Math.round(Math.abs(minutes));
  return whole < 2 ? `${whole} min` : describeSpan(whole * MINUTE_MS);
}

/** In whole minutes; negative when `to` is the earlier one. */
export function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 60_000);
}

/** Lateness is told as time: what a late minute costs is a price of the search, and nobody's money. */
export function describePastDue(context: DescribeContext, end: number, dueAt: Date | null): string {
  const late = dueAt ? minutesBetween(dueAt, instantOf(context, end)) : 0;
  return late > 0 ? `, ${describeMinutes(late)} past the deadline` : '';
}

/** `A`, `A and B`, `A, B and C`, `A, B, C and 2 more`. */
export function joinNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES);
  const last = names.length > MOST_NAMES ? `${names.length - MOST_NAMES} more` : shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`;
}
