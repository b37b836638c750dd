import { evaluatePlan } from '../problem/evaluate-plan.ts';
import type { Plan, PlannedTour } from '../problem/plan-problem.ts';
import { NONE } from '../problem/problem-index.ts';
import { type PlanState, stopsOf } from './plan-state.ts';

/** The plan a state stands for; empty tours are not in it. */
export function exportPlan(state: PlanState): Plan {
  const { index } = state;
  const tours: PlannedTour[] = [];
  for (let shift = 0; shift < index.shiftCount; shift++) {
    if (state.length[shift] === 0) continue;
    const stops = Array.from(stopsOf(state, shift), (task) => {
      const start = state.start[task] as number;
      const end = start + (index.tasks.duration[task] as number);
      return { task, start, end, travelMinutes: state.legTo[task] as number };
    });
    tours.push({ shift, stops });
  }
  const unplaced: number[] = [];
  for (let task = 0; task < index.taskCount; task++) if (state.shiftOf[task] === NONE) unplaced.push(task);
  return { tours, unplaced, cost: evaluatePlan(index.problem, tours) };
}
