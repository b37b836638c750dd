import { explainPlacement } from '../planner/explain-placement.ts';
import { explainUnplaced } from '../planner/explain-unplaced.ts';
import type { PlacementExplanation, PlanFix, UnplacedExplanation } from '../planner/explanation.ts';
import { improvePlan } from '../planner/improve-plan.ts';
import type { Plan, PlanBudget, PlannedStop, PlanProblem } from '../planner/plan-problem.ts';
import { repairPlan } from '../planner/repair-plan.ts';
import { validatePlan } from '../planner/validate-plan.ts';

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
  const nothing = { placed: new Map(), unplaced: new Map(), lateFixes: new Map() };
  if (!isSound) return { plan: null, objections, ...nothing };
  return { plan, objections, ...explainPlan(problem, plan) };
}

function explainPlan(
  problem: PlanProblem,
  plan: Plan,
): Pick<PlanAnswer, 'placed' | 'unplaced' | 'lateFixes'> {
  const stops = plan.tours.flatMap(({ shift, stops: all }) => all.map((stop) => ({ shift, ...stop })));
  const changed = stops.filter((stop) => isNewPlace(problem, stop));
  const late = changed.flatMap(({ task, end }) => {
    const due = problem.tasks[task]?.due ?? null;
    const fix = due !== null && end > due ? findLateFix(problem, plan, task, due) : null;
    return fix ? [[task, fix] as const] : [];
  });
  return {
    placed: new Map(changed.map(({ task }) => [task, explainPlacement(problem, plan, task)])),
    unplaced: new Map(plan.unplaced.map((task) => [task, explainUnplaced(problem, plan, task)])),
    lateFixes: new Map(late),
  };
}

function isNewPlace(
  { tasks }: PlanProblem,
  { task, shift, start }: PlannedStop & { shift: number },
): boolean {
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
