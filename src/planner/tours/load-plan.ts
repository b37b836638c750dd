import type { Plan, PlanProblem } from '../problem/plan-problem.ts';
import { indexProblem } from '../problem/problem-index.ts';
import type { TravelMemory } from '../problem/travel-memory.ts';
import { removeMarked } from './edit-tour.ts';
import { createPlanState, type PlanState } from './plan-state.ts';
import { scheduleTour } from './tour-schedule.ts';

/** A state of its own for a valid plan, to try changes on; every stop as early as it can be. */
export function loadPlan(problem: PlanProblem, plan: Pick<Plan, 'tours'>, memory?: TravelMemory): PlanState {
  const index = indexProblem(problem, memory);
  const state = createPlanState(index);
  const { tasks } = index;
  for (const { shift, stops } of plan.tours) {
    const first = shift * index.stride;
    stops.forEach(({ task, start }, position) => {
      state.sequence[first + position] = task;
      state.shiftOf[task] = shift;
      state.cost -= tasks.unplacedPrice[task] as number;
      state.held[task] =
        tasks.currentShift[task] === shift && start >= (tasks.currentStart[task] as number) ? 1 : 0;
      state.ledger.book(shift, task, 1);
    });
    state.length[shift] = stops.length;
  }
  for (const { shift } of plan.tours) scheduleTour(state, shift);
  return state;
}

/** Takes one task out of its tour; what waits for it stays where it is. */
export function takeOut(state: PlanState, task: number): void {
  const { index } = state;
  for (const next of index.successorsOf[task] as Int32Array) {
    index.tasks.earliest[next] = Math.max(index.tasks.earliest[next] as number, state.start[next] as number);
  }
  const marked = new Uint8Array(index.taskCount);
  marked[task] = 1;
  removeMarked(state, state.shiftOf[task] as number, marked);
}
