import { NONE } from '../problem/problem-index.ts';
import type { PlanState } from './plan-state.ts';

/** Leaving the task out must stay dearer than any place, or what waits for it would keep it from having one. */
const MOST = 0.5;

/**
 * Units that a start of the task then takes from tasks that wait for it and have no place yet: they can only be late, or
 * no longer be done. No part of what a plan costs; without it a task would go where it is cheapest itself, and what waits
 * for it would find its own time gone, whatever the search tries.
 */
export function costOfWaiting(state: PlanState, task: number, start: number): number {
  const { index, shiftOf } = state;
  const { tasks, successorsOf } = index;
  if (!index.hasOrder) return 0;
  const most = MOST * (tasks.unplacedPrice[task] as number);
  const end = start + (tasks.duration[task] as number);
  let cost = 0;
  for (const next of successorsOf[task] as Int32Array) {
    if (shiftOf[next] !== NONE || tasks.pinned[next] !== NONE) continue;
    const ready = end + (tasks.afterMinutes[next] as number);
    if (ready > (tasks.latestStart[next] as number)) return most;
    cost += Math.max(0, ready - (tasks.dueStart[next] as number)) * (tasks.lateRate[next] as number);
  }
  return Math.min(most, cost);
}
