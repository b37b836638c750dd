import { shiftsFor } from '../../src/planner/problem/able-shifts.ts';
import type { Plan, PlanProblem } from '../../src/planner/problem/plan-problem.ts';
import { indexProblem } from '../../src/planner/problem/problem-index.ts';
import { exportPlan } from '../../src/planner/tours/convert-plan.ts';
import { placeTask } from '../../src/planner/tours/edit-tour.ts';
import { createInsertion, findInsertion, isReady } from '../../src/planner/tours/insertion.ts';
import { createPlanState } from '../../src/planner/tours/plan-state.ts';
import { placePinned } from '../../src/planner/tours/take-over.ts';

/** The baseline: one task after the other, heaviest and soonest due first, each where it costs least just then. */
export function planGreedily(problem: PlanProblem): Plan {
  const state = createPlanState(indexProblem(problem));
  placePinned(state);
  const order = problem.tasks
    .map((_, task) => task)
    .filter((task) => !problem.tasks[task]!.current?.pinned)
    .sort((a, b) => {
      const [one, other] = [problem.tasks[a]!, problem.tasks[b]!];
      return other.weight - one.weight || (one.due ?? Infinity) - (other.due ?? Infinity) || a - b;
    });
  const found = createInsertion();
  for (const task of [...order, ...order.filter((one) => problem.tasks[one]!.after !== null)]) {
    if (state.shiftOf[task] !== -1 || !isReady(state.index, state, task)) continue;
    let best = { shift: -1, position: -1, cost: Infinity };
    for (const shift of shiftsFor(state.index, task)) {
      findInsertion(state, task, shift, found);
      if (found.cost < best.cost && state.ledger.canTake(shift, task)) {
        best = { shift, position: found.position, cost: found.cost };
      }
    }
    if (best.shift >= 0) placeTask(state, task, best.shift, best.position, false);
  }
  return exportPlan(state);
}
