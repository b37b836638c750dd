import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { improvePlan } from '../../src/planner/improve-plan.ts';
import { evaluatePlan } from '../../src/planner/problem/evaluate-plan.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import type { Partner, ToldPlan } from '../../src/planner/search/partner.ts';
import { exportPlan, loadPlan } from '../../src/planner/tours/convert-plan.ts';
import { listDifferent, setTours } from '../../src/planner/tours/tour-orders.ts';
import { type CitySize, cityProblem } from '../bench/planner-problems.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';

const timeless = () => 0;
const ROOMY: CitySize = { name: 'roomy', crews: 24, tasks: 110, days: 2 };
const CROWDED: CitySize = { name: 'crowded', crews: 8, tasks: 110, days: 2 };
const FEW: CitySize = { name: 'few', crews: 10, tasks: 40, days: 2 };
const MANY: CitySize = { name: 'many', crews: 60, tasks: 320, days: 2 };

function budgetOf(seed: number, iterations: number) {
  return { seed, iterations, milliseconds: Infinity };
}

/** Writes down what it is told, and says what it is given, one thing a meeting. */
class ScriptedPartner implements Partner {
  readonly told: ToldPlan[] = [];
  left = 0;
  private readonly says: (ToldPlan | 'over' | null)[];

  constructor(says: (ToldPlan | 'over' | null)[] = []) {
    this.says = [...says];
  }

  tell(plan: ToldPlan): void {
    this.told.push(structuredClone(plan));
  }

  hear(): ToldPlan | 'over' | null {
    return this.says.shift() ?? null;
  }

  leave(): void {
    this.left += 1;
  }
}

function search(problem: PlanProblem, seed: number, iterations: number, partner: Partner): Plan {
  const begin = repairPlan(problem, null);
  return improvePlan(problem, begin, budgetOf(seed, iterations), timeless, undefined, () => partner);
}

/** What a search of so many steps tells at its last meeting. */
function lastTold(problem: PlanProblem, seed: number, iterations: number): ToldPlan {
  const partner = new ScriptedPartner();
  search(problem, seed, iterations, partner);
  return partner.told.at(-1)!;
}

describe.each([ROOMY, CROWDED])('two searches of one plan, $name', (size) => {
  test('the better one is gone on from', () => {
    const problem = cityProblem(size, 3);
    const good = lastTold(problem, 7, 8_000);
    const poor = search(problem, 1, 2_500, new ScriptedPartner());
    const helped = search(problem, 1, 2_500, new ScriptedPartner([good]));
    const units = 60;
    expect(poor.cost.total * units).toBeGreaterThan(good.cost);
    expect(helped.cost.total * units).toBeLessThanOrEqual(good.cost + 1);
    expect(validatePlan(problem, helped)).toEqual([]);
  });

  test('a dearer plan of the partner changes nothing', () => {
    const problem = cityProblem(size, 4);
    const dear = lastTold(problem, 7, 1);
    const alone = search(problem, 1, 6_000, new ScriptedPartner());
    expect(search(problem, 1, 6_000, new ScriptedPartner([null, dear]))).toEqual(alone);
  });

  test('what is told is a plan, at its cost', () => {
    const problem = cityProblem(size, 5);
    const partner = new ScriptedPartner();
    search(problem, 1, 6_000, partner);
    expect(partner.told.length).toBeGreaterThan(1);
    for (const told of partner.told) {
      const state = loadPlan(problem, repairPlan(problem, null));
      setTours(state, listDifferent(state, told), told);
      expect(listDifferent(state, told)).toEqual([]);
      const plan = exportPlan(state);
      expect(validatePlan(problem, plan)).toEqual([]);
      expect(plan.cost).toEqual(evaluatePlan(problem, plan.tours));
      // Each part of the cost is rounded to cents.
      expect(Math.abs(told.cost / 60 - plan.cost.total)).toBeLessThan(3);
    }
  });

  test('a search that is not needed any more ends, and its partner is left once', () => {
    const problem = cityProblem(size, 6);
    const partner = new ScriptedPartner([null, 'over']);
    const plan = search(problem, 1, Number.MAX_SAFE_INTEGER, partner);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(partner.left).toBe(1);
  });
});

test.each([FEW, MANY])('nobody is asked for help with $name tasks', (size) => {
  const problem = cityProblem(size, 1);
  const partner = new ScriptedPartner();
  search(problem, 1, 2_500, partner);
  expect(partner).toMatchObject({ told: [], left: 0 });
});

test('a search that fails leaves its partner', () => {
  const problem = cityProblem(ROOMY, 1);
  const partner = new ScriptedPartner();
  partner.hear = () => {
    throw new Error('a defect');
  };
  expect(() => search(problem, 1, 5_000, partner)).toThrow('a defect');
  expect(partner.left).toBe(1);
});

test('plans taken over in any order keep every rule and their cost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
      const problem = randomPlanProblem(seed);
      const [one, other] = [1, 2].map((own) => {
        const plan = improvePlan(problem, repairPlan(problem, null), budgetOf(own, 200), timeless);
        return loadPlan(problem, plan);
      });
      const back = exportPlan(one!);
      const target = exportPlan(other!);
      const { sequence, length, held, breakStart } = structuredClone({
        ...{ sequence: one!.sequence, length: one!.length, held: one!.held, breakStart: one!.breakStart },
      });
      setTours(one!, listDifferent(one!, other!), other!);
      expect(exportPlan(one!)).toEqual(target);
      const orders = { sequence, length, held, breakStart };
      setTours(one!, listDifferent(one!, orders), orders);
      expect(exportPlan(one!)).toEqual(back);
    }),
    { numRuns: 60 },
  );
});
