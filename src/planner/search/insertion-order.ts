import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';

/** Brings tasks into one of several orders before they are inserted. */
export interface InsertionOrder {
  sort(tasks: number[], random: Random): void;
}

/** Ranks are in the high bits, so that chance decides between equal ones; the lowest bits tell the task. */
const PLACES = 2 ** 16;
const CHANCES = 2 ** 12;

/**
 * Orders by chance, or heaviest, longest, most valuable by the minute, soonest due or soonest closed first, each about
 * as often as it helped on average.
 */
export function createInsertionOrder({ index }: PlanState): InsertionOrder {
  const { unplacedPrice, duration, dueStart, latestStart } = index.tasks;
  const value = unplacedPrice.map((price, task) => price / Math.max(1, duration[task] as number));
  const heaviest = rank(unplacedPrice, -1);
  const longest = rank(duration, -1);
  const dearest = rank(value, -1);
  const soonest = rank(dueStart, 1);
  const tightest = rank(latestStart, 1);
  const equal = new Int32Array(index.taskCount);
  const orders = [equal, equal, equal, heaviest, longest, dearest, soonest, tightest];
  return {
    sort: (tasks, random) => sortByRank(tasks, orders[random.below(orders.length)] as Int32Array, random),
  };
}

let keys = new Float64Array(64);

function sortByRank(tasks: number[], ranks: Int32Array, random: Random): void {
  if (keys.length < tasks.length) keys = new Float64Array(2 * tasks.length);
  const used = keys.subarray(0, tasks.length);
  for (let place = 0; place < tasks.length; place++) {
    const task = tasks[place] as number;
    used[place] = ((ranks[task] as number) * CHANCES + random.below(CHANCES)) * PLACES + task;
  }
  used.sort();
  for (let place = 0; place < tasks.length; place++) tasks[place] = (used[place] as number) % PLACES;
}

/** The place of each task's value among all values; equal ones share it. */
function rank(column: Int32Array | Float64Array, sign: 1 | -1): Int32Array {
  const values = [...new Set(column)].sort((a, b) => sign * (a - b));
  const places = new Map(values.map((value, place) => [value, place]));
  return Int32Array.from(column, (value) => places.get(value) ?? 0);
}
