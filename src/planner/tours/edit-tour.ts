import { NONE } from '../problem/problem-index.ts';
import type { PlanState } from './plan-state.ts';
import { scheduleTour } from './tour-schedule.ts';

/** Puts a task that is in no tour at a position of one; the caller has seen that it can be there. */
export function placeTask(
  state: PlanState,
  task: number,
  shift: number,
  position: number,
  held: boolean,
): void {
  const { sequence, length, index } = state;
  state.beforeChange?.(shift);
  const first = shift * index.stride;
  const count = length[shift] as number;
  for (let place = first + count; place > first + position; place--) {
    sequence[place] = sequence[place - 1] as number;
  }
  sequence[first + position] = task;
  length[shift] = count + 1;
  state.shiftOf[task] = shift;
  state.held[task] = held ? 1 : 0;
  state.start[task] = NONE;
  state.cost -= index.tasks.unplacedPrice[task] as number;
  state.ledger.book(shift, task, 1);
  scheduleTour(state, shift);
}

/**
 * Takes the marked tasks out of a tour, which is worked out anew once. What waits for one of them has to be taken out
 * as well by the caller, before the plan is used.
 */
export function removeMarked(state: PlanState, shift: number, marked: Uint8Array): void {
  const { sequence, length, index } = state;
  state.beforeChange?.(shift);
  const first = shift * index.stride;
  const end = first + (length[shift] as number);
  const waited: number[] = [];
  let kept = first;
  for (let place = first; place < end; place++) {
    const task = sequence[place] as number;
    if (marked[task] === 0) {
      sequence[kept++] = task;
      continue;
    }
    state.shiftOf[task] = NONE;
    state.cost += index.tasks.unplacedPrice[task] as number;
    state.ledger.book(shift, task, -1);
    const before = index.tasks.after[task] as number;
    if (before !== NONE) waited.push(before);
  }
  length[shift] = kept - first;
  scheduleTour(state, shift);
  loosenOrder(state, waited);
}

/** What a removed task waited for may now end later: its tour's limits are worked out again. */
function loosenOrder(state: PlanState, waited: readonly number[]): void {
  for (const before of waited) {
    const shift = state.shiftOf[before] as number;
    if (shift === NONE) continue;
    state.beforeChange?.(shift);
    scheduleTour(state, shift);
  }
}
