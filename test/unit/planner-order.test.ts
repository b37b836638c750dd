import { expect, test } from 'vitest';
import { createPlan } from '../../src/planner/create-plan.ts';
import type { PlanProblem, PlanTask } from '../../src/planner/plan-problem.ts';
import { cityProblem } from '../bench/planner-problems.ts';

const DAY = 24 * 60;
const budget = { seed: 1, iterations: 500, milliseconds: Infinity };

/** Two crews at one depot: the cheap one works tomorrow only, the dear one today as well. */
function makeProblem(changes: Partial<PlanTask>): PlanProblem {
  const city = cityProblem({ name: 'small', crews: 2, tasks: 2, days: 2 }, 1);
  const at = { latitude: 41.9, longitude: -87.6 };
  const crew = { ...city.crews[0]!, ...at, size: 4, levels: city.skills.map(() => 3) };
  const shift = { start: 8 * 60, end: 16 * 60, closed: [], absent: null };
  const task = { ...city.tasks[0]!, ...at, skills: [], crewSize: 1, materials: [], closed: [], earliest: 0 };
  const plain = { ...task, due: null, deadline: null, after: null, current: null, durationMinutes: 60 };
  return {
    ...city,
    crews: [
      { ...crew, hourlyRateCents: 6_000 },
      { ...crew, hourlyRateCents: 60_000 },
    ],
    shifts: [
      { ...shift, crew: 0, day: 'tomorrow', start: shift.start + DAY, end: shift.end + DAY },
      { ...shift, crew: 1, day: 'today' },
    ],
    tasks: [
      { ...plain, id: 'before' },
      { ...plain, id: 'waiting', after: { task: 0, minutes: 30 }, ...changes },
    ],
  };
}

test('a job goes where it is cheapest as long as what waits for it has time', () => {
  const plan = createPlan(makeProblem({}), budget, () => 0);
  expect(plan.tours.map(({ shift }) => shift)).toEqual([0]);
});

test('a job is done in time for what waits for it, although a later time would be cheaper', () => {
  const plan = createPlan(makeProblem({ deadline: 16 * 60 }), budget, () => 0);
  expect(plan.unplaced).toEqual([]);
  expect(plan.tours.map(({ shift }) => shift)).toEqual([1]);
});

test('what waits for a job is not late when the job itself could as well be earlier', () => {
  const plan = createPlan(makeProblem({ due: 16 * 60 }), budget, () => 0);
  expect(plan.cost.lateMinutes).toBe(0);
});

test('a job is done all the same when what waits for it cannot be done in any case', () => {
  const plan = createPlan(makeProblem({ deadline: 9 * 60 }), budget, () => 0);
  expect(plan.unplaced).toEqual([1]);
  expect(plan.tours.flatMap(({ stops }) => stops.map(({ task }) => task))).toEqual([0]);
});
