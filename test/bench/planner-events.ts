import type { Plan, PlanProblem, PlanTask } from '../../src/planner/problem/plan-problem.ts';
import type { TravelMemory } from '../../src/planner/problem/travel-memory.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { createRandom, type Random } from '../support/chaos-random.ts';

/** The problem after its plan was announced: every placed task is where the plan has it, the first ones are started. */
export function announce(problem: PlanProblem, plan: Plan): PlanProblem {
  const tasks = [...problem.tasks];
  for (const { shift, stops } of plan.tours) {
    for (const { task, start } of stops) {
      tasks[task] = { ...tasks[task]!, current: { shift, start, pinned: start < 8 * 60 } };
    }
  }
  return { ...problem, tasks };
}

/** What may happen during a day, one thing at a time. */
export const EVENTS: readonly ((problem: PlanProblem, random: Random) => PlanProblem)[] = [
  function urgentJob(problem, random) {
    const model = random.pick(problem.tasks);
    const urgent = {
      ...model,
      id: 'urgent',
      weight: 9,
      due: 14 * 60,
      deadline: null,
      after: null,
      current: null,
    };
    return { ...problem, tasks: [...problem.tasks, urgent] };
  },
  function absence(problem, random) {
    const crew = random.between(0, problem.crews.length - 1);
    return {
      ...problem,
      shifts: problem.shifts.map((one) => (one.crew === crew ? { ...one, absent: 'ill' } : one)),
    };
  },
  function overrun(problem, random) {
    return changeOne(
      problem,
      random,
      (task) => task.current?.pinned === true,
      (task) => ({
        ...task,
        durationMinutes: task.durationMinutes + 90,
      }),
    );
  },
  function rain(problem) {
    return changeEach(problem, (task, place) =>
      place % 5 === 0 && !task.current?.pinned ? { ...task, closed: [{ start: 0, end: 15 * 60 }] } : task,
    );
  },
  function cancellation(problem, random) {
    const gone = random.between(0, problem.tasks.length - 1);
    const tasks = problem.tasks.filter((_, task) => task !== gone);
    const renumbered = tasks.map((task): PlanTask => {
      if (task.after === null) return task;
      if (task.after.task === gone) return { ...task, after: null };
      return { ...task, after: { ...task.after, task: task.after.task - (task.after.task > gone ? 1 : 0) } };
    });
    return { ...problem, tasks: renumbered };
  },
];

function changeEach(problem: PlanProblem, change: (task: PlanTask, place: number) => PlanTask): PlanProblem {
  return { ...problem, tasks: problem.tasks.map(change) };
}

function changeOne(
  problem: PlanProblem,
  random: Random,
  which: (task: PlanTask) => boolean,
  change: (task: PlanTask) => PlanTask,
): PlanProblem {
  const chosen = problem.tasks.filter(which);
  if (chosen.length === 0) return problem;
  const one = random.pick(chosen);
  return changeEach(problem, (task) => (task === one ? change(task) : task));
}

/**
 * Milliseconds of CPU of so many re-plans, each after one random event; with the memory that a planning thread keeps
 * from one to the next, or without. Throws when a plan is not valid.
 */
export function timeRepairs(
  problem: PlanProblem,
  plan: Plan,
  { count, seed, memory }: { count: number; seed: number; memory?: TravelMemory },
): number[] {
  const announced = announce(problem, plan);
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const after = random.pick(EVENTS)(announced, random);
    const before = process.cpuUsage();
    const repaired = repairPlan(after, null, memory);
    const { user, system } = process.cpuUsage(before);
    const faults = validatePlan(after, repaired);
    if (faults.length > 0) throw new Error(`A repaired plan is not valid: ${faults.join(' ')}`);
    return (user + system) / 1_000;
  });
}
