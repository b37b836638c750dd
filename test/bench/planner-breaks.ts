import type { PlanProblem, PlanShift } from '../../src/planner/problem/plan-problem.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { cityProblem } from './planner-problems.ts';

const TASKS = 3_000;
const LUNCH = 30;

/** A lunch of half an hour after four hours that cuts the day in two, that interrupts jobs, and that may be later. */
const RULES: Readonly<Record<string, (start: number) => Partial<PlanShift>>> = {
  'cuts the day in two': (start) => ({ closed: [{ start, end: start + LUNCH }] }),
  'interrupts jobs': (start) => ({
    breaks: [{ from: start, to: start + LUNCH, minutes: LUNCH, interrupts: true }],
  }),
  'in a window of 2 h 30': (start) => ({
    breaks: [{ from: start, to: start + 150, minutes: LUNCH, interrupts: true }],
  }),
};

/** 3,000 jobs of 30 to 240 minutes for 300 crews in five days, planned at once: a line for each rule of the lunch. */
export function describeBreaks(): string[] {
  const city = cityProblem({ name: 'breaks', crews: 300, tasks: TASKS, days: 5 }, 1);
  const tasks = city.tasks.map((task, index) => ({
    ...task,
    ...{ durationMinutes: 30 + 15 * ((index * 7_919) % 15), skills: [], crewSize: 2, materials: [] },
    ...{ after: null, deadline: null, closed: [] },
  }));
  return Object.entries(RULES).map(([name, rule]) => {
    const shifts = city.shifts.map((shift) => ({ ...shift, closed: [], ...rule(shift.start + 240) }));
    const problem: PlanProblem = { ...city, tasks, shifts };
    const left = repairPlan(problem, null).unplaced.length;
    return `lunch ${name}: ${left} of ${TASKS} jobs left out (${((100 * left) / TASKS).toFixed(1)} %)`;
  });
}
