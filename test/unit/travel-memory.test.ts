import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { buildTravelMatrix } from '../../src/planner/problem/travel-matrix.ts';
import { createTravelMemory } from '../../src/planner/problem/travel-memory.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';

/** What may be different from one planning to the next: jobs come, go and move, crews too, and speeds are corrected. */
type Change = (problem: PlanProblem, other: PlanProblem, place: number) => PlanProblem;
const CHANGES: Change[] = [
  (problem, { tasks }, place) => ({
    ...problem,
    tasks: [...problem.tasks, ...tasks.slice(place % tasks.length, (place % tasks.length) + 2)],
  }),
  (problem, _, place) => ({
    ...problem,
    tasks: problem.tasks.filter((_task, task) => task !== place % problem.tasks.length),
  }),
  (problem, _, place) => ({
    ...problem,
    tasks: problem.tasks.map((task, at) =>
      at === place % problem.tasks.length ? { ...task, latitude: task.latitude + 0.01 } : task,
    ),
  }),
  (problem) => ({ ...problem, tasks: [...problem.tasks].reverse() }),
  (problem, { crews }) => ({ ...problem, crews: [...crews.slice(0, 1), ...problem.crews] }),
  (problem) => ({
    ...problem,
    travel: { ...problem.travel, kilometersPerHour: problem.travel.kilometersPerHour + 7 },
  }),
  (problem) => ({ ...problem }),
  (_, other) => other,
];

it('gives the same minutes as measuring all legs anew, whatever changed since the last problem', () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: CHANGES.length - 1 }), fc.nat(1_000)), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.nat(1_000_000), changes, (seed, steps) => {
      const memory = createTravelMemory();
      let problem = randomPlanProblem(seed);
      memory.recall(problem);
      for (const [change, place] of steps) {
        problem = CHANGES[change]!(problem, randomPlanProblem(seed + place), place);
        expect(memory.recall(problem)).toEqual(buildTravelMatrix(problem));
      }
    }),
    { numRuns: 100 },
  );
});

it('measures nothing when no place is new', () => {
  const memory = createTravelMemory();
  const problem = randomPlanProblem(1);
  expect(memory.recall({ ...problem, tasks: [...problem.tasks] })).toBe(memory.recall(problem));
});
