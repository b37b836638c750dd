import { AppError } from '../../base/errors.ts';
import type { Plan, PlanProblem } from '../problem/plan-problem.ts';
import { NONE } from '../problem/problem-index.ts';
import type { TravelMemory } from '../problem/travel-memory.ts';
import { loadPlan } from '../tours/convert-plan.ts';
import { withoutTask } from '../tours/edit-tour.ts';
import { isLate, type PlanState } from '../tours/plan-state.ts';
import { explainPlacement } from './explain-placement.ts';
import type { PlacementExplanation, PlanFix, UnplacedExplanation } from './explanation.ts';
import { findFixes } from './find-fixes.ts';
import { countCauses, judgeShifts, judgeShiftsInTime } from './obstacles.ts';

/** Answers about any number of tasks (by index) of one plan, in any order: each is that of the plan as it stands. */
export interface Explainer {
  /**
   * Why the placed task stands where it stands, and what each other crew would cost, everything else staying in its
   * order. A pinned task is looked at as if it were not. Throws `planner.unplaced` for a task that is left out.
   */
  explainPlacement(task: number): PlacementExplanation;
  /**
   * Why the left-out task has no place: each crew-day by the first thing in its way, and single changes that would give
   * it one, each tried on the plan, the easiest first and at most `mostFixes`: each further kind takes as long again.
   * Throws `planner.placed` for a task that is placed.
   */
  explainUnplaced(task: number, mostFixes?: number): UnplacedExplanation;
  /**
   * The change dispatch can most easily make to get a placed, late task done by its due time, tried on the plan; null
   * when no single one would, or it is not late. One that makes another task late, or later, is none.
   */
  explainLateness(task: number): PlanFix | null;
}

/** Reads the valid plan once, which costs more than many explanations. `memory` makes it faster, not different. */
export function createExplainer(problem: PlanProblem, plan: Plan, memory?: TravelMemory): Explainer {
  const state = loadPlan(problem, plan, memory);
  let guarded: PlanState | null = null;
  const loadGuarded = () => (guarded ??= loadPlan(guardDueTimes(problem, plan), plan, memory));
  return {
    explainPlacement: (task) => explainPlacement(state, task),
    explainUnplaced: (task, mostFixes = Infinity) => explainUnplaced(state, task, mostFixes),
    explainLateness: (task) => (isLate(state, task) ? explainLateness(loadGuarded(), task) : null),
  };
}

function explainUnplaced(state: PlanState, task: number, mostFixes: number): UnplacedExplanation {
  if (state.shiftOf[task] !== NONE) {
    throw new AppError(`Task ${task} is placed in the plan.`, { code: 'planner.placed' });
  }
  const judgements = judgeShifts(state, task);
  const fixes: PlanFix[] = [];
  if (mostFixes > 0) {
    for (const fix of findFixes(state, task, judgements)) if (fixes.push(fix) >= mostFixes) break;
  }
  return { task, crewDays: state.index.shiftCount, causes: countCauses(judgements), fixes };
}

/** What would place a late task if its due time were a hard one; null when nothing single would. */
function explainLateness(state: PlanState, task: number): PlanFix | null {
  const { latestStart, dueStart } = state.index.tasks;
  const due = dueStart[task] as number;
  return withoutTask(state, task, () => {
    const latest = latestStart[task] as number;
    latestStart[task] = Math.min(latest, due);
    const fix = findEasiest(state, task);
    latestStart[task] = latest;
    return fix;
  });
}

/** Giving it more time is no help. */
function findEasiest(state: PlanState, task: number): PlanFix | null {
  for (const fix of findFixes(state, task, judgeShiftsInTime(state, task))) {
    if (fix.kind !== 'extendDeadline') return fix;
  }
  return null;
}

/**
 * The problem in which no placed task may end later past its due time than the plan has it: a change that is possible in
 * it makes nobody late, nor later.
 */
function guardDueTimes(problem: PlanProblem, plan: Plan): PlanProblem {
  const ends = new Map(plan.tours.flatMap(({ stops }) => stops.map(({ task, end }) => [task, end] as const)));
  const tasks = problem.tasks.map((task, index) => {
    const end = ends.get(index);
    if (task.due === null || end === undefined) return task;
    const latest = Math.max(task.due, end);
    return { ...task, deadline: Math.min(task.deadline ?? latest, latest) };
  });
  return { ...problem, tasks };
}
