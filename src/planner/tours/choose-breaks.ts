import type { PlanBreak } from '../problem/plan-problem.ts';
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

/** Two windows of the usual length, and no more, are tried in full. */
const MOST_COMBINATIONS = 25;

/**
 * Works out a tour after its stops changed, with each break that may move where the tour then keeps its limits and costs
 * least; in the middle of its window, when that is no worse.
 */
export function rescheduleTour(state: PlanState, shift: number): void {
  if (hasMovableBreak(state, shift)) chooseBreaks(state, shift);
  scheduleTour(state, shift);
}

/** Whether the shift has a break that may be taken at more than one time. */
export function hasMovableBreak({ index }: PlanState, shift: number): boolean {
  return index.breaksOf[shift]?.some(isMovable) ?? false;
}

/** By its stops alone, whatever it was before: what is worked out for a tour holds for it wherever it is come across. */
function chooseBreaks(state: PlanState, shift: number): void {
  const starts = startsOf(state, shift);
  let best: { worth: Worth; places: readonly number[] } | null = null;
  for (const places of listCombinations(state, shift)) {
    const worth = worthWith(state, shift, places);
    if (best === null || isBetter(worth, best.worth)) best = { worth, places };
    // Nothing is late for the breaks, nor changed: it cannot be had for less.
    if (worth.overrun === 0 && worth.cost <= leastCost(state, shift)) break;
  }
  if (best) setPlaces(state, shift, best.places);
  // What was only tried must not be taken for what was: others hear of starts that moved.
  restoreStarts(state, shift, starts);
}

/**
 * What `look` sees of a tour with its breaks elsewhere, wherever they may be taken and the tour keeps its limits; the state
 * is left as it was.
 */
export function lookWithOtherBreaks(state: PlanState, shift: number, look: () => void): void {
  const { mostBreaks } = state.index;
  const starts = startsOf(state, shift);
  const own = Array.from(state.breakStart.subarray(shift * mostBreaks, (shift + 1) * mostBreaks));
  for (const places of listCombinations(state, shift))
    if (worthWith(state, shift, places).overrun === 0) look();
  worthWith(state, shift, own);
  restoreStarts(state, shift, starts);
}

/**
 * When the breaks of a shift may begin: all combinations, those in the middle of their windows first. Of very many, those in
 * which one break is elsewhere than in the middle, and as it is now.
 */
function listCombinations({ index, breakStart }: PlanState, shift: number): readonly number[][] {
  const windows = (index.breaksOf[shift] ?? []).map(listFromMiddle);
  const count = windows.reduce((product, places) => product * places.length, 1);
  if (count <= MOST_COMBINATIONS)
    return windows.reduce<number[][]>(
      (lists, places) => lists.flatMap((list) => places.map((place) => [...list, place])),
      [[]],
    );
  const middle = windows.map(([place = 0]) => place);
  const { mostBreaks } = index;
  const now = windows.map((_, number) => breakStart[shift * mostBreaks + number] as number);
  const around = (list: readonly number[]) =>
    windows.flatMap((places, number) => places.map((place) => list.with(number, place)));
  return [middle, ...around(middle), ...around(now)];
}

function listFromMiddle(one: PlanBreak): number[] {
  const places = listPlaces(one);
  const middle = (places.length - 1) / 2;
  const farness = new Map(places.map((place, at) => [place, Math.abs(at - middle)]));
  return places.sort((a, b) => (farness.get(a) ?? 0) - (farness.get(b) ?? 0) || a - b);
}

function worthWith(state: PlanState, shift: number, places: readonly number[]): Worth {
  setPlaces(state, shift, places);
  workOutTour(state, shift);
  return judgeTour(state, shift);
}

function setPlaces(state: PlanState, shift: number, places: readonly number[]): void {
  const { index, breakStart } = state;
  places.forEach((place, number) => {
    if (number < index.mostBreaks) breakStart[shift * index.mostBreaks + number] = place;
  });
  applyBreaks(state, shift);
}

/** What the roads, the work and the waiting of a tour cost, whenever its stops begin. */
function leastCost(state: PlanState, shift: number): number {
  const { index, sequence, legHome, legTo } = state;
  const { tasks, shifts } = index;
  const first = shift * index.stride;
  let busy = legHome[shift] as number;
  let waiting = 0;
  for (let place = first; place < first + (state.length[shift] as number); place++) {
    const task = sequence[place] as number;
    busy += (legTo[task] as number) + (tasks.duration[task] as number);
    waiting += (tasks.waitRate[task] as number) * (shifts.waitHours[shift] as number);
  }
  return busy * (shifts.rate[shift] as number) + waiting;
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
