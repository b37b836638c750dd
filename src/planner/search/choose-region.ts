import { shiftsFor } from '../problem/able-shifts.ts';
import { NONE } from '../problem/problem-index.ts';
import { isLate, type PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import { createRegion, listLeftOut, movableTasks, type Region } from './region.ts';

/** Tasks in a region, about; and how many of them may be left out of the plan now. */
const REGION_TASKS = 150;
const LEFT_OUT = 40;
/** How often a region is cut from one day only, and how often around a task that is late or left out. */
const ONE_DAY = 0.3;
const AROUND_TROUBLE = 0.5;
/** How often around the task it waits for instead. */
const AROUND_CAUSE = 0.5;
/** Unused shifts, for each tour of a region. */
const UNUSED = 0.3;

/**
 * Cuts a region out of a large plan: the tours nearest to a task, on its day or on all days, and what is left out there.
 * Around a task that is left out or late, half of the region are tours that could take it in time.
 */
export function chooseRegion(state: PlanState, random: Random): Region {
  const { index } = state;
  const seed = chooseSeed(state, random);
  const seedShift = state.shiftOf[seed] as number;
  const day = seedShift !== NONE && random.next() < ONE_DAY ? (index.shifts.day[seedShift] as number) : NONE;
  const near = sortByDistance(state, seed);
  const shifts = new Set<number>();
  if (seedShift === NONE || isLate(state, seed)) {
    const due = index.tasks.dueStart[seed] as number;
    const able = new Set(
      shiftsFor(index, seed).filter((shift) => (index.shifts.start[shift] as number) < due),
    );
    addTours(state, near, shifts, REGION_TASKS / 2, (shift) => able.has(shift));
  }
  addTours(state, near, shifts, REGION_TASKS, (shift) => day === NONE || index.shifts.day[shift] === day);
  addPartners(state, shifts);
  const unused = chooseUnused(state, seed, Math.ceil(shifts.size * UNUSED), day, random);
  const chosen = Int32Array.from([...shifts, ...unused]);
  const leftOut = listLeftOut(state);
  const nearLeftOut =
    leftOut.length <= LEFT_OUT
      ? leftOut
      : Array.from(near)
          .filter((task) => isLeftOut(state, task))
          .slice(0, LEFT_OUT);
  return createRegion(state, chosen, [...movableTasks(state, chosen), ...nearLeftOut]);
}

function isLeftOut({ shiftOf, index }: PlanState, task: number): boolean {
  return shiftOf[task] === NONE && index.tasks.pinned[task] === NONE;
}

/** Adds the tours of tasks that wait for one of the region's, or are waited for: neither can move without the other. */
function addPartners(state: PlanState, shifts: Set<number>): void {
  const { tasks, successorsOf, hasOrder } = state.index;
  if (!hasOrder) return;
  for (const task of movableTasks(state, Int32Array.from(shifts))) {
    for (const partner of [tasks.after[task] as number, ...(successorsOf[task] as Int32Array)]) {
      const shift = partner === NONE ? NONE : (state.shiftOf[partner] as number);
      if (shift !== NONE) shifts.add(shift);
    }
  }
}

/** Adds the tours of the tasks, in their order, until there are so many stops in all. */
function addTours(
  state: PlanState,
  tasks: Int32Array,
  shifts: Set<number>,
  wanted: number,
  isWanted: (shift: number) => boolean,
): void {
  let size = 0;
  for (const shift of shifts) size += state.length[shift] as number;
  for (const task of tasks) {
    if (size >= wanted) return;
    const shift = state.shiftOf[task] as number;
    if (shift === NONE || shifts.has(shift) || !isWanted(shift)) continue;
    shifts.add(shift);
    size += state.length[shift] as number;
  }
}

/** A task from anywhere, or one that costs more than it should: left out, or late. */
function chooseSeed(state: PlanState, random: Random): number {
  const { tasks, taskCount } = state.index;
  if (random.next() < AROUND_TROUBLE) {
    const trouble = listLeftOut(state);
    for (let task = 0; task < taskCount; task++) {
      if (isLate(state, task)) trouble.push(task);
    }
    if (trouble.length > 0) {
      const seed = trouble[random.below(trouble.length)] as number;
      const before = tasks.after[seed] as number;
      return before !== NONE && random.next() < AROUND_CAUSE ? before : seed;
    }
  }
  return random.below(taskCount);
}

function sortByDistance({ index }: PlanState, seed: number): Int32Array {
  const { travel, crewCount, taskCount } = index;
  const row = (crewCount + seed) * travel.points + crewCount;
  const keys = new Float64Array(taskCount);
  for (let task = 0; task < taskCount; task++) {
    keys[task] = (travel.minutes[row + task] as number) * 65_536 + task;
  }
  keys.sort();
  const sorted = new Int32Array(taskCount);
  for (let place = 0; place < taskCount; place++) sorted[place] = (keys[place] as number) % 65_536;
  return sorted;
}

/** Shifts without stops, of crews whose depot is near. */
function chooseUnused(state: PlanState, seed: number, wanted: number, day: number, random: Random): number[] {
  const { index } = state;
  const { travel, crewCount, shiftCount, shifts } = index;
  const unused: { shift: number; distance: number }[] = [];
  for (let shift = 0; shift < shiftCount; shift++) {
    if (state.length[shift] !== 0 || (day !== NONE && shifts.day[shift] !== day)) continue;
    const leg = travel.minutes[(shifts.crew[shift] as number) * travel.points + crewCount + seed] as number;
    unused.push({ shift, distance: leg + 20 * random.next() });
  }
  return unused
    .sort((a, b) => a.distance - b.distance)
    .slice(0, wanted)
    .map(({ shift }) => shift);
}
