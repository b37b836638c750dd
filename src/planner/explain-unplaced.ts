import { AppError } from '../errors.ts';
import { OBSTACLES, type UnplacedCause, type UnplacedExplanation } from './explanation.ts';
import { findFixes } from './find-fixes.ts';
import { loadPlan } from './load-plan.ts';
import { type Judgement, judgeShift } from './obstacles.ts';
import type { Plan, PlanProblem } from './plan-problem.ts';
import { NONE } from './problem-index.ts';

/**
 * Why the task (an index, left out of the valid plan) has no place: each crew-day by the first thing in its way, and
 * single changes that would give it one, each tried on the plan. Throws `planner.placed` for a task that is placed.
 */
export function explainUnplaced(problem: PlanProblem, plan: Plan, task: number): UnplacedExplanation {
  const state = loadPlan(problem, plan);
  if (state.shiftOf[task] !== NONE) {
    throw new AppError(`Task ${task} is placed in the plan.`, { code: 'planner.placed' });
  }
  const judgements = problem.shifts.map((_, shift) => judgeShift(state, task, shift));
  return {
    task,
    crewDays: problem.shifts.length,
    causes: countCauses(judgements),
    fixes: findFixes(state, task, judgements),
  };
}

/** A crew-day that could take the task after all counts as `cost`: the plan does without it all the same. */
function countCauses(judgements: readonly Judgement[]): UnplacedCause[] {
  const causes = new Map<string, UnplacedCause>();
  for (const { obstacle, skill, material } of judgements) {
    const key = `${obstacle} ${skill} ${material}`;
    const cause = causes.get(key) ?? { obstacle: obstacle ?? 'cost', skill, material, crewDays: 0 };
    cause.crewDays += 1;
    causes.set(key, cause);
  }
  return [...causes.values()].sort(
    (a, b) => b.crewDays - a.crewDays || OBSTACLES.indexOf(a.obstacle) - OBSTACLES.indexOf(b.obstacle),
  );
}
