import { shiftsFor } from '../problem/able-shifts.ts';
import { NONE } from '../problem/problem-index.ts';
import { hasMovableBreak } from '../tours/choose-breaks.ts';
import { stopCost } from '../tours/costs.ts';
import { endOfWork, firstOpenStart } from '../tours/open-time.ts';
import type { PlanState } from '../tours/plan-state.ts';

/**
 * The part of a plan one search changes: some tours, the tasks in them that are not pinned, and some that are left
 * out. Remembers for each task and tour the cheapest insertion, for as long as the tour stays as it is.
 */
export interface Region {
  shifts: Int32Array;
  tasks: Int32Array;
  /** Row of a task in the arrays below, or `NONE` for tasks of other regions. */
  rowOf: Int32Array;
  /** By row: the places in `shifts` where the task can be done, the one with the lowest bound first. */
  columnsOf: Int32Array[];
  /** Column of a shift, or `NONE`. */
  columnOf: Int32Array;
  /** By row × shifts.length + column: what the task costs there at least, as far as that is known beforehand. */
  bounds: Float64Array;
  /** By row × shifts.length + column: 1 where the task can be done. */
  able: Uint8Array;
  /** By row × shifts.length + column; `positions` is 2 × position, plus 1 when the task is held there. */
  costs: Float64Array;
  positions: Int16Array;
  /** Version of the tour the cost was worked out for. */
  versions: Int32Array;
  /** By row: the other tasks of the region, nearest first; worked out when first asked for. */
  neighbours: (Int32Array | null)[];
}

/** A region of the given shifts and tasks. */
export function createRegion(state: PlanState, shifts: Int32Array, taskList: readonly number[]): Region {
  const { index } = state;
  const tasks = Int32Array.from(taskList);
  const columnOf = new Int32Array(index.shiftCount).fill(NONE);
  shifts.forEach((shift, column) => {
    columnOf[shift] = column;
  });
  const rowOf = new Int32Array(index.taskCount).fill(NONE);
  tasks.forEach((task, row) => {
    rowOf[task] = row;
  });
  const size = tasks.length * shifts.length;
  const bounds = new Float64Array(size);
  const able = new Uint8Array(size);
  const columnsOf = Array.from(tasks, (task, row) => {
    const columns = toColumns(shiftsFor(index, task), columnOf);
    const base = row * shifts.length;
    for (const column of columns) {
      able[base + column] = 1;
      bounds[base + column] = lowerBound(state, task, shifts[column] as number);
    }
    return sortByBound(columns, bounds, base, shifts.length);
  });
  return {
    shifts,
    tasks,
    rowOf,
    columnsOf,
    columnOf,
    bounds,
    able,
    costs: new Float64Array(size),
    positions: new Int16Array(size),
    versions: new Int32Array(size).fill(NONE),
    neighbours: new Array<null>(tasks.length).fill(null),
  };
}

/** All shifts, and all tasks that are not pinned and that somebody could do. */
export function createWholeRegion(state: PlanState): Region {
  return createRegion(
    state,
    allShifts(state),
    movableTasks(state, allShifts(state)).concat(listMissed(state)),
  );
}

/** All shifts, but only the tasks that are left out. */
export function createLeftOutRegion(state: PlanState): Region {
  return createRegion(state, allShifts(state), listLeftOut(state));
}

/** What is not placed and not pinned. */
export function listLeftOut({ index, shiftOf }: PlanState): number[] {
  const leftOut: number[] = [];
  for (let task = 0; task < index.taskCount; task++) {
    if (shiftOf[task] === NONE && index.tasks.pinned[task] === NONE) leftOut.push(task);
  }
  return leftOut;
}

/** What is left out although somebody holds what it takes. */
export function listMissed(state: PlanState): number[] {
  return listLeftOut(state).filter((task) => shiftsFor(state.index, task).length > 0);
}

function allShifts({ index }: PlanState): Int32Array {
  return Int32Array.from({ length: index.shiftCount }, (_, shift) => shift);
}

/** The other tasks of the region by the minutes to them. */
export function neighboursOf(state: PlanState, region: Region, row: number): Int32Array {
  const known = region.neighbours[row];
  if (known) return known;
  const { crewCount, travel } = state.index;
  const from = (crewCount + (region.tasks[row] as number)) * travel.points + crewCount;
  // One number holds leg and task, so that the sort needs no callback.
  const keys = Float64Array.from(
    region.tasks,
    (task) => (travel.minutes[from + task] as number) * 65_536 + task,
  );
  const sorted = Int32Array.from(keys.sort(), (key) => key % 65_536);
  region.neighbours[row] = sorted;
  return sorted;
}

/** The tasks in the tours that are not pinned. */
export function movableTasks(state: PlanState, shifts: Int32Array): number[] {
  const { index, sequence, length } = state;
  const found: number[] = [];
  for (const shift of shifts) {
    const first = shift * index.stride;
    for (let place = first; place < first + (length[shift] as number); place++) {
      const task = sequence[place] as number;
      if (index.tasks.pinned[task] === NONE) found.push(task);
    }
  }
  return found;
}

function toColumns(shifts: Int32Array, columnOf: Int32Array): Int32Array {
  const columns: number[] = [];
  for (const shift of shifts) {
    const column = columnOf[shift] as number;
    if (column !== NONE) columns.push(column);
  }
  return Int32Array.from(columns);
}

/** One number holds bound and column, so that the sort needs no callback; very high bounds count as equal. */
function sortByBound(
  columns: Int32Array,
  bounds: Float64Array,
  base: number,
  columnCount: number,
): Int32Array {
  const highest = Math.floor(Number.MAX_SAFE_INTEGER / columnCount) - 1;
  const keys = Float64Array.from(
    columns,
    (column) => Math.min(highest, Math.floor(bounds[base + column] as number)) * columnCount + column,
  );
  return Int32Array.from(keys.sort(), (key) => key % columnCount);
}

/** Work and what the earliest start costs; the road is never shorter for a stop more, unless a matrix says so. */
function lowerBound(state: PlanState, task: number, shift: number): number {
  const { index } = state;
  if (!index.isMetric) return 0;
  const { tasks, shifts, travel, crewCount } = index;
  const leg = travel.minutes[(shifts.crew[shift] as number) * travel.points + crewCount + task] as number;
  const start = Math.max((shifts.start[shift] as number) + leg, tasks.earliest[task] as number);
  const work = (shifts.rate[shift] as number) * (tasks.duration[task] as number);
  const isSameTimePossible =
    tasks.currentShift[task] !== NONE && start <= (tasks.currentStart[task] as number);
  const duration = tasks.duration[task] as number;
  const costAt = (from: number, end: number) => stopCost(index, task, shift, from, end);
  if (hasMovableBreak(state, shift)) return work + costAt(start, start + duration);
  if (!isSameTimePossible) {
    const begin = firstOpenStart(state, shift, task, start);
    return work + costAt(begin, endOfWork(state, shift, task, begin));
  }
  const current = tasks.currentStart[task] as number;
  return work + Math.min(costAt(start, start + duration), costAt(current, current + duration));
}
