import { shiftsFor } from '../problem/able-shifts.ts';
import { NONE, type ProblemIndex } from '../problem/problem-index.ts';
import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import type { KnownTour } from '../tours/tour-pool.ts';

const HALFWAY = 0.5;

/**
 * The same problem, but no task waits for another: instead each has a window, so that tours that keep to the windows
 * keep to the order as well, whichever of them are put together.
 */
export function withoutOrder(index: ProblemIndex): ProblemIndex {
  const { tasks } = index;
  return {
    ...index,
    hasOrder: false,
    successorsOf: index.successorsOf.map(() => new Int32Array(0)),
    tasks: {
      ...tasks,
      earliest: tasks.earliest.slice(),
      latestStart: tasks.latestStart.slice(),
      after: tasks.after.slice().fill(NONE),
    },
  };
}

/**
 * Sets the windows: what is waited for has to end halfway between the two in a plan, or by a chosen minute when it
 * leaves one of them out. What waits for something nobody can do is closed.
 */
export function setWindows(unordered: ProblemIndex, state: PlanState, random: Random): void {
  const { index } = state;
  const { after, afterMinutes, duration } = index.tasks;
  const { earliest, latestStart } = unordered.tasks;
  earliest.set(index.tasks.earliest);
  latestStart.set(index.tasks.latestStart);
  for (let task = 0; task < index.taskCount; task++) {
    const before = after[task] as number;
    if (before === NONE) continue;
    if (!isDoable(state, before)) {
      latestStart[task] = NONE;
      continue;
    }
    const end = chooseEnd(state, before, task, random);
    latestStart[before] = Math.min(latestStart[before] as number, end - (duration[before] as number));
    earliest[task] = Math.max(earliest[task] as number, end + (afterMinutes[task] as number));
  }
}

/** By when a task has to end so that another can follow it. */
function chooseEnd(state: PlanState, before: number, task: number, random: Random): number {
  const { index, shiftOf, start, end } = state;
  const { earliest, latestStart, duration, afterMinutes, pinned } = index.tasks;
  const minutes = afterMinutes[task] as number;
  const planned = end[before] as number;
  if (pinned[before] !== NONE) return planned;
  const isFollowed = shiftOf[task] !== NONE;
  const isPlanned = shiftOf[before] !== NONE && isFollowed;
  const first = isPlanned ? planned : (earliest[before] as number) + (duration[before] as number);
  const latest = Math.min(lastEnd(index, task) - (duration[task] as number), latestStart[task] as number);
  const last = (isFollowed ? (start[task] as number) : latest) - minutes;
  const share = isPlanned ? HALFWAY : random.next();
  return first + Math.floor(share * Math.max(0, last - first));
}

function lastEnd(index: ProblemIndex, task: number): number {
  return shiftsFor(index, task).reduce((last, shift) => Math.max(last, index.shifts.end[shift] as number), 0);
}

function isDoable({ index, shiftOf }: PlanState, task: number): boolean {
  return shiftOf[task] !== NONE || (index.tasks.pinned[task] === NONE && shiftsFor(index, task).length > 0);
}

/** Whether every stop of a tour keeps to its window. */
export function keepsWindows(
  { tasks: { duration, earliest, latestStart } }: ProblemIndex,
  tour: KnownTour,
): boolean {
  for (let place = 0; place < tour.tasks.length; place++) {
    const task = tour.tasks[place] as number;
    const start = tour.starts[place] as number;
    const latest = (tour.ends[place] as number) - (duration[task] as number);
    if (start < (earliest[task] as number) || latest > (latestStart[task] as number)) return false;
  }
  return true;
}
