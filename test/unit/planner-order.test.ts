import { expect, test } from 'vitest';
import type { PlanProblem, PlanTask } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { cityProblem } from '../bench/planner-problems.ts';
import { createRandom } from '../support/chaos-random.ts';
import { createPlan } from '../support/create-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';

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

test('what waits for a job never makes leaving it out cheaper than doing it', () => {
  const { tasks, shifts, ...rest } = makeProblem({ due: 0 });
  const late = shifts.map((shift) => ({
    ...shift,
    start: shift.start + 60 * DAY,
    end: shift.end + 60 * DAY,
  }));
  const price = { ...rest.prices, lateMinute: 500, unplaced: 60 * DAY * 500 * 1.7 };
  const due = tasks.map((task) => ({ ...task, due: 0 }));
  const plan = createPlan({ ...rest, prices: price, tasks: due, shifts: late }, budget, () => 0);
  expect(plan.unplaced).toEqual([]);
});

test('a plan is valid though an insertion moves what waits for the inserted job in another tour', () => {
  for (let seed = 900; seed < 1_000; seed++) {
    const problem = chainTasks(seed);
    expect(validatePlan(problem, repairPlan(problem, null))).toEqual([]);
  }
});

/** Most jobs of a random problem wait for another one, few crews are ruled out, and nothing is pinned. */
function chainTasks(seed: number): PlanProblem {
  const problem = randomPlanProblem(seed);
  const random = createRandom(seed * 7 + 1);
  const order = problem.tasks.map((_, task) => task).sort(() => random.next() - 0.5);
  let [before, chained] = [-1, 0];
  for (const place of order) {
    const task = problem.tasks[place]!;
    const waits = before >= 0 && chained < 10 && random.chance(0.85);
    chained = waits ? chained + 1 : 0;
    const after = waits ? { task: before, minutes: random.between(0, 90) } : null;
    const skills = random.chance(0.5) ? [] : task.skills;
    const crewSize = random.between(1, 2);
    const durationMinutes = random.chance(0.6) ? random.between(1, 4) * 15 : task.durationMinutes;
    const materials = random.chance(0.7) ? [] : task.materials;
    const current = task.current?.pinned ? null : task.current;
    problem.tasks[place] = {
      ...{ ...task, after, skills, crewSize, durationMinutes, materials, current, deadline: null },
    };
    before = place;
  }
  return problem;
}
