import { createExplainer } from '../../planner/explain/explainer.ts';
import type {
  PlacementExplanation,
  PlanFix,
  UnplacedExplanation,
} from '../../planner/explain/explanation.ts';
import { improvePlan } from '../../planner/improve-plan.ts';
import { keepSoundTours } from '../../planner/keep-sound-tours.ts';
import type { Plan, PlanBudget, PlannedStop, PlanProblem } from '../../planner/problem/plan-problem.ts';
import type { TravelMemory } from '../../planner/problem/travel-memory.ts';
import { validatePlan } from '../../planner/problem/validate-plan.ts';
import { repairPlan } from '../../planner/repair-plan.ts';
import type { InvitePartner } from '../../planner/search/partner.ts';

/** Comparing the crews for thousands of placements would keep every other job waiting: so long. */
const COMPARING_MS = 3_000;
/** All that is left out gets its reason; so many also the easiest fix, heaviest first. A count, so that reasons do not change by chance. */
const MOST_FIXED = 500;

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

/**
 * Repairs, improves, validates, explains. A plan the validator objects to gives way to the repaired one, or to those of
 * its tours that are valid. `memory` makes it faster, not different; `invite` makes the plan cheaper.
 */
export function answerPlanRequest(
  { problem, budget }: PlanRequest,
  now: () => number,
  memory: TravelMemory,
  invite?: InvitePartner,
): PlanAnswer {
  const repaired = repairPlan(problem, null, memory);
  const improved = improvePlan(problem, repaired, budget, now, memory, invite);
  const objections = validatePlan(problem, improved);
  const plan = objections.length === 0 ? improved : findSound(problem, repaired);
  if (plan) return { plan, objections, ...explainPlan(problem, plan, now, memory) };
  const nothing = {
    placed: new Map(),
    compared: new Set<number>(),
    unplaced: new Map(),
    lateFixes: new Map(),
  };
  return { plan, objections, ...nothing };
}

/** The repaired plan, or what of it is valid; null when nothing is. */
function findSound(problem: PlanProblem, repaired: Plan): Plan | null {
  return validatePlan(problem, repaired).length === 0 ? repaired : keepSoundTours(problem, repaired);
}

function explainPlan(
  problem: PlanProblem,
  plan: Plan,
  now: () => number,
  memory: TravelMemory,
): Pick<PlanAnswer, 'placed' | 'compared' | 'unplaced' | 'lateFixes'> {
  const explainer = createExplainer(problem, plan, memory);
  const placed: PlanAnswer['placed'] = new Map();
  const compared = new Set<number>();
  const lateFixes: PlanAnswer['lateFixes'] = new Map();
  const unplaced: PlanAnswer['unplaced'] = new Map();
  const heaviest = [...plan.unplaced].sort((a, b) => weightOf(problem, b) - weightOf(problem, a) || a - b);
  heaviest.forEach((task, place) => {
    unplaced.set(task, explainer.explainUnplaced(task, place < MOST_FIXED ? 1 : 0));
  });
  const until = now() + COMPARING_MS;
  for (const { shift, stops } of plan.tours) {
    stops.forEach((stop, position) => {
      if (!isNewPlace(problem, shift, stop)) return;
      const { task } = stop;
      if (now() >= until) {
        placed.set(task, placeOnly(problem, shift, position, stop));
        return;
      }
      placed.set(task, explainer.explainPlacement(task));
      compared.add(task);
      const fix = explainer.explainLateness(task);
      if (fix) lateFixes.set(task, fix);
    });
  }
  return { placed, compared, unplaced, lateFixes };
}

function weightOf({ tasks }: PlanProblem, task: number): number {
  return tasks[task]?.weight ?? 0;
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
    alternatives: [],
    excluded: [],
    excludedCounts: {},
    earlier: [],
  };
}

function isNewPlace({ tasks }: PlanProblem, shift: number, { task, start }: PlannedStop): boolean {
  const current = tasks[task]?.current;
  return !current || current.shift !== shift || current.start !== start;
}
