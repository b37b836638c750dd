import { NONE } from '../problem/problem-index.ts';
import { rescheduleTour } from './choose-breaks.ts';
import type { PlanState } from './plan-state.ts';
import { TourSnapshots } from './tour-snapshots.ts';

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
  rescheduleTour(state, shift);
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
  rescheduleTour(state, shift);
  loosenOrder(state, waited);
}

/** What a removed task waited for may now end later: its tour's limits are worked out again. */
function loosenOrder(state: PlanState, waited: readonly number[]): void {
  for (const before of waited) {
    const shift = state.shiftOf[before] as number;
    if (shift === NONE) continue;
    state.beforeChange?.(shift);
    rescheduleTour(state, shift);
  }
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

/**
 * What `look` sees in the plan without the task, pinned or not, when everything else stays in its order. `look` leaves
 * the state as it found it; afterwards the state is what it was before.
 */
export function withoutTask<Seen>(state: PlanState, task: number, look: () => Seen): Seen {
  const { tasks, successorsOf } = state.index;
  const successors = successorsOf[task] as Int32Array;
  const earliest = successors.map((next) => tasks.earliest[next] as number);
  const pinned = tasks.pinned[task] as number;
  const snapshots = new TourSnapshots(state);
  snapshots.begin();
  tasks.pinned[task] = NONE;
  takeOut(state, task);
  state.beforeChange = null;
  const seen = look();
  snapshots.takeBack();
  tasks.pinned[task] = pinned;
  successors.forEach((next, place) => {
    tasks.earliest[next] = earliest[place] as number;
  });
  return seen;
}
