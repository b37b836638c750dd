import type { PlanState } from './plan-state.ts';
import { NONE } from './problem-index.ts';
import type { Random } from './random.ts';
import { createRegion, listLeftOut, movableTasks, type Region } from './region.ts';

/** Tasks in a region, about; and how many of them may be left out of the plan now. */
const REGION_TASKS = 150;
const LEFT_OUT = 40;
/** How often a region is cut from one day only, and how often around a task that is late or left out. */
const ONE_DAY = 0.3;
const AROUND_TROUBLE = 0.5;
/** Unused shifts, for each tour of a region. */
const UNUSED = 0.3;

/** Cuts a region out of a large plan: the tours nearest to a task, on its day or on all days, and what is left out there. */
export function chooseRegion(state: PlanState, random: Random): Region {
  const { index } = state;
  const seed = chooseSeed(state, random);
  const seedShift = state.shiftOf[seed] as number;
  const day = seedShift !== NONE && random.next() < ONE_DAY ? (index.shifts.day[seedShift] as number) : NONE;
  const near = sortByDistance(state, seed);
  const shifts = new Set<number>();
  const leftOut: number[] = [];
  let size = 0;
  for (const task of near) {
    if (size >= REGION_TASKS) break;
    const shift = state.shiftOf[task] as number;
    if (shift === NONE) {
      if (leftOut.length < LEFT_OUT && index.tasks.pinned[task] === NONE) leftOut.push(task);
    } else if (!shifts.has(shift) && (day === NONE || index.shifts.day[shift] === day)) {
      shifts.add(shift);
      size += state.length[shift] as number;
    }
  }
  for (const shift of chooseUnused(state, seed, Math.ceil(shifts.size * UNUSED), day, random))
    shifts.add(shift);
  const chosen = Int32Array.from(shifts);
  return createRegion(state, chosen, [...movableTasks(state, chosen), ...leftOut]);
}

/** A task from anywhere, or one that costs more than it should: left out, or late. */
function chooseSeed(state: PlanState, random: Random): number {
  const { tasks, taskCount } = state.index;
  if (random.next() < AROUND_TROUBLE) {
    const trouble = listLeftOut(state);
    for (let task = 0; task < taskCount; task++) {
      if (state.shiftOf[task] !== NONE && (state.start[task] as number) > (tasks.dueStart[task] as number)) {
        trouble.push(task);
      }
    }
    if (trouble.length > 0) {
      const seed = trouble[random.below(trouble.length)] as number;
      const before = tasks.after[seed] as number;
      return before !== NONE && random.next() < 0.5 ? before : seed;
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
