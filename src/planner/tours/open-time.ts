import type { Span } from '../problem/plan-problem.ts';
import type { ProblemIndex } from '../problem/problem-index.ts';

/** The first minute from `time` on at which the task's work overlaps no closed span of the shift or its own. */
export function firstOpenStart(index: ProblemIndex, shift: number, task: number, time: number): number {
  return pushUntilOpen(index, shift, task, time, pushLater);
}

/** The last minute up to `time` at which the task's work overlaps no closed span. */
export function lastOpenStart(index: ProblemIndex, shift: number, task: number, time: number): number {
  return pushUntilOpen(index, shift, task, time, pushEarlier);
}

type Push = (closed: readonly Span[], time: number, duration: number) => number;

function pushUntilOpen(index: ProblemIndex, shift: number, task: number, time: number, push: Push): number {
  const ofShift = index.shiftClosed[shift] as readonly Span[] | null;
  const ofTask = index.taskClosed[task] as readonly Span[] | null;
  if (ofShift === null && ofTask === null) return time;
  const duration = index.tasks.duration[task] as number;
  let start = time;
  for (;;) {
    const before = start;
    if (ofShift !== null) start = push(ofShift, start, duration);
    if (ofTask !== null) start = push(ofTask, start, duration);
    if (start === before) return start;
  }
}

function pushLater(closed: readonly Span[], time: number, duration: number): number {
  let start = time;
  for (let index = 0; index < closed.length; index++) {
    const span = closed[index] as Span;
    if (start < span.end && start + duration > span.start) start = span.end;
  }
  return start;
}

function pushEarlier(closed: readonly Span[], time: number, duration: number): number {
  let start = time;
  for (let index = closed.length - 1; index >= 0; index--) {
    const span = closed[index] as Span;
    if (start < span.end && start + duration > span.start) start = span.start - duration;
  }
  return start;
}
