import { NONE } from '../problem/problem-index.ts';
import { takeOut } from './load-plan.ts';
import type { PlanState } from './plan-state.ts';
import { TourSnapshots } from './tour-snapshots.ts';

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
