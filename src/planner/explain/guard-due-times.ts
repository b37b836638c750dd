import type { Plan, PlanProblem } from '../problem/plan-problem.ts';

/**
 * The problem in which no placed task may end later past its due time than the plan has it: a change that is possible in
 * it makes nobody late, nor later.
 */
export function guardDueTimes(problem: PlanProblem, plan: Plan): PlanProblem {
  const ends = new Map(plan.tours.flatMap(({ stops }) => stops.map(({ task, end }) => [task, end] as const)));
  const tasks = problem.tasks.map((task, index) => {
    const end = ends.get(index);
    if (task.due === null || end === undefined) return task;
    const latest = Math.max(task.due, end);
    return { ...task, deadline: Math.min(task.deadline ?? latest, latest) };
  });
  return { ...problem, tasks };
}
