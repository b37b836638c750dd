import { NONE } from '../problem/problem-index.ts';
import { removeMarked } from '../tours/edit-tour.ts';
import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import { isOrdered } from './recreate.ts';
import { neighboursOf, type Region } from './region.ts';

/** Stops taken out of one tour at most [Christiaens and Vanden Berghe 2020]. */
const LONGEST_STRING = 10;
/** How often a step begins at a task that is left out, where there are any. */
const AROUND_LEFT_OUT = 0.5;
/** How often some stops within a string are spared. */
const SPLIT = 0.5;
const SPARE_MORE = 0.01;
/** How often a tour keeps all its stops when every tour is to give one away. */
const KEPT = 0.1;

/** Scratch space of one search. */
export interface Ruin {
  marked: Uint8Array;
  removed: number[];
  tours: number[];
  /** Stops of a tour in use, on average when the search of the region began. */
  averageLength: number;
  /** Stops taken out at a time, on average. */
  size: number;
}

export function createRuin(state: PlanState, region: Region, size: number): Ruin {
  return {
    marked: new Uint8Array(state.index.taskCount),
    removed: [],
    tours: [],
    averageLength: averageLength(state, region),
    size,
  };
}

/**
 * Takes strings of stops out of tours near one another; `ruin.removed` tells which. What waits for them goes as well.
 * Around a task that is left out, only tours that could take it are chosen.
 */
export function ruinStrings(
  state: PlanState,
  region: Region,
  ruin: Ruin,
  leftOut: readonly number[],
  random: Random,
): void {
  begin(ruin);
  const seed = chooseSeed(region, leftOut, random);
  const isLeftOut = state.shiftOf[region.tasks[seed] as number] === NONE;
  const longest = Math.min(LONGEST_STRING, ruin.averageLength);
  const tours = Math.floor(1 + random.next() * Math.max(1, (4 * ruin.size) / (1 + longest) - 1));
  const base = seed * region.shifts.length;
  for (const task of neighboursOf(state, region, seed)) {
    if (ruin.tours.length >= tours) break;
    const shift = state.shiftOf[task] as number;
    if (shift === NONE || ruin.tours.includes(shift)) continue;
    if (isLeftOut && region.able[base + (region.columnOf[shift] as number)] === 0) continue;
    ruin.tours.push(shift);
    const count = state.length[shift] as number;
    const string = Math.floor(1 + random.next() * Math.min(count, longest));
    markString(state, region, ruin, shift, task, string, random);
  }
  finish(state, ruin);
}

function chooseSeed(region: Region, leftOut: readonly number[], random: Random): number {
  if (leftOut.length === 0 || random.next() >= AROUND_LEFT_OUT) return random.below(region.tasks.length);
  return region.rowOf[leftOut[random.below(leftOut.length)] as number] as number;
}

/** Takes out some tasks from anywhere. */
export function ruinRandom(state: PlanState, region: Region, ruin: Ruin, random: Random): void {
  begin(ruin);
  const wanted = 1 + random.below(ruin.size);
  for (let count = 0; count < wanted; count++) {
    const task = region.tasks[random.below(region.tasks.length)] as number;
    if (state.shiftOf[task] !== NONE) mark(state, region, ruin, task);
  }
  finish(state, ruin);
}

/** Takes a stop out of nearly every tour, but none that waits or is waited for. */
export function ruinEveryTour(state: PlanState, region: Region, ruin: Ruin, random: Random): void {
  const { index, sequence, length } = state;
  begin(ruin);
  for (const shift of region.shifts) {
    const count = length[shift] as number;
    if (count === 0 || random.next() < KEPT) continue;
    const task = sequence[shift * index.stride + random.below(count)] as number;
    if (region.rowOf[task] === NONE || (index.hasOrder && isOrdered(state, task))) continue;
    ruin.marked[task] = 1;
    ruin.removed.push(task);
  }
  finish(state, ruin);
}

function begin(ruin: Ruin): void {
  for (const task of ruin.removed) ruin.marked[task] = 0;
  ruin.removed.length = 0;
  ruin.tours.length = 0;
}

function averageLength(state: PlanState, region: Region): number {
  let stops = 0;
  let used = 0;
  for (const shift of region.shifts) {
    const count = state.length[shift] as number;
    stops += count;
    if (count > 0) used += 1;
  }
  return used === 0 ? 1 : stops / used;
}

/** A string of so many stops around `task`; or a longer one of which a part in the middle stays. */
function markString(
  state: PlanState,
  region: Region,
  ruin: Ruin,
  shift: number,
  task: number,
  size: number,
  random: Random,
): void {
  const count = state.length[shift] as number;
  const first = shift * state.index.stride;
  const position = state.sequence.indexOf(task, first) - first;
  let spared = 0;
  if (size < count && size > 1 && random.next() < SPLIT) {
    spared = 1;
    while (size + spared < count && random.next() < SPARE_MORE) spared += 1;
  }
  const span = size + spared;
  const lowest = Math.max(0, position - span + 1);
  const highest = Math.min(position, count - span);
  const begin = lowest + random.below(highest - lowest + 1);
  const sparedFrom = begin + 1 + random.below(Math.max(1, size - 1));
  for (let at = begin; at < begin + span; at++) {
    if (spared > 0 && at >= sparedFrom && at < sparedFrom + spared) continue;
    mark(state, region, ruin, state.sequence[first + at] as number);
  }
}

function mark(state: PlanState, region: Region, ruin: Ruin, task: number): void {
  const { tasks, successorsOf, hasOrder } = state.index;
  if (ruin.marked[task] === 1 || tasks.pinned[task] !== NONE) return;
  if (hasOrder && isWaitedForOutside(state, region, task)) return;
  ruin.marked[task] = 1;
  ruin.removed.push(task);
  if (!hasOrder) return;
  for (const next of successorsOf[task] as Int32Array) {
    if (state.shiftOf[next] !== NONE) mark(state, region, ruin, next);
  }
}

/** Whether a task of another region would have to go as well. */
function isWaitedForOutside(state: PlanState, region: Region, task: number): boolean {
  for (const next of state.index.successorsOf[task] as Int32Array) {
    if (state.shiftOf[next] === NONE || state.index.tasks.pinned[next] !== NONE) continue;
    if (region.rowOf[next] === NONE || isWaitedForOutside(state, region, next)) return true;
  }
  return false;
}

function finish(state: PlanState, ruin: Ruin): void {
  for (const task of ruin.removed) {
    const shift = state.shiftOf[task] as number;
    if (shift !== NONE) removeMarked(state, shift, ruin.marked);
  }
}
