import type { Span } from '../problem/plan-problem.ts';
import type { PlanState } from './plan-state.ts';

/** Times in which a tour does no work: `closed` to all work, and `pauses`, for which work is stopped and goes on behind. */
type Spans = readonly Span[] | null;

/** The first minute from `time` on at which the task can begin and overlaps no closed span of the shift or its own. */
export function firstOpenStart(state: PlanState, shift: number, task: number, time: number): number {
  const ofShift = state.closedOf[shift] as Spans;
  const ofTask = state.index.taskClosed[task] as Spans;
  const pauses = state.pausesOf[shift] as Spans;
  if (ofShift === null && ofTask === null && pauses === null) return time;
  const duration = state.index.tasks.duration[task] as number;
  let start = time;
  for (;;) {
    const before = start;
    if (pauses !== null) start = leavePause(pauses, start);
    if (ofShift !== null) start = pushLater(ofShift, pauses, start, duration);
    if (ofTask !== null) start = pushLater(ofTask, pauses, start, duration);
    if (start === before) return start;
  }
}

/** When the work of a task that is not pinned is over if it begins at an open `start`. */
export function endOfWork(state: PlanState, shift: number, task: number, start: number): number {
  const duration = state.index.tasks.duration[task] as number;
  const pauses = state.pausesOf[shift] as Spans;
  return pauses === null ? start + duration : endAround(pauses, start, duration);
}

/** The last minute at which the task can begin to be over by `end`, and overlaps no closed span. */
export function lastOpenStart(state: PlanState, shift: number, task: number, end: number): number {
  const ofShift = state.closedOf[shift] as Spans;
  const ofTask = state.index.taskClosed[task] as Spans;
  const pauses = state.pausesOf[shift] as Spans;
  const duration = state.index.tasks.duration[task] as number;
  let start = pauses === null ? end - duration : startBefore(pauses, end, duration);
  if (ofShift === null && ofTask === null) return start;
  for (;;) {
    const before = start;
    if (ofShift !== null) start = pushEarlier(ofShift, pauses, start, duration);
    if (ofTask !== null) start = pushEarlier(ofTask, pauses, start, duration);
    if (start === before) return start;
  }
}

function leavePause(pauses: readonly Span[], time: number): number {
  for (let index = 0; index < pauses.length; index++) {
    const { start, end } = pauses[index] as Span;
    if (time >= start && time < end) return end;
  }
  return time;
}

function endAround(pauses: readonly Span[], start: number, duration: number): number {
  let end = start + duration;
  for (let index = 0; index < pauses.length; index++) {
    const pause = pauses[index] as Span;
    if (pause.end <= start) continue;
    if (pause.start >= end) return end;
    end += pause.end - pause.start;
  }
  return end;
}

/** Work backwards from `end`; a pause that lies in between is not worked in, nor begun in. */
function startBefore(pauses: readonly Span[], end: number, duration: number): number {
  let free = end;
  let left = duration;
  for (let index = pauses.length - 1; index >= 0; index--) {
    const pause = pauses[index] as Span;
    if (pause.start >= free) continue;
    const worked = Math.max(0, free - pause.end);
    if (worked >= left && left > 0) return free - left;
    left -= worked;
    free = pause.start;
  }
  return free - left;
}

function pushLater(closed: readonly Span[], pauses: Spans, time: number, duration: number): number {
  let start = time;
  for (let index = 0; index < closed.length; index++) {
    const span = closed[index] as Span;
    if (start < span.end && endFrom(pauses, start, duration) > span.start) start = span.end;
  }
  return start;
}

function pushEarlier(closed: readonly Span[], pauses: Spans, time: number, duration: number): number {
  let start = time;
  for (let index = closed.length - 1; index >= 0; index--) {
    const span = closed[index] as Span;
    if (start < span.end && endFrom(pauses, start, duration) > span.start)
      start = pauses === null ? span.start - duration : startBefore(pauses, span.start, duration);
  }
  return start;
}

function endFrom(pauses: Spans, start: number, duration: number): number {
  return pauses === null ? start + duration : endAround(pauses, start, duration);
}
