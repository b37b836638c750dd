import { evaluatePlan } from '../problem/evaluate-plan.ts';
import type { Plan, PlannedTour, PlanProblem } from '../problem/plan-problem.ts';
import { indexProblem, NONE } from '../problem/problem-index.ts';
import type { TravelMemory } from '../problem/travel-memory.ts';
import { rescheduleTour } from './choose-breaks.ts';
import { createPlanState, type PlanState, stopsOf } from './plan-state.ts';
import { breaksTaken, setBreaks } from './taken-breaks.ts';
import { scheduleTour } from './tour-schedule.ts';

/** A state of its own for a valid plan, to try changes on; every stop as early as it can be. */
export function loadPlan(problem: PlanProblem, plan: Pick<Plan, 'tours'>, memory?: TravelMemory): PlanState {
  const index = indexProblem(problem, memory);
  const state = createPlanState(index);
  const { tasks } = index;
  for (const { shift, stops, breaks } of plan.tours) {
    if (breaks) setBreaks(state, shift, breaks);
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
  // When breaks are taken is asked only where the plan does not say it.
  for (const { shift, breaks } of plan.tours)
    if (breaks) scheduleTour(state, shift);
    else rescheduleTour(state, shift);
  return state;
}

/** The plan a state stands for; empty tours are not in it. */
export function exportPlan(state: PlanState): Plan {
  const { index } = state;
  const tours: PlannedTour[] = [];
  for (let shift = 0; shift < index.shiftCount; shift++) {
    if (state.length[shift] === 0) continue;
    const stops = Array.from(stopsOf(state, shift), (task) => {
      const [start, end] = [state.start[task] as number, state.end[task] as number];
      return { task, start, end, travelMinutes: state.legTo[task] as number };
    });
    tours.push(
      index.breaksOf[shift] ? { shift, stops, breaks: breaksTaken(state, shift) } : { shift, stops },
    );
  }
  const unplaced: number[] = [];
  for (let task = 0; task < index.taskCount; task++) if (state.shiftOf[task] === NONE) unplaced.push(task);
  return { tours, unplaced, cost: evaluatePlan(index.problem, tours) };
}
