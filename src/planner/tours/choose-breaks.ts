import { NONE } from '../problem/problem-index.ts';
import { hardLatestStart, type PlanState } from './plan-state.ts';
import { applyBreaks, isMovable, listPlaces } from './taken-breaks.ts';
import { scheduleTour, workOutTour } from './tour-schedule.ts';

/** What a tour is worth with its breaks as they are: first that it keeps its limits, then what it costs, then its end. */
interface Worth {
  overrun: number;
  cost: number;
  end: number;
}

/**
 * Works out a tour after its stops changed, with each break that may move where the tour then keeps its limits and costs
 * least; where it was, when that is no worse.
 */
export function rescheduleTour(state: PlanState, shift: number): void {
  if (hasMovableBreak(state, shift)) chooseBreaks(state, shift);
  scheduleTour(state, shift);
}

/** Whether the shift has a break that may be taken at more than one time. */
export function hasMovableBreak({ index }: PlanState, shift: number): boolean {
  return index.breaksOf[shift]?.some(isMovable) ?? false;
}

function chooseBreaks(state: PlanState, shift: number): void {
  const starts = startsOf(state, shift);
  const { index, breakStart } = state;
  index.breaksOf[shift]?.forEach((one, number) => {
    if (!isMovable(one)) return;
    const slot = shift * index.mostBreaks + number;
    let place = breakStart[slot] as number;
    let best = worthAt(state, shift, slot, place);
    for (const other of listPlaces(one)) {
      const worth = worthAt(state, shift, slot, other);
      if (!isBetter(worth, best)) continue;
      best = worth;
      place = other;
    }
    breakStart[slot] = place;
    applyBreaks(state, shift);
  });
  // What was only tried must not be taken for what was: others hear of starts that moved.
  restoreStarts(state, shift, starts);
}

/**
 * What `look` sees of a tour with one of its breaks elsewhere, for each time at which it may be taken; the state is left
 * as it was.
 */
export function lookWithOtherBreaks(state: PlanState, shift: number, look: () => void): void {
  const { index, breakStart } = state;
  const starts = startsOf(state, shift);
  index.breaksOf[shift]?.forEach((one, number) => {
    const slot = shift * index.mostBreaks + number;
    const own = breakStart[slot] as number;
    for (const place of isMovable(one) ? listPlaces(one) : []) {
      if (place === own) continue;
      if (worthAt(state, shift, slot, place).overrun === 0) look();
    }
    worthAt(state, shift, slot, own);
  });
  restoreStarts(state, shift, starts);
}

function worthAt(state: PlanState, shift: number, slot: number, place: number): Worth {
  state.breakStart[slot] = place;
  applyBreaks(state, shift);
  workOutTour(state, shift);
  return judgeTour(state, shift);
}

function judgeTour(state: PlanState, shift: number): Worth {
  const { index, sequence, end, legTo } = state;
  const { tasks, shifts } = index;
  const first = shift * index.stride;
  const count = state.length[shift] as number;
  let overrun = 0;
  let free = NONE;
  let isPinned = true;
  for (let place = first; place < first + count; place++) {
    const task = sequence[place] as number;
    const wasPinned = isPinned;
    isPinned = tasks.pinned[task] !== NONE;
    if (isPinned) {
      const late = free + (legTo[task] as number) - (state.start[task] as number);
      if (!wasPinned) overrun += Math.max(0, late);
    } else {
      const late = (end[task] as number) - (tasks.duration[task] as number) - hardLatestStart(state, task);
      overrun += Math.max(0, late);
    }
    free = end[task] as number;
  }
  const home = free + (state.legHome[shift] as number);
  if (!isPinned) overrun += Math.max(0, home - (shifts.end[shift] as number));
  return { overrun, cost: state.tourCost[shift] as number, end: home };
}

function isBetter(one: Worth, other: Worth): boolean {
  if (one.overrun !== other.overrun) return one.overrun < other.overrun;
  return one.cost === other.cost ? one.end < other.end : one.cost < other.cost;
}

function startsOf(state: PlanState, shift: number): Int32Array {
  const first = shift * state.index.stride;
  return state.sequence
    .slice(first, first + (state.length[shift] as number))
    .map((task) => state.start[task] as number);
}

function restoreStarts(state: PlanState, shift: number, starts: Int32Array): void {
  const first = shift * state.index.stride;
  starts.forEach((start, place) => {
    state.start[state.sequence[first + place] as number] = start;
  });
}
