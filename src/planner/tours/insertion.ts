import type { Span } from '../problem/plan-problem.ts';
import { NEVER, NONE, type ProblemIndex } from '../problem/problem-index.ts';
import { hasMovableBreak, lookWithOtherBreaks } from './choose-breaks.ts';
import { stopCost } from './costs.ts';
import { endOfWork, firstOpenStart } from './open-time.ts';
import { hardLatestStart, type PlanState, readyTime } from './plan-state.ts';

/** The best place found by `findInsertion`; one object, written anew by each search, so that none is allocated. */
export interface Insertion {
  /** Units more than without the task, without the saved price of leaving it out; infinite when there is no place. */
  cost: number;
  position: number;
  start: number;
  /** When its work is over, with the breaks that interrupt it. */
  end: number;
  /** Breaks for which its work would be stopped, where they would not be as they are now; else null. */
  pauses: Span[] | null;
  /** Whether it waits there for its announced time. */
  held: boolean;
}

export function createInsertion(): Insertion {
  return { cost: Infinity, position: NONE, start: NONE, end: NONE, pauses: null, held: false };
}

/**
 * Finds the cheapest place for a task in a tour and writes it to `found`. Skills, workers and materials are the
 * caller's to check. In the shift it was announced in, waiting for the announced time is tried beside starting early;
 * where there is no place, breaks that may move are tried at other times.
 */
export function findInsertion(state: PlanState, task: number, shift: number, found: Insertion): void {
  found.cost = Infinity;
  found.position = NONE;
  scanTour(state, task, shift, found);
  if (found.cost < Infinity || state.index.mostBreaks === 0 || !hasMovableBreak(state, shift)) return;
  lookWithOtherBreaks(state, shift, () => scanTour(state, task, shift, found));
}

function scanTour(state: PlanState, task: number, shift: number, found: Insertion): void {
  const { tasks } = state.index;
  if ((state.spare[shift] as number) < (tasks.duration[task] as number)) return;
  if (tasks.currentShift[task] === shift) {
    scanPositions(state, task, shift, true, 0, NEVER, found);
    if (readyTime(state, task, true) === readyTime(state, task, false)) return;
  }
  scanPositions(state, task, shift, false, 0, NEVER, found);
}

/** Works out one position of a tour, as `findInsertion` does all. */
export function judgePosition(
  state: PlanState,
  task: number,
  shift: number,
  position: number,
  held: boolean,
  found: Insertion,
): void {
  found.cost = Infinity;
  found.position = NONE;
  scanPositions(state, task, shift, held, position, position, found);
}

function scanPositions(
  state: PlanState,
  task: number,
  shift: number,
  held: boolean,
  from: number,
  to: number,
  found: Insertion,
): void {
  const { index, sequence, end, latest } = state;
  const { tasks, shifts, crewCount } = index;
  const { minutes, points } = index.travel;
  const first = shift * index.stride;
  const count = state.length[shift] as number;
  const duration = tasks.duration[task] as number;
  const rate = shifts.rate[shift] as number;
  const shiftEnd = shifts.end[shift] as number;
  const ready = readyTime(state, task, held);
  const limit = hardLatestStart(state, task);
  const rowOut = (crewCount + task) * points;
  const column = crewCount + task;
  let point = shifts.crew[shift] as number;
  const shiftStart = shifts.start[shift] as number;
  let time = shiftStart;
  const last = Math.min(count, to);
  for (let position = Math.max(from, firstPosition(state, task, shift)); position <= last; position++) {
    if (position > 0) {
      const previous = sequence[first + position - 1] as number;
      point = crewCount + previous;
      // Pinned work may be over before the tour begins, of a crew that comes late.
      time = Math.max(shiftStart, end[previous] as number);
    }
    if (time > limit) return;
    const next = position < count ? (sequence[first + position] as number) : NONE;
    const nextPoint = next === NONE ? (shifts.crew[shift] as number) : crewCount + next;
    const nextLatest = next === NONE ? shiftEnd : (latest[next] as number);
    if (nextLatest < ready + duration) continue;
    const legTo = minutes[point * points + column] as number;
    const legFrom = minutes[rowOut + nextPoint] as number;
    const begin = firstOpenStart(state, shift, task, Math.max(time + legTo, ready));
    const over = endOfWork(state, shift, task, begin);
    const arrival = over + legFrom;
    if (over - duration > limit || arrival > nextLatest) continue;
    const legGone = legBefore(state, shift, next, count);
    let cost = rate * (legTo + legFrom - legGone + duration) + stopCost(index, task, shift, begin, over);
    if (cost >= found.cost) continue;
    if (next !== NONE && arrival > (state.softLatest[next] as number)) {
      cost += delayCost(state, shift, position, arrival);
      if (cost >= found.cost) continue;
    }
    found.cost = cost;
    found.position = position;
    found.start = begin;
    found.end = over;
    found.held = held;
  }
}

/** The leg an insertion before `next`, or at the end, does away with; an empty tour has none. */
function legBefore(state: PlanState, shift: number, next: number, count: number): number {
  if (next !== NONE) return state.legTo[next] as number;
  return count === 0 ? 0 : (state.legHome[shift] as number);
}

/** Behind what it waits for, if that is in the same tour. */
function firstPosition(state: PlanState, task: number, shift: number): number {
  if (!state.index.hasOrder) return 0;
  const before = state.index.tasks.after[task] as number;
  if (before === NONE || state.shiftOf[before] !== shift) return 0;
  const first = shift * state.index.stride;
  for (let position = 0; position < (state.length[shift] as number); position++) {
    if (state.sequence[first + position] === before) return position + 1;
  }
  return 0;
}

/** What it costs the stops from `position` on that the first of them is reached at `arrival`. */
function delayCost(state: PlanState, shift: number, position: number, arrival: number): number {
  const { index, sequence, start, end } = state;
  const first = shift * index.stride;
  const behind = first + (state.length[shift] as number);
  let time = arrival;
  let cost = 0;
  for (let place = first + position; place < behind; place++) {
    const task = sequence[place] as number;
    const before = start[task] as number;
    if (time <= before || index.tasks.pinned[task] !== NONE) return cost;
    const begin = firstOpenStart(state, shift, task, time);
    if (begin === before) return cost;
    const over = endOfWork(state, shift, task, begin);
    cost += stopCost(index, task, shift, begin, over);
    cost -= stopCost(index, task, shift, before, end[task] as number);
    if (place + 1 < behind) {
      const next = sequence[place + 1] as number;
      time = over + (state.legTo[next] as number);
    }
  }
  return cost;
}

/** Whether what a task waits for is placed, or nothing is waited for. */
export function isReady({ tasks }: ProblemIndex, state: PlanState, task: number): boolean {
  const before = tasks.after[task] as number;
  return before === NONE || state.shiftOf[before] !== NONE;
}
