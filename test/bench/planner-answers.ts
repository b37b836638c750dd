import { createExplainer } from '../../src/planner/explain/explainer.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { createTravelMemory } from '../../src/planner/problem/travel-memory.ts';
import { timeRepairs } from './planner-events.ts';

/** Milliseconds of CPU by what was asked, one call at a time; other processes of the machine are not in them. */
export type AnswerTimes = Record<string, number[]>;

/** Calls that count, after as many that do not: the threads that answer are long-lived, and their code compiled. */
const MEASURED = 400;

/** Re-plans after random events, and explanations of what the plan has placed, late and left out. */
export function timeAnswers(problem: PlanProblem, plan: Plan): AnswerTimes {
  const memory = createTravelMemory();
  timeRepairs(problem, plan, { count: 40, seed: 1, memory });
  return {
    're-plan': timeRepairs(problem, plan, { count: 200, seed: 2, memory }),
    're-plan, all new': timeRepairs(problem, plan, { count: 100, seed: 3 }),
    ...timeExplanations(problem, plan),
  };
}

/** `explain, open` reads the plan, once for any number of explanations. */
function timeExplanations(problem: PlanProblem, plan: Plan): AnswerTimes {
  const explainer = createExplainer(problem, plan);
  const stops = plan.tours.flatMap((tour) => tour.stops);
  const late = stops.filter(({ task, end }) => end > (problem.tasks[task]?.due ?? end));
  const tasksOf = (list: typeof stops) => list.map(({ task }) => task);
  return {
    'explain, open': timeEach([...new Array(40).keys()], () => createExplainer(problem, plan), 20),
    'explain, placed': timeEach(tasksOf(stops), explainer.explainPlacement),
    'explain, late': timeEach(tasksOf(late), explainer.explainLateness),
    'explain, left out': timeEach(plan.unplaced, (task) => explainer.explainUnplaced(task, 1)),
  };
}

/** Goes round the tasks, since few are late or left out of a plan that has room. */
function timeEach(tasks: number[], explain: (task: number) => unknown, times = MEASURED): number[] {
  if (tasks.length === 0) return [];
  const task = (call: number) => tasks[call % tasks.length]!;
  for (let call = 0; call < times; call++) explain(task(call));
  return Array.from({ length: times }, (_, call) => timeCpu(() => explain(task(call))));
}

/** Milliseconds of CPU, the compiler's and the collector's threads included. */
function timeCpu(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
