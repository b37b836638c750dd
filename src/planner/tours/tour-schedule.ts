import { NEVER, NONE } from '../problem/problem-index.ts';
import { lastEndOfSameCost, stopCost } from './costs.ts';
import { endOfWork, firstOpenStart, lastOpenStart } from './open-time.ts';
import { hardLatestStart, type PlanState, readyTime } from './plan-state.ts';

/**
 * Works out a tour after its stops changed: every stop as early as it can be, pinned ones when they are pinned, then
 * from the back how much later each could start. Tours with tasks that wait for one another follow, as starts move.
 */
export function scheduleTour(state: PlanState, shift: number): void {
  const moved = scheduleForward(state, shift);
  scheduleBackward(state, shift);
  state.version[shift] = ++state.lastVersion;
  if (moved) followOrder(state, shift);
}

/** The times and the cost of a tour alone: nobody who depends on them hears of it. */
export function workOutTour(state: PlanState, shift: number): void {
  scheduleForward(state, shift);
  scheduleBackward(state, shift);
}

/** True when a start moved that tasks of other tours depend on. */
function scheduleForward(state: PlanState, shift: number): boolean {
  const { index, sequence, start, end } = state;
  const { tasks, shifts, travel, crewCount, hasOrder } = index;
  const first = shift * index.stride;
  const count = state.length[shift] as number;
  const crew = shifts.crew[shift] as number;
  let row = crew * travel.points + crewCount;
  const shiftStart = shifts.start[shift] as number;
  let time = shiftStart;
  let busy = 0;
  let cost = 0;
  let moved = false;
  let hasPin = false;
  for (let place = first; place < first + count; place++) {
    const task = sequence[place] as number;
    const leg = travel.minutes[row + task] as number;
    const ready = Math.max(time + leg, readyTime(state, task, state.held[task] === 1));
    const pinned = tasks.pinned[task] !== NONE;
    hasPin ||= pinned;
    const begin = pinned ? (tasks.currentStart[task] as number) : firstOpenStart(state, shift, task, ready);
    const over = pinned
      ? begin + (tasks.duration[task] as number) + (tasks.paused[task] as number)
      : endOfWork(state, shift, task, begin);
    if (hasOrder && (start[task] !== begin || end[task] !== over)) moved = true;
    start[task] = begin;
    end[task] = over;
    state.legTo[task] = leg;
    busy += leg + (tasks.duration[task] as number);
    cost += stopCost(index, task, shift, begin, over);
    // Pinned work may be over before the tour begins, of a crew that comes late.
    time = Math.max(shiftStart, over);
    row = (crewCount + task) * travel.points + crewCount;
  }
  const home = count === 0 ? 0 : (travel.minutes[row - crewCount + crew] as number);
  state.legHome[shift] = home;
  state.spare[shift] = hasPin ? NEVER : (shifts.workable[shift] as number) - busy - home;
  const total = cost + (busy + home) * (shifts.rate[shift] as number);
  state.cost += total - (state.tourCost[shift] as number);
  state.tourCost[shift] = total;
  return moved;
}

function scheduleBackward(state: PlanState, shift: number): void {
  const { index, sequence } = state;
  const { tasks, shifts } = index;
  const first = shift * index.stride;
  let hard = (shifts.end[shift] as number) - (state.legHome[shift] as number);
  let soft = NEVER;
  for (let place = first + (state.length[shift] as number) - 1; place >= first; place--) {
    const task = sequence[place] as number;
    const duration = tasks.duration[task] as number;
    const begin = state.start[task] as number;
    if (tasks.pinned[task] !== NONE) {
      hard = begin;
      soft = begin;
    } else {
      hard = lastOpenStart(state, shift, task, Math.min(hard, hardLatestStart(state, task) + duration));
      const same = lastEndOfSameCost(index, task, shift, begin, state.end[task] as number);
      soft = lastOpenStart(state, shift, task, Math.min(soft, same));
    }
    state.latest[task] = hard;
    state.softLatest[task] = soft;
    hard -= state.legTo[task] as number;
    soft -= state.legTo[task] as number;
  }
}

/** Tasks that wait may start at other times now, and those they wait for may have to be done by other times. */
function followOrder(state: PlanState, shift: number): void {
  const { index } = state;
  const first = shift * index.stride;
  const affected = new Set<number>();
  for (let place = first; place < first + (state.length[shift] as number); place++) {
    const task = state.sequence[place] as number;
    for (const next of index.successorsOf[task] as Int32Array) affected.add(state.shiftOf[next] as number);
    const before = index.tasks.after[task] as number;
    if (before !== NONE) affected.add(state.shiftOf[before] as number);
  }
  affected.delete(NONE);
  affected.delete(shift);
  for (const other of affected) {
    state.beforeChange?.(other);
    scheduleTour(state, other);
  }
}
