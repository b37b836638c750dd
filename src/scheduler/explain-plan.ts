import type { Agency, Crew } from '../core/agency.ts';
import { describeLocalTime, type Interval } from '../core/crew-calendar.ts';
import { describeSpan } from '../core/duration.ts';
import type { MaterialQuantity, WorkOrder } from '../core/resources.ts';

/** A crew that can do a job, and when. */
export interface Candidate extends Interval {
  crew: Crew;
  /** Skills of the crew that the job does not need. */
  spareSkills: number;
  /** Milliseconds of the crew that are promised within the horizon. */
  load: number;
}

/** Why a crew that has the skills cannot do a job. */
type Obstacle =
  | { crew: Crew; kind: 'material'; missing: MaterialQuantity[] }
  | { crew: Crew; kind: 'shift' }
  | { crew: Crew; kind: 'time' };

/** What looking at every crew found out about a job; candidates best first. */
export interface Evaluation {
  order: WorkOrder;
  materials: MaterialQuantity[];
  candidates: Candidate[];
  obstacles: Obstacle[];
}

/** What explanations need besides the evaluation itself. */
interface ExplanationContext {
  now: Date;
  agency: Pick<Agency, 'timeZone' | 'crews' | 'depots' | 'materials'>;
  horizonDays: number;
}

/**
 * Why `best` got the job, from the facts the planner compared: what it has, when it starts, how that meets the
 * deadline, and the next best crew or what kept the others from it. Local times of the agency.
 */
export function explainPlacement(
  context: ExplanationContext,
  evaluation: Evaluation,
  best: Candidate,
): string {
  const { order, materials, candidates, obstacles } = evaluation;
  const only = candidates.length + obstacles.length === 1;
  const skills = order.requirements.skills.length > 0 ? ` with ${list(order.requirements.skills)}` : '';
  const stock = materials.length > 0 ? `, ${describeMaterials(context, materials)} in stock` : '';
  const start = `starts ${describeLocalTime(best.start, context.agency.timeZone, context.now)}`;
  const due = order.dueAt ? `, ${describeDeadline(best.end, order.dueAt)}` : '';
  const others = describeOthers(context, evaluation, best);
  return `${only ? 'only' : 'first free'} crew${skills}${stock}: ${start}${due}${others}`;
}

/** Why no crew can take the job: the causes the planner met, counted. */
export function explainUnplaced(context: ExplanationContext, evaluation: Evaluation): string {
  const { order, obstacles } = evaluation;
  if (obstacles.length === 0) return describeMissingSkills(context, order.requirements.skills);
  const named = obstacles.length === 1 ? obstacles[0]?.crew.name : undefined;
  const qualified = order.requirements.skills.length > 0 ? ' with the skills' : '';
  const causes = countCauses(context, evaluation);
  if (named) return `the only crew${qualified} is ${named}: it ${causes.map(({ text }) => text).join(', ')}`;
  const counted = causes.map(({ count, text }) => `${count} ${text}`);
  return `${obstacles.length} crews${qualified}: ${counted.join(', ')}`;
}

function describeMissingSkills({ agency }: ExplanationContext, skills: readonly string[]): string {
  const required = [...new Set(skills)];
  const unknown = required.filter((skill) => !agency.crews.some((crew) => crew.skills.includes(skill)));
  if (unknown.length > 0)
    return `no crew has ${unknown.length > 1 ? 'the skills' : 'the skill'} ${list(unknown)}`;
  return `no single crew has all the skills ${list(required)}`;
}

function describeDeadline(end: Date, dueAt: Date): string {
  const spare = dueAt.getTime() - end.getTime();
  if (spare === 0) return 'done right at the deadline';
  return `done ${describeSpan(spare)} ${spare > 0 ? 'before' : 'after'} the deadline`;
}

function describeOthers(context: ExplanationContext, evaluation: Evaluation, best: Candidate): string {
  const next = evaluation.candidates.find((candidate) => candidate !== best);
  if (next) return `; next best ${next.crew.name} ${describeDifference(best, next)}`;
  if (evaluation.obstacles.length === 0) return '';
  const counted = countCauses(context, evaluation).map(({ count, text }) => `${count} ${text}`);
  return `; of the other crews${evaluation.order.requirements.skills.length > 0 ? ' with the skills' : ''} ${counted.join(', ')}`;
}

function describeDifference(best: Candidate, next: Candidate): string {
  const later = next.start.getTime() - best.start.getTime();
  if (later > 0) return `${describeSpan(later)} later`;
  const spare = next.spareSkills - best.spareSkills;
  if (spare > 0)
    return `at the same time, but with ${spare} more skill${spare === 1 ? '' : 's'} other jobs may need`;
  const load = next.load - best.load;
  return load > 0 ? `at the same time, but ${describeSpan(load)} busier` : 'at the same time, as good';
}

/** What keeps crews from the job, each cause with how many crews meet it, in the order materials, shifts, time. */
function countCauses(context: ExplanationContext, evaluation: Evaluation): { count: number; text: string }[] {
  const minutes = evaluation.order.requirements.durationMinutes;
  const groups = new Map<string, Obstacle[]>();
  for (const obstacle of evaluation.obstacles) {
    const key = obstacle.kind === 'material' ? describeMaterials(context, obstacle.missing) : obstacle.kind;
    groups.set(key, [...(groups.get(key) ?? []), obstacle]);
  }
  const phrases = [...groups].map(([key, [first, ...more]]) => {
    const count = more.length + 1;
    const [lacks, has, its] = count === 1 ? ['lacks', 'has', 'its'] : ['lack', 'have', 'their'];
    const text = {
      material: `${lacks} ${key} at ${its} depot`,
      shift: `${has} no shift of ${minutes} minutes`,
      time: `${has} no ${minutes} free minutes within ${context.horizonDays} days`,
    };
    return { count, kind: first?.kind ?? 'time', text };
  });
  const order: readonly Obstacle['kind'][] = ['material', 'shift', 'time'];
  return phrases
    .sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))
    .map(({ count, kind, text }) => ({ count, text: text[kind] }));
}

function describeMaterials({ agency }: ExplanationContext, materials: readonly MaterialQuantity[]): string {
  return list(
    materials.map(({ material, quantity }) => {
      const known = agency.materials.find(({ id }) => id === material);
      return known ? `${quantity} ${known.unit} ${known.name}` : `${quantity} ${material}`;
    }),
  );
}

function list(items: readonly string[]): string {
  const unique = [...new Set(items)];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}`;
}
