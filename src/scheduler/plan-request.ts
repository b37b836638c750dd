import { explainPlacement } from '../planner/explain-placement.ts';
import { explainUnplaced } from '../planner/explain-unplaced.ts';
import type { PlacementExplanation, PlanFix, UnplacedExplanation } from '../planner/explanation.ts';
import { improvePlan } from '../planner/improve-plan.ts';
import type { Plan, PlanBudget, PlannedStop, PlanProblem } from '../planner/plan-problem.ts';
import { repairPlan } from '../planner/repair-plan.ts';
import { validatePlan } from '../planner/validate-plan.ts';

/** Explaining a thousand placements would keep every other job waiting: so long, and those left out first. */
const EXPLAINING_MS = 3_000;
const LEAST_EXPLAINED = 100;

/** A problem to be planned, within a budget. */
export interface PlanRequest {
  problem: PlanProblem;
  budget: PlanBudget;
}

/** A plan that may be published, with why for every task that is new in its place or has none. By task index. */
export interface PlanAnswer {
  /** Null when no valid plan was found: a defect, told by `objections`. */
  plan: Plan | null;
  /** What the independent validator found wrong with the improved plan, for the log; there should never be anything. */
  objections: string[];
  placed: Map<number, PlacementExplanation>;
  /** Of these, the ones that were compared with every other crew; with hundreds at once, time allows only for some. */
  compared: Set<number>;
  unplaced: Map<number, UnplacedExplanation>;
  /** What would get a task done in time that the plan has late; missing where nothing single would. */
  lateFixes: Map<number, PlanFix>;
}

/** Repairs, improves, validates, explains. A plan the validator objects to gives way to the repaired one. */
export function answerPlanRequest({ problem, budget }: PlanRequest, now: () => number): PlanAnswer {
  const repaired = repairPlan(problem, null);
  const improved = improvePlan(problem, repaired, budget, now);
  const objections = validatePlan(problem, improved);
  const isSound = objections.length === 0 || validatePlan(problem, repaired).length === 0;
  const plan = objections.length === 0 ? improved : repaired;
  const nothing = {
    placed: new Map(),
    compared: new Set<number>(),
    unplaced: new Map(),
    lateFixes: new Map(),
  };
  if (!isSound) return { plan: null, objections, ...nothing };
  return { plan, objections, ...explainPlan(problem, plan, now) };
}

function explainPlan(
  problem: PlanProblem,
  plan: Plan,
  now: () => number,
): Pick<PlanAnswer, 'placed' | 'compared' | 'unplaced' | 'lateFixes'> {
  const until = now() + EXPLAINING_MS;
  const placed: PlanAnswer['placed'] = new Map();
  const compared = new Set<number>();
  const lateFixes: PlanAnswer['lateFixes'] = new Map();
  const unplaced: PlanAnswer['unplaced'] = new Map();
  for (const task of plan.unplaced) {
    if (now() < until || unplaced.size < LEAST_EXPLAINED)
      unplaced.set(task, explainUnplaced(problem, plan, task));
  }
  for (const { shift, stops } of plan.tours) {
    stops.forEach((stop, position) => {
      if (!isNewPlace(problem, shift, stop)) return;
      const { task, end } = stop;
      if (now() >= until) {
        placed.set(task, placeOnly(problem, shift, position, stop));
        return;
      }
      placed.set(task, explainPlacement(problem, plan, task));
      compared.add(task);
      const due = problem.tasks[task]?.due ?? null;
      const fix = due !== null && end > due ? findLateFix(problem, plan, task, due) : null;
      if (fix) lateFixes.set(task, fix);
    });
  }
  return { placed, compared, unplaced, lateFixes };
}

/** Where it stands, without what another crew would cost. */
function placeOnly(
  { shifts, tasks }: PlanProblem,
  shift: number,
  position: number,
  { task, start, end, travelMinutes }: PlannedStop,
): PlacementExplanation {
  const due = tasks[task]?.due ?? null;
  return {
    task,
    own: { crew: shifts[shift]?.crew ?? 0, shift, position, start, end, travelMinutes },
    slackMinutes: due === null ? null : due - end,
    ...{ alternatives: [], excluded: [], excludedCounts: {} },
  };
}

function isNewPlace({ tasks }: PlanProblem, shift: number, { task, start }: PlannedStop): boolean {
  const current = tasks[task]?.current;
  return !current || current.shift !== shift || current.start !== start;
}

/** Asks what would place the task if its due time were a hard one. */
function findLateFix(problem: PlanProblem, plan: Plan, task: number, due: number): PlanFix | null {
  const tasks = problem.tasks.map((one, index) => (index === task ? { ...one, deadline: due } : one));
  const tours = plan.tours.map((tour) => ({
    ...tour,
    stops: tour.stops.filter((stop) => stop.task !== task),
  }));
  const without = { ...plan, tours, unplaced: [...plan.unplaced, task] };
  const { fixes } = explainUnplaced({ ...problem, tasks }, without, task);
  return fixes.find(({ kind }) => kind !== 'extendDeadline') ?? null;
}
