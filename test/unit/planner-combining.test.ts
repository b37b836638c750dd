import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepsWindows, setWindows, withoutOrder } from '../../src/planner/combine/order-windows.ts';
import { ShadowPrices } from '../../src/planner/combine/shadow-prices.ts';
import { TourColumns } from '../../src/planner/combine/tour-columns.ts';
import { TourCombiner } from '../../src/planner/combine/tour-combiner.ts';
import { createSearch } from '../../src/planner/improve-plan.ts';
import type { PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { indexProblem, NONE } from '../../src/planner/problem/problem-index.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { anneal } from '../../src/planner/search/anneal.ts';
import { insertLeftOut } from '../../src/planner/search/insert-left-out.ts';
import { createWholeRegion } from '../../src/planner/search/region.ts';
import { searchCrowded } from '../../src/planner/search-plan.ts';
import { exportPlan } from '../../src/planner/tours/convert-plan.ts';
import { createPlanState, type PlanState } from '../../src/planner/tours/plan-state.ts';
import { createRandom } from '../../src/planner/tours/random.ts';
import { placePinned, takeOver } from '../../src/planner/tours/take-over.ts';
import { copyTour, TourPool } from '../../src/planner/tours/tour-pool.ts';
import { cityProblem } from '../bench/planner-problems.ts';
import { randomPlanProblem } from '../support/random-plan-problem.ts';
import { testSize } from '../support/test-size.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const timeless = () => 0;

function begin(problem: PlanProblem): PlanState {
  const state = createPlanState(indexProblem(problem));
  placePinned(state);
  takeOver(state, null);
  insertLeftOut(state);
  return state;
}

function search(state: PlanState, seed: number, iterations: number) {
  return createSearch(state, { seed, iterations, milliseconds: Infinity }, timeless, 0);
}

/** More than twice as much work as six crews can do in two days. */
function overloaded(seed: number): PlanProblem {
  return cityProblem({ name: 'overloaded', crews: 6, tasks: 90, days: 2 }, seed);
}

/** Every third task waits for the one before it. */
function ordered(problem: PlanProblem): PlanProblem {
  const tasks = problem.tasks.map((task, place) => ({
    ...task,
    after: place % 3 === 2 ? { task: place - 1, minutes: 60 } : null,
  }));
  return { ...problem, tasks };
}

/** The cheapest choice of one tour a shift, no task twice and none without the one it waits for, by trying all. */
function cheapestChoice(columns: TourColumns, { index }: PlanState): number {
  const { unplacedPrice, after } = index.tasks;
  const taken = new Set<number>();
  const judge = (cost: number): number => {
    for (const task of taken) if (after[task] !== NONE && !taken.has(after[task] as number)) return Infinity;
    return unplacedPrice.reduce((sum, price, task) => sum + (taken.has(task) ? 0 : price), cost);
  };
  const choose = (shift: number, cost: number): number => {
    if (shift === columns.columnsOf.length) return judge(cost);
    let least = choose(shift + 1, cost);
    for (const column of columns.columnsOf[shift]!) {
      const { tasks, cost: own } = columns.tours[column]!;
      if (tasks.some((task) => taken.has(task))) continue;
      for (const task of tasks) taken.add(task);
      least = Math.min(least, choose(shift + 1, cost + own));
      for (const task of tasks) taken.delete(task);
    }
    return least;
  };
  return choose(0, 0);
}

describe('combining tours', () => {
  test('makes valid plans of whatever is pinned, announced, ordered or scarce', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = randomPlanProblem(seed);
        const state = begin(problem);
        const own = search(state, seed, 300);
        const region = createWholeRegion(state);
        const pool = new TourPool(state, own.random);
        anneal({ ...own, pool }, region, 60);
        const before = own.best.cost;
        const combiner = new TourCombiner(own, region, pool);
        for (let time = 0; time < 2; time++) {
          combiner.combine();
          expect(validatePlan(problem, exportPlan(state))).toEqual([]);
        }
        own.best.restore();
        expect(validatePlan(problem, exportPlan(state))).toEqual([]);
        expect(state.cost).toBeLessThanOrEqual(before);
      }),
      { numRuns: testSize('PLANNER_PROBLEMS') },
    );
  });

  test('knows what no choice of the known tours can cost less than', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = cityProblem({ name: 'small', crews: 3, tasks: 16, days: 1 }, seed);
        const state = begin(problem);
        const own = search(state, seed, 1_000);
        const pool = new TourPool(state, own.random);
        anneal({ ...own, pool }, createWholeRegion(state), 40);
        const columns = new TourColumns(pool, state.index.shiftCount, () => true);
        const prices = new ShadowPrices(state.index, 600_000_000);
        const taken = new Uint8Array(state.index.taskCount);
        const choice = { columns, listOf: columns.columnsOf, taken, spent: 0 };
        const { bound } = prices.adjust(choice, { rounds: 200, step: 1, target: own.best.cost });
        const cheapest = cheapestChoice(columns, state);
        expect(bound).toBeLessThanOrEqual(cheapest * (1 + 1e-9));
        // A bound that says nothing would pass as well.
        expect(bound).toBeGreaterThan(cheapest * 0.7);
      }),
      { numRuns: 60 },
    );
  });

  test('lets tours that keep to their windows be put together in any way without breaking the order', () => {
    let judged = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const problem = ordered(cityProblem({ name: 'ordered', crews: 8, tasks: 60, days: 2 }, seed));
        const plans = [1, 2].map((other) => {
          const state = begin(problem);
          anneal(search(state, other, 400), createWholeRegion(state), 400);
          return state;
        });
        const unordered = withoutOrder(plans[0]!.index);
        setWindows(unordered, plans[0]!, createRandom(seed));
        const tours = plans
          .flatMap((state) => problem.shifts.map((_, shift) => copyTour(state, shift)))
          .filter((tour) => keepsWindows(unordered, tour));
        const stops = tours.flatMap(({ tasks, starts }) =>
          Array.from(tasks, (task, place) => ({ task, start: starts[place]! })),
        );
        for (const { task, start } of stops) {
          const wait = problem.tasks[task]!.after;
          if (wait === null) continue;
          for (const first of stops.filter((stop) => stop.task === wait.task)) {
            const end = first.start + problem.tasks[first.task]!.durationMinutes;
            expect(start).toBeGreaterThanOrEqual(end + wait.minutes);
            judged += 1;
          }
        }
      }),
      { numRuns: 25 },
    );
    expect(judged).toBeGreaterThan(60);
  });

  test('leaves out less than ruin and recreate alone, in as many steps, where crews cannot do everything', () => {
    const steps = 6_000;
    const costs = [1, 2, 3].map((seed) => {
      const [alone, combined] = [begin(overloaded(seed)), begin(overloaded(seed))];
      const searchAlone = search(alone, seed, steps);
      anneal(searchAlone, createWholeRegion(alone), steps);
      searchAlone.best.restore();
      const searchBoth = search(combined, seed, steps);
      expect(searchBoth.style.combines).toBe(true);
      searchCrowded(searchBoth, createWholeRegion(combined));
      searchBoth.best.restore();
      return { alone: alone.cost, combined: combined.cost };
    });
    const sum = (which: 'alone' | 'combined') => costs.reduce((all, cost) => all + cost[which], 0);
    expect(sum('combined')).toBeLessThan(sum('alone') * 0.98);
  });

  test('makes the same plan again from the same seed and steps', () => {
    const plans = [1, 2].map(() => {
      const state = begin(overloaded(4));
      const own = search(state, 9, 4_000);
      searchCrowded(own, createWholeRegion(state));
      own.best.restore();
      return exportPlan(state);
    });
    expect(plans[1]).toEqual(plans[0]);
  });

  test('stops in the middle when the time is over, and leaves a plan that is valid and no dearer', () => {
    for (const looks of [2, 4, 8, 16, 32]) {
      const problem = overloaded(2);
      const state = begin(problem);
      let asked = 0;
      const now = () => (asked++ < looks ? 0 : 1_000);
      const own = createSearch(state, { seed: 3, iterations: 1e9, milliseconds: 100 }, now, 0);
      let refused = 0;
      const tick = own.clock.tick.bind(own.clock);
      own.clock.tick = () => {
        const goesOn = tick();
        if (!goesOn) refused += 1;
        return goesOn;
      };
      const region = createWholeRegion(state);
      const combiner = new TourCombiner(own, region, new TourPool(state, own.random));
      const before = state.cost;
      while (own.clock.progress < 1) combiner.combine();
      expect(refused).toBeLessThanOrEqual(2);
      own.best.restore();
      expect(validatePlan(problem, exportPlan(state))).toEqual([]);
      expect(state.cost).toBeLessThanOrEqual(before);
    }
  });

  test('is not begun for jobs that nobody can do', () => {
    const problem = overloaded(1);
    const impossible = { ...problem, tasks: problem.tasks.map((task) => ({ ...task, crewSize: 99 })) };
    expect(search(begin(problem), 1, 100).style.combines).toBe(true);
    expect(search(begin(impossible), 1, 100).style.combines).toBe(false);
  });

  test('remembers a set of tasks once, at its lowest cost', () => {
    const state = begin(overloaded(1));
    const shift = state.length.findIndex((length) => length > 1);
    const pool = new TourPool(state, createRandom(1));
    expect(pool.remember(state, shift)).toMatchObject({ shift });
    expect(pool.remember(state, shift)).toBeNull();
    state.tourCost[shift] = state.tourCost[shift]! - 60;
    const cheaper = pool.remember(state, shift)!;
    expect([...pool.of(shift)]).toEqual([cheaper]);
    pool.forget(cheaper);
    expect([...pool.of(shift)]).toEqual([]);
  });
});
