import type { Agency } from '../core/agency.ts';
import { describeLocalTime } from '../core/crew-calendar.ts';
import { describeCents } from '../core/describe.ts';
import { describeSpan } from '../core/duration.ts';
import type { Obstacle, PlacementExplanation, PlanFix, UnplacedExplanation } from '../planner/explanation.ts';
import type { PlanProblem } from '../planner/plan-problem.ts';

/** What the words need besides the explanation. */
export interface DescribeContext {
  problem: PlanProblem;
  agency: Pick<Agency, 'timeZone' | 'currency' | 'materials'>;
  now: Date;
}

const MINUTE_MS = 60_000;
const INTERNAL_SKILL = /^(declined|given to) /;

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
    own.travelMinutes > 0 ? `${describeSpan(own.travelMinutes * MINUTE_MS)} away` : 'at its depot',
    `starts ${localTime(context, own.start)}`,
    ...describeSlack(dueAt && minutesBetween(instantOf(context, own.end), dueAt)),
  ];
  const [next] = alternatives;
  if (!isCompared) return facts.join(', ');
  if (!next) return `${facts.join(', ')}${describeExcluded(explanation)}`;
  const cost = describeCents(Math.abs(Math.round(next.deltaCents)), context.agency.currency);
  const sign = next.deltaCents < 0 ? '−' : '+';
  return `${facts.join(', ')}; next best ${crewName(context, next.crew)}: ${sign}${cost}${describeShift(next.deltaMinutes)}`;
}

/** Why nobody can take it, counted by crew-days, and the smallest change that would help. */
export function describeUnplaced(context: DescribeContext, explanation: UnplacedExplanation): string {
  const { crewDays, causes, fixes } = explanation;
  const counted = causes.map(({ obstacle, skill, material, crewDays: count }) => {
    const internal = INTERNAL_SKILL.exec(context.problem.skills[skill ?? -1] ?? '')?.[1];
    if (internal === 'declined') return `${count} of crews that declined it`;
    if (internal !== undefined) return `${count} of crews that dispatch did not choose`;
    const name = material === null ? nameSkill(context, skill ?? -1, 1) : nameMaterial(context, material);
    return `${count} ${OBSTACLE_WORDS[obstacle](name || 'what it needs')}`;
  });
  const [fix] = fixes;
  const help = fix ? `; smallest fix: ${describeFix(context, fix)}` : '';
  return `of ${crewDays} crew-days ${counted.join(', ')}${help}`;
}

/** A single change, as an advice to dispatch. */
export function describeFix(context: DescribeContext, fix: PlanFix): string {
  const { problem } = context;
  switch (fix.kind) {
    case 'moveTask':
      return `move ${problem.tasks[fix.task]?.title} to ${crewName(context, fix.to.crew)}, ${localTime(context, fix.to.start)}`;
    case 'extendShift':
      return `${shiftName(context, fix.shift)} works ${describeSpan(fix.minutes * MINUTE_MS)} longer`;
    case 'addMaterial':
      return `${fix.quantity} more of ${nameMaterial(context, fix.material)} at ${problem.depots[fix.depot]?.name}`;
    case 'extendDeadline':
      return `${describeSpan(fix.minutes * MINUTE_MS)} more time`;
    case 'openClosed':
      return 'open the district for this job';
    case 'endAbsence':
      return `${shiftName(context, fix.shift)} works after all`;
    case 'addSkill':
      return `${crewName(context, fix.crew)} with ${nameSkill(context, fix.skill, fix.level) || 'this job'}`;
    case 'addWorkers':
      return `${crewName(context, fix.crew)} with ${fix.workers} more`;
  }
}

const OBSTACLE_WORDS: Readonly<Record<Obstacle, (name: string) => string>> = {
  absent: () => 'absent',
  skill: (name) => `without ${name}`,
  crewSize: () => 'too small a crew',
  predecessor: () => 'wait for another job that has no place',
  closed: () => 'closed, such as by rain',
  deadline: () => 'too late',
  time: () => 'without time left',
  material: (name) => `without enough ${name}`,
  cost: () => 'dearer than waiting',
};

function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / MINUTE_MS);
}

function instantOf({ problem }: DescribeContext, minute: number): Date {
  return new Date(problem.origin + minute * MINUTE_MS);
}

function describeSlack(minutes: number | null): string[] {
  if (minutes === null) return [];
  if (minutes === 0) return ['done right at the deadline'];
  return [
    `done ${describeSpan(Math.abs(minutes) * MINUTE_MS)} ${minutes > 0 ? 'before' : 'after'} the deadline`,
  ];
}

function describeShift(minutes: number): string {
  if (minutes === 0) return ', at the same time';
  return `, ${describeSpan(Math.abs(minutes) * MINUTE_MS)} ${minutes > 0 ? 'later' : 'earlier'}`;
}

function describeExcluded({ excluded, excludedCounts }: PlacementExplanation): string {
  if (excluded.length === 0) return '; the only crew';
  const counted = Object.entries(excludedCounts).map(
    ([obstacle, count]) => `${count} ${OBSTACLE_WORDS[obstacle as Obstacle]('what it needs')}`,
  );
  return `; no other crew can: ${counted.join(', ')}`;
}

/** Empty for what only the planner calls a skill: who declined, and whom dispatch chose. */
function nameSkill({ problem }: DescribeContext, skill: number, level: number): string {
  const name = problem.skills[skill] ?? '';
  if (INTERNAL_SKILL.test(name)) return '';
  return level > 1 ? `${name} level ${level}` : name;
}

function nameMaterial({ problem, agency }: DescribeContext, material: number): string {
  const id = problem.materials[material];
  return agency.materials.find((one) => one.id === id)?.name ?? id ?? '';
}

function crewName({ problem }: DescribeContext, crew: number): string {
  return problem.crews[crew]?.name ?? '';
}

function shiftName(context: DescribeContext, shift: number): string {
  const { crew = -1, day = '' } = context.problem.shifts[shift] ?? {};
  return `${crewName(context, crew)} on ${day}`;
}

function localTime(context: DescribeContext, minute: number): string {
  const { agency, now } = context;
  return describeLocalTime(instantOf(context, minute), agency.timeZone, now);
}
