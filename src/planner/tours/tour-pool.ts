import type { PlanState } from './plan-state.ts';
import type { Random } from './random.ts';

/** A tour that some plan had: which tasks in which order, from when to when (minutes), at what cost (units). */
export interface KnownTour {
  key: number;
  shift: number;
  tasks: Int32Array;
  starts: Int32Array;
  ends: Int32Array;
  cost: number;
}

/** Keys of fifty-one bits: two sets of tasks share one so rarely that losing one of them then does not matter. */
const LOW = 2 ** 31;
const HIGH = 2 ** 20;

/** The tours a search came across, by shift; each set of tasks once, in its cheapest order. */
export class TourPool {
  private readonly low: Int32Array;
  private readonly high: Int32Array;
  private readonly toursOf: Map<number, KnownTour>[];

  constructor({ index }: PlanState, random: Random) {
    const { taskCount, shiftCount } = index;
    this.low = Int32Array.from({ length: taskCount }, () => random.below(LOW - 1));
    this.high = Int32Array.from({ length: taskCount }, () => random.below(HIGH));
    this.toursOf = Array.from({ length: shiftCount }, () => new Map());
  }

  /** Keeps the tour as it is in the state; null when it is empty, or known at no higher cost. */
  remember(state: PlanState, shift: number): KnownTour | null {
    const first = shift * state.index.stride;
    const end = first + (state.length[shift] as number);
    if (first === end) return null;
    const key = this.keyOf(state.sequence, first, end);
    const tours = this.toursOf[shift] as Map<number, KnownTour>;
    const known = tours.get(key);
    const cost = state.tourCost[shift] as number;
    if (known !== undefined && known.cost <= cost) return null;
    const tour = copyTour(state, shift, key);
    tours.set(key, tour);
    return tour;
  }

  private keyOf(sequence: Int32Array, first: number, end: number): number {
    let low = 0;
    let high = 0;
    for (let place = first; place < end; place++) {
      const task = sequence[place] as number;
      low ^= this.low[task] as number;
      high ^= this.high[task] as number;
    }
    return high * LOW + low;
  }

  of(shift: number): Iterable<KnownTour> {
    return (this.toursOf[shift] as Map<number, KnownTour>).values();
  }

  forget({ shift, key }: KnownTour): void {
    this.toursOf[shift]?.delete(key);
  }
}

/** The tour as it is now. */
export function copyTour(state: PlanState, shift: number, key = 0): KnownTour {
  const first = shift * state.index.stride;
  const tasks = state.sequence.slice(first, first + (state.length[shift] as number));
  const starts = tasks.map((task) => state.start[task] as number);
  const ends = tasks.map((task) => state.end[task] as number);
  return { key, shift, tasks, starts, ends, cost: state.tourCost[shift] as number };
}
