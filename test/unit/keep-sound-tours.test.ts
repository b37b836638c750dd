import { expect, it } from 'vitest';
import { keepSoundTours } from '../../src/planner/keep-sound-tours.ts';
import type { PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { createPlan } from '../support/create-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';

/** The problem with a crew away whose tour is in the plan all the same: no start of it makes that valid. */
function sendAway(problem: PlanProblem, shift: number): PlanProblem {
  const shifts = problem.shifts.map((one, index) => (index === shift ? { ...one, absent: 'sick' } : one));
  return { ...problem, shifts };
}

it('a tour gone wrong costs the plan that tour and nothing else, and no announced job its place', () => {
  let [spoiled, announced] = [0, 0];
  for (let seed = 0; seed < 120; seed++) {
    const problem = randomPlanProblem(seed);
    const plan = createPlan(problem, { seed, iterations: 60, milliseconds: Infinity }, () => 0);
    const isPinned = (task: number) => problem.tasks[task]!.current?.pinned ?? false;
    const place = plan.tours.findIndex(({ stops }) => !stops.some(({ task }) => isPinned(task)));
    if (place < 0) continue;
    const spoilt = sendAway(problem, plan.tours[place]!.shift);
    expect(validatePlan(spoilt, plan)).not.toEqual([]);
    const lost = new Set(plan.tours[place]!.stops.map(({ task }) => task));
    if (problem.tasks.some(({ after }) => after && lost.has(after.task))) continue;
    const left = keepSoundTours(spoilt, plan);
    if (problem.tasks.some(({ current }, task) => current && lost.has(task))) {
      expect(left).toBeNull();
      announced += 1;
      continue;
    }
    if (left === null) throw new Error(`nothing was kept of ${seed}`);
    expect(validatePlan(spoilt, left)).toEqual([]);
    expect(left.tours).toEqual(plan.tours.filter((_, at) => at !== place));
    spoiled += 1;
  }
  expect(Math.min(spoiled, announced)).toBeGreaterThan(5);
});

it('a sound plan is kept as it is', () => {
  const problem = randomPlanProblem(7);
  const plan = createPlan(problem, { seed: 7, iterations: 60, milliseconds: Infinity }, () => 0);
  expect(keepSoundTours(problem, plan)?.tours).toEqual(plan.tours);
});
