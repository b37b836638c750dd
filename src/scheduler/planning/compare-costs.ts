import { localDay } from '../../core/values/wall-time.ts';
import { evaluatePlan } from '../../planner/problem/evaluate-plan.ts';
import type {
  Plan,
  PlannedStop,
  PlannedTour,
  PlanProblem,
  PlanShift,
} from '../../planner/problem/plan-problem.ts';
import { type BuiltProblem, createTimeScale, type PlanSources } from '../problem/plan-sources.ts';

/** What travel and work cost, in cents, and how late the work is, in minutes. */
export interface PlanFigures {
  cents: number;
  lateMinutes: number;
}

/** A plan with the problem it is for. */
export interface PlannedProblem {
  built: BuiltProblem;
  plan: Plan;
}

/** A stop by its task in the problem that may move everything. */
interface StandingStop {
  crew: number;
  day: string;
  stop: PlannedStop;
}

/**
 * What the plan costs as it stands and when it is free to move, both for the jobs that have a place in both: what only
 * one of them does would look like a price of the other, or like a saving. Work that stands outside of any shift, which
 * the frozen plan leaves out, costs its crew the same road and hours as any other.
 */
export function compareCosts(
  sources: PlanSources,
  frozen: PlannedProblem,
  free: PlannedProblem,
): { before: PlanFigures; after: PlanFigures } {
  const { problem } = free.built;
  const before = [...listPlanned(frozen, free.built), ...listOutside(sources, frozen.built, free.built)];
  const after = listPlanned(free, free.built);
  const both = new Set(before.map(({ stop }) => stop.task));
  const placed = new Set(after.map(({ stop }) => stop.task));
  const isInBoth = ({ stop: { task } }: StandingStop) => both.has(task) && placed.has(task);
  return {
    before: measure(problem, before.filter(isInBoth)),
    after: measure(problem, after.filter(isInBoth)),
  };
}

function listPlanned({ built, plan }: PlannedProblem, free: BuiltProblem): StandingStop[] {
  const taskOf = new Map(free.orders.map(({ _id }, task) => [_id, task]));
  return plan.tours.flatMap(({ shift, stops }) => {
    const { crew = -1, day = '' } = built.problem.shifts[shift] ?? {};
    return stops.flatMap((stop) => {
      const task = taskOf.get(built.orders[stop.task]?._id ?? '');
      return task === undefined ? [] : [{ crew, day, stop: { ...stop, task } }];
    });
  });
}

/** Announced work that a frozen plan has no place for, where it was announced. */
function listOutside({ agency, now }: PlanSources, frozen: BuiltProblem, free: BuiltProblem): StandingStop[] {
  const { toMinute } = createTimeScale(now);
  const known = new Set(frozen.orders.map(({ _id }) => _id));
  return free.orders.flatMap(({ _id, state, assignment }, task) => {
    if (known.has(_id) || state !== 'announced' || !assignment) return [];
    const crew = agency.crews.findIndex(({ id }) => id === assignment.crewId);
    if (crew < 0) return [];
    const [start, end] = [toMinute(assignment.start), toMinute(assignment.end)];
    const day = localDay(assignment.start, agency.timeZone);
    return [{ crew, day, stop: { task, start, end, travelMinutes: 0 } }];
  });
}

/** One tour for each crew and day, stops in the order of their starts. */
function measure(problem: PlanProblem, stops: readonly StandingStop[]): PlanFigures {
  const shifts: PlanShift[] = [];
  const tours = new Map<string, PlannedTour>();
  for (const { crew, day, stop } of [...stops].sort((one, other) => one.stop.start - other.stop.start)) {
    const key = `${crew} ${day}`;
    const tour = tours.get(key) ?? { shift: shifts.length, stops: [] };
    if (!tours.has(key)) shifts.push({ crew, day, start: 0, end: 0, closed: [], absent: null });
    tours.set(key, { ...tour, stops: [...tour.stops, stop] });
  }
  const { travelAndWork, lateMinutes } = evaluatePlan({ ...problem, shifts }, [...tours.values()]);
  return { cents: Math.round(travelAndWork), lateMinutes };
}
