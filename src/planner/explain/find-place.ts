import { listPauses } from '../problem/list-pauses.ts';
import { NONE } from '../problem/problem-index.ts';
import { hasMovableBreak } from '../tours/choose-breaks.ts';
import { placeTask } from '../tours/edit-tour.ts';
import { findInsertion, type Insertion } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { breaksTaken } from '../tours/taken-breaks.ts';
import { TourSnapshots } from '../tours/tour-snapshots.ts';

/**
 * The cheapest place for a task in a tour, as `findInsertion` has it, with times and cost as they will be: breaks that may
 * move are then taken at other times.
 */
export function findPlace(state: PlanState, task: number, shift: number, found: Insertion): void {
  found.pauses = null;
  findInsertion(state, task, shift, found);
  if (found.position !== NONE && hasMovableBreak(state, shift)) settlePlace(state, task, shift, found);
}

function settlePlace(state: PlanState, task: number, shift: number, found: Insertion): void {
  const { beforeChange } = state;
  const snapshots = new TourSnapshots(state);
  snapshots.begin();
  placeTask(state, task, shift, found.position, found.held);
  const price = state.index.tasks.unplacedPrice[task] as number;
  found.cost = state.cost - snapshots.costBefore + price;
  found.start = state.start[task] as number;
  found.end = state.end[task] as number;
  found.pauses = listPauses(state.index.problem, { shift, breaks: breaksTaken(state, shift) }, found);
  snapshots.takeBack();
  state.beforeChange = beforeChange;
}
