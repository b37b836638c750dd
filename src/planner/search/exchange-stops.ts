import { NONE } from '../problem/problem-index.ts';
import { placeTask } from '../tours/edit-tour.ts';
import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import { isOrdered, refreshSlot } from './recreate.ts';
import type { Region } from './region.ts';
import { RowAssignment } from './row-assignment.ts';

/** How the costs of an exchange are looked at. */
interface Exchange {
  candidates: readonly number[];
  /** Units by which chance makes an insertion dearer at most. */
  blur: number;
}

const assignment = new RowAssignment();

/**
 * Gives each tour of the region at most one of the tasks that are in none, so that all these insertions together cost
 * least. Whole rings and chains of tours exchange stops in one step, and something heavy comes in where something light
 * goes out. `blur` (units) makes the outcome differ between plans that cost about the same.
 */
export function exchangeStops(
  state: PlanState,
  region: Region,
  tasks: readonly number[],
  blur: number,
  random: Random,
): void {
  const { index } = state;
  const candidates = tasks.filter((task) => !(index.hasOrder && isOrdered(state, task)));
  weighInsertions(state, region, { candidates, blur }, random);
  assignment.solve();
  for (let at = 0; at < candidates.length; at++) {
    const column = assignment.rowOf(at);
    if (column !== NONE) insertAt(state, region, candidates[at] as number, column);
  }
}

/** Rows of the assignment are the tours of the region, columns the candidates. */
function weighInsertions(
  state: PlanState,
  region: Region,
  { candidates, blur }: Exchange,
  random: Random,
): void {
  const { index } = state;
  const { shifts, versions, costs } = region;
  assignment.prepare(shifts.length, candidates.length);
  for (let at = 0; at < candidates.length; at++) {
    const task = candidates[at] as number;
    const row = region.rowOf[task] as number;
    const price = index.tasks.unplacedPrice[task] as number;
    const needsMaterials = index.needsMaterials[task] === 1;
    for (const column of region.columnsOf[row] as Int32Array) {
      const shift = shifts[column] as number;
      const slot = row * shifts.length + column;
      if (versions[slot] !== state.version[shift]) refreshSlot(state, region, task, column, slot);
      const gain = price - (costs[slot] as number);
      if (gain <= 0 || (needsMaterials && !state.ledger.canTake(shift, task))) continue;
      assignment.allow(column, at, blur * random.next() - gain);
    }
  }
}

/** Materials that were enough for one may be too little for two: then the second has to find another place. */
function insertAt(state: PlanState, region: Region, task: number, column: number): void {
  const shift = region.shifts[column] as number;
  if (state.index.needsMaterials[task] === 1 && !state.ledger.canTake(shift, task)) return;
  const place = region.positions[(region.rowOf[task] as number) * region.shifts.length + column] as number;
  placeTask(state, task, shift, place >> 1, (place & 1) === 1);
}
