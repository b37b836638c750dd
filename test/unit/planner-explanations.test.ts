import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFix } from '../../src/planner/apply-fix.ts';
import { createPlan } from '../../src/planner/create-plan.ts';
import { explainPlacement } from '../../src/planner/explain-placement.ts';
import { explainUnplaced } from '../../src/planner/explain-unplaced.ts';
import type { Plan, PlanProblem } from '../../src/planner/plan-problem.ts';
import { validatePlan } from '../../src/planner/validate-plan.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

function planOf(problem: PlanProblem, seed: number): Plan {
  return createPlan(problem, { seed, iterations: 60, milliseconds: Infinity }, () => 0);
}

describe('explanations, on random problems', () => {
  test('count every crew-day once and name only fixes that let the task in', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        const plan = planOf(problem, seed);
        for (const task of plan.unplaced) {
          const { causes, crewDays, fixes } = explainUnplaced(problem, plan, task);
          expect(causes.reduce((sum, cause) => sum + cause.crewDays, 0)).toBe(crewDays);
          for (const fix of fixes) {
            const fixed = applyFix(problem, plan, task, fix);
            expect(validatePlan(fixed.problem, fixed.plan)).toEqual([]);
            expect(fixed.plan.unplaced).toEqual(plan.unplaced.filter((one) => one !== task));
            const place = fixed.plan.tours.find(({ shift }) => shift === fix.place.shift);
            expect(place?.stops.find((stop) => stop.task === task)?.start).toBe(fix.place.start);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('tell for every other crew what the plan costs with it, to the cent', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        // What waits for a task follows it, which is more than one placement.
        for (const task of problem.tasks) task.after = null;
        const plan = planOf(problem, seed);
        for (const { task } of plan.tours.flatMap(({ stops }) => stops)) {
          if (problem.tasks[task]!.current?.pinned) continue;
          const { alternatives, excluded } = explainPlacement(problem, plan, task);
          expect(alternatives.length + excluded.length).toBe(problem.crews.length - 1);
          for (const { deltaCents, ...place } of alternatives) {
            const tours = plan.tours.map((tour) => ({
              ...tour,
              stops: tour.stops.filter((stop) => stop.task !== task),
            }));
            // A shift that can be used is not absent: this fix changes nothing but the place.
            const fix = { kind: 'endAbsence' as const, shift: place.shift, place, costCents: 0 };
            const moved = applyFix(problem, { ...plan, tours }, task, fix).plan;
            expect(validatePlan(problem, moved)).toEqual([]);
            // Each tour is rounded to a cent.
            expect(Math.abs(moved.cost.total - plan.cost.total - deltaCents)).toBeLessThanOrEqual(2);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
