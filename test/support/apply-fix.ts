import type { EvaluatedPlace, PlanFix } from '../../src/planner/explain/explanation.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { exportPlan, loadPlan } from '../../src/planner/tours/convert-plan.ts';
import { placeTask, takeOut } from '../../src/planner/tours/edit-tour.ts';
import type { PlanState } from '../../src/planner/tours/plan-state.ts';

/**
 * The problem and the plan as they are once a fix for the left-out `task` is made: the task is where the fix says, and
 * the plan is valid for the changed problem.
 */
export function applyFix(
  problem: PlanProblem,
  plan: Plan,
  task: number,
  fix: PlanFix,
): { problem: PlanProblem; plan: Plan } {
  const changed = changeProblem(problem, task, fix);
  const state = loadPlan(changed, plan);
  if (fix.kind === 'moveTask') takeOut(state, fix.task);
  put(state, task, fix.place);
  if (fix.kind === 'moveTask') put(state, fix.task, fix.to);
  return { problem: changed, plan: exportPlan(state) };
}

function put(state: PlanState, task: number, { shift, position, start }: EvaluatedPlace): void {
  const { tasks } = state.index;
  const held = tasks.currentShift[task] === shift && start >= (tasks.currentStart[task] as number);
  placeTask(state, task, shift, position, held);
}

function changeProblem(problem: PlanProblem, task: number, fix: PlanFix): PlanProblem {
  const { crews, shifts, tasks, stock } = problem;
  switch (fix.kind) {
    case 'moveTask':
      return problem;
    case 'extendShift':
      return { ...problem, shifts: change(shifts, fix.shift, ({ end }) => ({ end: end + fix.minutes })) };
    case 'endAbsence':
      return { ...problem, shifts: change(shifts, fix.shift, () => ({ absent: null })) };
    case 'addMaterial': {
      const { depot, material, quantity } = fix;
      return { ...problem, stock: [...stock, { depot, material, quantity, incoming: [] }] };
    }
    case 'extendDeadline':
      return {
        ...problem,
        tasks: change(tasks, task, ({ deadline }) => ({ deadline: (deadline ?? 0) + fix.minutes })),
      };
    case 'openClosed':
      return { ...problem, tasks: change(tasks, task, () => ({ closed: [] })) };
    case 'askCrew':
      return {
        ...problem,
        tasks: change(tasks, task, ({ declinedBy, chosenCrews }) => ({
          declinedBy: declinedBy.filter((crew) => crew !== fix.crew),
          chosenCrews: chosenCrews && [...chosenCrews, fix.crew],
        })),
      };
    case 'addSkill':
      return {
        ...problem,
        crews: change(crews, fix.crew, ({ levels }) => ({
          levels: problem.skills.map((_, skill) => (skill === fix.skill ? fix.level : (levels[skill] ?? 0))),
        })),
      };
    case 'addWorkers':
      return { ...problem, crews: change(crews, fix.crew, ({ size }) => ({ size: size + fix.workers })) };
  }
}

function change<Item>(items: readonly Item[], place: number, patch: (item: Item) => Partial<Item>): Item[] {
  return items.map((item, at) => (at === place ? { ...item, ...patch(item) } : item));
}
