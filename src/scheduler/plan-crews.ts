import type { Agency, Crew } from '../core/agency.ts';
import { type Interval, listWorkingPeriods, subtractIntervals } from '../core/crew-calendar.ts';
import { after } from '../core/duration.ts';
import { type Assignment, mergeMaterials, type WorkOrder } from '../core/resources.ts';
import { type Candidate, type Evaluation, explainPlacement, explainUnplaced } from './explain-plan.ts';

/** Whole units that are free, by depot and material. */
type AvailableStock = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** All that a plan is made from; the same input makes the same plan. */
export interface PlanInput {
  now: Date;
  orders: readonly WorkOrder[];
  agency: Pick<Agency, 'timeZone' | 'crews' | 'depots' | 'materials'>;
  /** Minutes already promised, by crew. */
  busy: ReadonlyMap<string, readonly Interval[]>;
  stock: AvailableStock;
  /** How many days from `now` to look for free time. */
  horizonDays: number;
}

/** A crew and a start for each order that can be placed, in the order they were placed; and why the others cannot. */
export interface Plan {
  placements: { orderId: string; assignment: Assignment }[];
  unplaced: { orderId: string; reason: string }[];
}

interface CrewState {
  crew: Crew;
  skills: ReadonlySet<string>;
  free: Interval[];
  load: number;
  longestPeriod: number;
}

const MINUTE = 60_000;
const START_GRID = 5 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/**
 * Gives each work order a crew that has its skills, a depot with its materials and its whole duration free inside one
 * working period, as early as possible. Greedy: heavier orders choose first, then those due and opened earlier. Starts
 * are on full five minutes, never before `now`. Pure; `orders` must be waiting.
 */
export function planCrews(input: PlanInput): Plan {
  const crews = input.agency.crews.map((crew) => openCrew(input, crew));
  const stock = new Map([...input.stock].map(([depot, items]) => [depot, new Map(items)]));
  const plan: Plan = { placements: [], unplaced: [] };
  for (const order of [...input.orders].sort(byUrgency)) {
    const evaluation = evaluate(input.now, order, crews, stock);
    const best = evaluation.candidates[0];
    if (best) {
      const assignment = assign(input, evaluation, best);
      take(crews, stock, assignment);
      plan.placements.push({ orderId: order._id, assignment });
    } else {
      plan.unplaced.push({ orderId: order._id, reason: explainUnplaced(input, evaluation) });
    }
  }
  return plan;
}

function byUrgency(one: WorkOrder, other: WorkOrder): number {
  return (
    other.weight - one.weight ||
    compare(
      one.dueAt?.getTime() ?? Number.POSITIVE_INFINITY,
      other.dueAt?.getTime() ?? Number.POSITIVE_INFINITY,
    ) ||
    compare(one.createdAt.getTime(), other.createdAt.getTime()) ||
    compare(one._id, other._id)
  );
}

function byPreference(one: Candidate, other: Candidate): number {
  return (
    compare(one.start.getTime(), other.start.getTime()) ||
    one.spareSkills - other.spareSkills ||
    one.load - other.load ||
    compare(one.crew.id, other.crew.id)
  );
}

// Not localeCompare: a plan must not depend on the machine's language.
function compare<Key extends string | number>(one: Key, other: Key): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function openCrew({ now, agency, busy, horizonDays }: PlanInput, crew: Crew): CrewState {
  const until = after(now, horizonDays * DAY);
  const periods = listWorkingPeriods(crew.shifts, agency.timeZone, now, until);
  const free = subtractIntervals(periods, busy.get(crew.id) ?? []);
  return {
    crew,
    skills: new Set(crew.skills),
    free,
    load: total(periods) - total(free),
    longestPeriod: Math.max(0, ...periods.map(lengthOf)),
  };
}

function evaluate(
  now: Date,
  order: WorkOrder,
  crews: readonly CrewState[],
  stock: AvailableStock,
): Evaluation {
  const materials = mergeMaterials(order.requirements.materials);
  const evaluation: Evaluation = { order, materials, candidates: [], obstacles: [] };
  const required = new Set(order.requirements.skills);
  const duration = order.requirements.durationMinutes * MINUTE;
  for (const state of crews) {
    const { crew, skills, load } = state;
    if (![...required].every((skill) => skills.has(skill))) continue;
    const depot = stock.get(crew.depot);
    const missing = materials.filter(({ material, quantity }) => (depot?.get(material) ?? 0) < quantity);
    const start = missing.length === 0 ? findStart(state.free, duration, now) : null;
    if (start) {
      const spareSkills = skills.size - required.size;
      evaluation.candidates.push({ crew, start, end: after(start, duration), spareSkills, load });
    } else if (missing.length > 0) evaluation.obstacles.push({ crew, kind: 'material', missing });
    else evaluation.obstacles.push({ crew, kind: duration > state.longestPeriod ? 'shift' : 'time' });
  }
  evaluation.candidates.sort(byPreference);
  return evaluation;
}

function findStart(free: readonly Interval[], duration: number, now: Date): Date | null {
  for (const gap of free) {
    const earliest = Math.max(gap.start.getTime(), now.getTime());
    const start = Math.ceil(earliest / START_GRID) * START_GRID;
    if (start + duration <= gap.end.getTime()) return new Date(start);
  }
  return null;
}

function assign(input: PlanInput, evaluation: Evaluation, best: Candidate): Assignment {
  return {
    crewId: best.crew.id,
    crewName: best.crew.name,
    start: best.start,
    end: best.end,
    depotId: best.crew.depot,
    materials: evaluation.materials,
    reason: explainPlacement(input, evaluation, best),
  };
}

/** Makes what the assignment takes unavailable to the orders after it. */
function take(
  crews: readonly CrewState[],
  stock: ReadonlyMap<string, Map<string, number>>,
  assignment: Assignment,
): void {
  const state = crews.find(({ crew }) => crew.id === assignment.crewId);
  if (state) {
    state.free = subtractIntervals(state.free, [assignment]);
    state.load += lengthOf(assignment);
  }
  const depot = stock.get(assignment.depotId);
  for (const { material, quantity } of assignment.materials) {
    depot?.set(material, (depot.get(material) ?? 0) - quantity);
  }
}

function total(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, interval) => sum + lengthOf(interval), 0);
}

function lengthOf(interval: Interval): number {
  return interval.end.getTime() - interval.start.getTime();
}
