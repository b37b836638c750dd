import { expect, it } from 'vitest';
import { createTravelMemory } from '../../src/planner/problem/travel-memory.ts';
import { answerPlanRequest } from '../../src/scheduler/threads/plan-request.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';

it('gives everything that is left out its reason at once, and the heaviest of it a fix', () => {
  const problem = randomPlanProblem(1);
  const [model] = problem.tasks;
  const [crew] = problem.crews;
  const skill = problem.skills.length;
  const tasks = Array.from({ length: 600 }, (_, index) => ({
    ...model!,
    ...{ id: `R-${index}`, skills: [{ skill, level: 1 }], crewSize: 1, durationMinutes: 30, materials: [] },
    ...{ declinedBy: [], chosenCrews: null },
    ...{ earliest: 0, due: null, deadline: null, closed: [], after: null, current: null },
    weight: 1 + (index % 7),
  }));
  const untrained = {
    ...problem,
    ...{ skills: [...problem.skills, 'diving'], crews: [crew!], tasks },
    shifts: [{ crew: 0, day: '2026-11-22', start: 0, end: 1_440, closed: [], absent: null }],
  };
  const budget = { seed: 1, iterations: 0, milliseconds: Number.POSITIVE_INFINITY };
  const { plan, unplaced } = answerPlanRequest({ problem: untrained, budget }, () => 0, createTravelMemory());
  expect(plan?.unplaced).toHaveLength(600);
  expect(unplaced.size).toBe(600);
  for (const { causes } of unplaced.values())
    expect(causes).toEqual([{ obstacle: 'skill', skill, material: null, crewDays: 1 }]);
  const weights = (hasFix: boolean) =>
    [...unplaced].filter(([, { fixes }]) => fixes.length > 0 === hasFix).map(([task]) => tasks[task]!.weight);
  expect(weights(true)).toHaveLength(500);
  expect(Math.min(...weights(true))).toBeGreaterThanOrEqual(Math.max(...weights(false)));
});
