import { NONE } from '../problem/problem-index.ts';
import { costOfWaiting } from '../tours/costs.ts';
import { placeTask } from '../tours/edit-tour.ts';
import { createInsertion, findInsertion, isReady } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import type { Region } from './region.ts';

/** How often a place is overlooked, so that the same greedy insertion does not always end the same way. */
const BLINK = 0.01;
const insertion = createInsertion();

/** What is to be inserted, and where. */
export interface Recreation {
  tasks: readonly number[];
  /** 1 for tasks that were left out before: they had no place then, so only tours that changed since are tried. */
  wasLeftOut: Uint8Array;
  /** The tours that changed, this insertion included. */
  touched: readonly number[];
}

/**
 * Inserts the tasks one after the other, each where it costs least, overlooking a tour now and then [Christiaens and
 * Vanden Berghe 2020]. Leaves out what has no place, or only one dearer than leaving it out.
 */
export function recreate(state: PlanState, region: Region, recreation: Recreation, random: Random): void {
  let waiting = recreation.tasks;
  while (waiting.length > 0) {
    const later: number[] = [];
    let placed = false;
    for (const task of waiting) {
      if (!isReady(state.index, state, task)) later.push(task);
      else if (insertAtBest(state, region, task, recreation, random)) placed = true;
    }
    if (!placed) return;
    waiting = later;
  }
}

function insertAtBest(
  state: PlanState,
  region: Region,
  task: number,
  { wasLeftOut, touched }: Recreation,
  random: Random,
): boolean {
  const { index } = state;
  const fresh = index.hasOrder && isOrdered(state, task);
  const needsMaterials = index.needsMaterials[task] === 1;
  const column =
    wasLeftOut[task] === 1 && !needsMaterials && !fresh
      ? cheapestTouched(state, region, task, touched, random)
      : cheapest(state, region, task, fresh, random);
  if (column === NONE) return false;
  const place = region.positions[(region.rowOf[task] as number) * region.shifts.length + column] as number;
  placeTask(state, task, region.shifts[column] as number, place >> 1, (place & 1) === 1);
  return true;
}

function cheapest(state: PlanState, region: Region, task: number, fresh: boolean, random: Random): number {
  const { shifts, versions, costs, bounds } = region;
  const row = region.rowOf[task] as number;
  const base = row * shifts.length;
  const columns = region.columnsOf[row] as Int32Array;
  const needsMaterials = state.index.needsMaterials[task] === 1;
  let best = state.index.tasks.unplacedPrice[task] as number;
  let column = NONE;
  for (let at = 0; at < columns.length; at++) {
    const candidate = columns[at] as number;
    const shift = shifts[candidate] as number;
    const slot = base + candidate;
    if ((bounds[slot] as number) >= best) break;
    if (versions[slot] !== state.version[shift] || fresh) refreshSlot(state, region, task, candidate, slot);
    const cost = costs[slot] as number;
    if (cost >= best || random.next() < BLINK) continue;
    if (needsMaterials && !state.ledger.canTake(shift, task)) continue;
    best = cost;
    column = candidate;
  }
  return column;
}

function cheapestTouched(
  state: PlanState,
  region: Region,
  task: number,
  touched: readonly number[],
  random: Random,
): number {
  const base = (region.rowOf[task] as number) * region.shifts.length;
  let best = state.index.tasks.unplacedPrice[task] as number;
  let column = NONE;
  for (let at = 0; at < touched.length; at++) {
    const shift = touched[at] as number;
    const candidate = region.columnOf[shift] as number;
    const slot = base + candidate;
    if (candidate === NONE || region.able[slot] === 0) continue;
    if (region.versions[slot] !== state.version[shift]) refreshSlot(state, region, task, candidate, slot);
    const cost = region.costs[slot] as number;
    if (cost >= best || random.next() < BLINK) continue;
    best = cost;
    column = candidate;
  }
  return column;
}

/** Works out the cheapest insertion into a tour anew and remembers it. */
export function refreshSlot(
  state: PlanState,
  region: Region,
  task: number,
  column: number,
  slot: number,
): void {
  const shift = region.shifts[column] as number;
  findInsertion(state, task, shift, insertion);
  region.costs[slot] = withWaiting(state, task);
  region.positions[slot] = insertion.position * 2 + (insertion.held ? 1 : 0);
  region.versions[slot] = state.version[shift] as number;
}

/** What waits for it makes a place dearer, but none that pays dearer than leaving the task out: then nothing were gained. */
function withWaiting(state: PlanState, task: number): number {
  const { cost, end } = insertion;
  const price = state.index.tasks.unplacedPrice[task] as number;
  return Math.max(cost, Math.min(cost + costOfWaiting(state, task, end), price - 1));
}

/** Where a task that waits or is waited for can go depends on more than the tour: nothing is remembered. */
export function isOrdered({ index }: PlanState, task: number): boolean {
  return index.tasks.after[task] !== NONE || (index.successorsOf[task] as Int32Array).length > 0;
}
