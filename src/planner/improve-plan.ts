import { evaluatePlan } from './problem/evaluate-plan.ts';
import type { Plan, PlanBudget, PlanProblem } from './problem/plan-problem.ts';
import { indexProblem, NONE } from './problem/problem-index.ts';
import type { TravelMemory } from './problem/travel-memory.ts';
import { insertLeftOut } from './search/insert-left-out.ts';
import { createInsertionOrder } from './search/insertion-order.ts';
import type { InvitePartner } from './search/partner.ts';
import type { Search } from './search/search.ts';
import { SearchClock } from './search/search-clock.ts';
import { chooseStyle } from './search/search-style.ts';
import { searchPlan } from './search-plan.ts';
import { BestPlan } from './tours/best-plan.ts';
import { exportPlan } from './tours/convert-plan.ts';
import { createPlanState, type PlanState } from './tours/plan-state.ts';
import { createRandom } from './tours/random.ts';
import { placePinned, takeOver } from './tours/take-over.ts';
import { TourSnapshots } from './tours/tour-snapshots.ts';

/** Last temperature by first, and the least a road is taken to cost beside the work. */
const COOLING = 0.01;
const LEAST_ROAD = 0.01;

/**
 * A plan of the same problem that costs at most what the valid `plan` costs. `now` counts milliseconds; `memory` makes
 * it faster, not different; with `invite`, a second search helps where it can, and the plan cannot be repeated.
 */
export function improvePlan(
  problem: PlanProblem,
  plan: Plan,
  budget: PlanBudget,
  now: () => number,
  memory?: TravelMemory,
  invite?: InvitePartner,
): Plan {
  const begin = now();
  const state = createPlanState(indexProblem(problem, memory));
  placePinned(state);
  takeOver(state, plan);
  insertLeftOut(state);
  const search = createSearch(state, budget, now, begin);
  improveState({ ...search, invite: invite && (() => invite({ problem, plan, budget })) });
  const improved = exportPlan(state);
  const cost = evaluatePlan(problem, plan.tours);
  return improved.cost.total < cost.total ? improved : { ...plan, cost };
}

/** Searches until the budget is used up, and leaves the state at the cheapest plan found. */
export function improveState(search: Search): void {
  searchPlan(search);
  search.state.beforeChange = null;
  search.best.restore();
}

/** A search that begins at the state, which it has to itself; its budget counts from `begin`. */
export function createSearch(state: PlanState, budget: PlanBudget, now: () => number, begin: number): Search {
  const style = chooseStyle(state);
  const hot = Math.max(1, style.hot * averageRoad(state));
  return {
    state,
    style,
    clock: new SearchClock(budget, now, begin, { hot, cold: hot * COOLING }),
    snapshots: new TourSnapshots(state),
    best: new BestPlan(state),
    order: createInsertionOrder(state),
    random: createRandom(budget.seed),
  };
}

/** Units the road to a placed task costs, on average; a little of the work where there are no roads. */
function averageRoad({ index, tourCost, shiftOf, legTo, legHome }: PlanState): number {
  const { rate } = index.shifts;
  let placed = 0;
  let road = legHome.reduce((sum, leg, shift) => sum + leg * (rate[shift] as number), 0);
  for (let task = 0; task < index.taskCount; task++) {
    const shift = shiftOf[task] as number;
    if (shift === NONE) continue;
    placed += 1;
    road += (legTo[task] as number) * (rate[shift] as number);
  }
  const all = tourCost.reduce((sum, cost) => sum + cost, 0);
  return Math.max(road, all * LEAST_ROAD) / Math.max(1, placed);
}
