import { overlaps } from '../../core/agency/crew-calendar.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { evaluatePlan } from '../../planner/problem/evaluate-plan.ts';
import type { PlannedStop, PlannedTour, PlanProblem, PlanTask } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';
import { validatePlan } from '../../planner/problem/validate-plan.ts';
import { buildPlanProblem } from '../problem/build-plan-problem.ts';
import { closedFor } from '../problem/pin-orders.ts';
import type { BuiltProblem, PlanSources } from '../problem/plan-sources.ts';
import { leaveOut } from '../problem/set-aside.ts';
import { isAhead } from './propose-moves.ts';

/**
 * Whether moves that were planned a while ago can still be made in the plan as it stands: into the future, with crews
 * that are there, in districts that are open, with the road to and from the jobs around them and the way home. Stock is
 * not looked at.
 */
export function fitsPlan(sources: PlanSources, moves: readonly PlannedMove[]): boolean {
  if (moves.length === 0) return true;
  if (!isAhead(moves, sources.now) || moves.some((move) => isShut(sources, move))) return false;
  const targets = new Map(moves.map(({ orderId, to }) => [orderId, to]));
  const orders = sources.orders.flatMap((order) => {
    const to = targets.get(order._id);
    if (to === null || order.state === 'waiting') return [];
    return to === undefined ? order : { ...order, assignment: to };
  });
  const built = buildPlanProblem(leaveOut({ ...sources, orders }, true), true);
  return validateStanding(built, new Set(targets.keys())).length === 0;
}

function isShut(sources: PlanSources, { orderId, to }: PlannedMove): boolean {
  if (to === null) return false;
  const { absences, promised, closures, orders, agency } = sources;
  const order = orders.find(({ _id }) => _id === orderId);
  const closed = order ? closedFor(order, agency.districts, closures) : [];
  const away = [...absences, ...promised].filter(({ crewId }) => crewId === to.crewId);
  return [...closed, ...away].some((time) => overlaps(time, to));
}

/** What the validator finds wrong when everything stands where it is announced: pinned all but those of `moved`. */
function validateStanding({ problem, orders }: BuiltProblem, moved: ReadonlySet<string>): string[] {
  const tasks = problem.tasks.map((task) =>
    moved.has(task.id) && task.current ? asOnePiece(task, task.current) : task,
  );
  // What a depot can give is asked when it is reserved: then it can be said what is missing.
  const stock = problem.stock.map((entry) => ({ ...entry, quantity: Number.MAX_SAFE_INTEGER }));
  const standing = { ...problem, tasks, stock };
  const tours = listStandingTours(standing);
  const unplaced = orders.flatMap((_, task) => (tasks[task]?.current ? [] : [task]));
  const plan = { tours, unplaced, cost: evaluatePlan(standing, tours) };
  return validatePlan(standing, plan);
}

/** Work that was planned around a break has that break inside it, where nothing else can be. */
function asOnePiece(task: PlanTask, current: NonNullable<PlanTask['current']>): PlanTask {
  const { pausedMinutes = 0, durationMinutes } = task;
  return {
    ...task,
    pausedMinutes: 0,
    durationMinutes: durationMinutes + pausedMinutes,
    current: { ...current, pinned: false },
  };
}

function listStandingTours(problem: PlanProblem): PlannedTour[] {
  const legMinutes = createLegMeter(problem);
  const tours = new Map<number, PlannedTour>();
  const placed = problem.tasks
    .flatMap(({ current, durationMinutes, pausedMinutes = 0 }, task) =>
      current ? { ...current, length: durationMinutes + pausedMinutes, task } : [],
    )
    .sort((one, other) => one.start - other.start);
  for (const { shift, start, length, task } of placed) {
    const tour = tours.get(shift) ?? startTour(problem, shift);
    const before = tour.stops.at(-1);
    const crew = problem.shifts[shift]?.crew ?? 0;
    const from = before ? problem.crews.length + before.task : crew;
    const travelMinutes = legMinutes(from, problem.crews.length + task);
    const stop: PlannedStop = { task, start, end: start + length, travelMinutes };
    tours.set(shift, { ...tour, stops: [...tour.stops, stop] });
  }
  return [...tours.values()];
}

/** What is left of the windows is clear of all that stands: any place in them will do. */
function startTour({ shifts }: PlanProblem, shift: number): PlannedTour {
  const breaks = shifts[shift]?.breaks?.map(({ from, minutes }) => ({ start: from, end: from + minutes }));
  return { shift, stops: [], ...(breaks && { breaks }) };
}
