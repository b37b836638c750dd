import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { improvePlan } from '../../src/planner/improve-plan.ts';
import type { PlanBudget } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import { cityProblem } from '../bench/planner-problems.ts';
import { createPlan } from '../support/create-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';
import { testSize } from '../support/test-size.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const timeless = () => 0;

function budgetOf(seed: number): PlanBudget {
  return { seed, iterations: 150, milliseconds: Infinity };
}

describe('the planner, on random problems', () => {
  test('makes plans the validator finds nothing wrong with', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        expect(validatePlan(problem, createPlan(problem, budgetOf(seed), timeless))).toEqual([]);
      }),
      { numRuns: testSize('PLANNER_PROBLEMS') },
    );
  });

  test('repairs what was announced into a valid plan, and improves it without making it dearer', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        const repaired = repairPlan(problem, null);
        expect(validatePlan(problem, repaired)).toEqual([]);
        const improved = improvePlan(problem, repaired, budgetOf(seed), timeless);
        expect(validatePlan(problem, improved)).toEqual([]);
        expect(improved.cost.total).toBeLessThanOrEqual(repaired.cost.total);
      }),
      { numRuns: testSize('PLANNER_PROBLEMS') },
    );
  });

  test('plans for any number of crew-days', () => {
    const problem = cityProblem({ name: 'large', crews: 300, tasks: 40, days: 14 }, 1);
    expect(problem.shifts.length).toBeGreaterThan(4_096);
    const repaired = repairPlan(problem, null);
    expect(validatePlan(problem, repaired)).toEqual([]);
    expect(repaired.unplaced.length).toBeLessThan(20);
    expect(validatePlan(problem, improvePlan(problem, repaired, budgetOf(1), timeless))).toEqual([]);
  });

  test('makes the same plan again from the same seed and iterations', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        const again = createPlan(structuredClone(problem), budgetOf(seed), timeless);
        expect(createPlan(problem, budgetOf(seed), timeless)).toEqual(again);
      }),
      { numRuns: 30 },
    );
  });
});
