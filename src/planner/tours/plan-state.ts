import { NEVER, NONE, type ProblemIndex } from '../problem/problem-index.ts';
import { StockLedger } from './stock-ledger.ts';
import { createTakenBreaks, type TakenBreaks } from './taken-breaks.ts';

/**
 * A plan while it is being searched: the stops of each tour in order, and what `scheduleTour` works out from them.
 * Arrays are by shift or by task index; those of a tour's stops are valid only while the task is in the tour.
 */
export interface PlanState extends TakenBreaks {
  /** Stops of a tour: `sequence[shift * stride + position]`. */
  sequence: Int32Array;
  length: Int32Array;
  /** The tour a task is in, or `NONE`. */
  shiftOf: Int32Array;
  /** 1 when an announced task waits for its announced time rather than start earlier. */
  held: Uint8Array;
  start: Int32Array;
  /** When the work is over, with the breaks that interrupt it. */
  end: Int32Array;
  /** Latest start with which everything behind it is still in time for what cannot be missed. */
  latest: Int32Array;
  /** Latest start with which nothing from here on costs more than it does. */
  softLatest: Int32Array;
  /** Minutes on the road to a task from the stop before it; and of a tour from its last stop to the depot. */
  legTo: Int32Array;
  legHome: Int32Array;
  /** Upper bound of the minutes of work a tour has room for; `NEVER` when that is not known. */
  spare: Int32Array;
  /** Changes whenever the tour changes and never has the same value for two states of a tour. */
  version: Int32Array;
  lastVersion: number;
  /** Units of 1/60 cent: of each tour, and of all tours and what is left out. */
  tourCost: Float64Array;
  cost: number;
  ledger: StockLedger;
  /** Called with each tour before it changes, so that the change can be taken back. */
  beforeChange: ((shift: number) => void) | null;
}

/** Nothing placed, not even what is pinned. */
export function createPlanState(index: ProblemIndex): PlanState {
  const { taskCount, shiftCount } = index;
  const state: PlanState = {
    ...createTakenBreaks(index),
    sequence: new Int32Array(shiftCount * index.stride).fill(NONE),
    length: new Int32Array(shiftCount),
    shiftOf: new Int32Array(taskCount).fill(NONE),
    held: new Uint8Array(taskCount),
    start: new Int32Array(taskCount),
    end: new Int32Array(taskCount),
    latest: new Int32Array(taskCount),
    softLatest: new Int32Array(taskCount),
    legTo: new Int32Array(taskCount),
    legHome: new Int32Array(shiftCount),
    spare: new Int32Array(shiftCount).fill(NEVER),
    version: Int32Array.from({ length: shiftCount }, (_, shift) => shift),
    lastVersion: shiftCount,
    tourCost: new Float64Array(shiftCount),
    cost: index.tasks.unplacedPrice.reduce((sum, price) => sum + price, 0),
    ledger: new StockLedger(index),
    beforeChange: null,
  };
  return state;
}

/** The stops of a tour, in order. */
export function stopsOf(state: PlanState, shift: number): Int32Array {
  const first = shift * state.index.stride;
  return state.sequence.subarray(first, first + (state.length[shift] as number));
}

/** Whether a task is placed, and ends after its due time; one without a due time never is. */
export function isLate({ shiftOf, end, index }: PlanState, task: number): boolean {
  const { dueStart, duration } = index.tasks;
  return (
    shiftOf[task] !== NONE && (end[task] as number) - (duration[task] as number) > (dueStart[task] as number)
  );
}

/** The earliest minute a task may start: its own, the announced one when it is held, and after what it waits for. */
export function readyTime(state: PlanState, task: number, held: boolean): number {
  const { tasks, hasOrder } = state.index;
  let ready = tasks.earliest[task] as number;
  if (held) ready = Math.max(ready, tasks.currentStart[task] as number);
  if (!hasOrder) return ready;
  const before = tasks.after[task] as number;
  if (before === NONE || state.shiftOf[before] === NONE) return ready;
  return Math.max(ready, (state.end[before] as number) + (tasks.afterMinutes[task] as number));
}

/**
 * The latest start that meets a task's deadline and leaves time for the tasks that wait for it and are placed, if no break
 * interrupts it: what counts is its end less its minutes of work.
 */
export function hardLatestStart(state: PlanState, task: number): number {
  const { tasks, hasOrder, successorsOf } = state.index;
  let latest = tasks.latestStart[task] as number;
  if (!hasOrder) return latest;
  const duration = tasks.duration[task] as number;
  for (const next of successorsOf[task] as Int32Array) {
    if (state.shiftOf[next] === NONE || tasks.pinned[next] !== NONE) continue;
    latest = Math.min(
      latest,
      (state.start[next] as number) - (tasks.afterMinutes[next] as number) - duration,
    );
  }
  return latest;
}
