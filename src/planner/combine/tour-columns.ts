import { NONE } from '../problem/problem-index.ts';
import type { KnownTour, TourPool } from '../tours/tour-pool.ts';

/** Room for tours that are added later, and for their stops. */
const MORE_TOURS = 5_000;
const MORE_STOPS = 12 * MORE_TOURS;

/** Tours in flat arrays, which are read thousands of times: a column is a tour. */
export class TourColumns {
  readonly tours: KnownTour[] = [];
  /** By shift: its columns. */
  readonly columnsOf: Int32Array[] = [];
  /** Stops of a column: `tasks[from[column]]` up to `from[column + 1]`. */
  readonly from: Int32Array;
  readonly tasks: Int32Array;
  readonly cost: Float64Array;

  /** Those tours of the pool that are `usable`. */
  constructor(pool: TourPool, shiftCount: number, usable: (tour: KnownTour) => boolean) {
    let stops = 0;
    for (let shift = 0; shift < shiftCount; shift++) {
      const columns: number[] = [];
      for (const tour of pool.of(shift)) {
        if (!usable(tour)) continue;
        columns.push(this.tours.length);
        this.tours.push(tour);
        stops += tour.tasks.length;
      }
      this.columnsOf.push(Int32Array.from(columns));
    }
    this.from = new Int32Array(this.tours.length + MORE_TOURS + 1);
    this.tasks = new Int32Array(stops + MORE_STOPS);
    this.cost = new Float64Array(this.tours.length + MORE_TOURS);
    this.tours.forEach((tour, column) => {
      this.write(tour, column);
    });
  }

  /** The column of one tour more; `NONE` when there is no room left. */
  add(tour: KnownTour): number {
    const column = this.tours.length;
    const end = (this.from[column] as number) + tour.tasks.length;
    if (column >= this.cost.length || end > this.tasks.length) return NONE;
    this.tours.push(tour);
    this.write(tour, column);
    return column;
  }

  private write({ tasks, cost }: KnownTour, column: number): void {
    const from = this.from[column] as number;
    this.tasks.set(tasks, from);
    this.from[column + 1] = from + tasks.length;
    this.cost[column] = cost;
  }

  /** The column of the list that is worth most, when any is worth something; else `NONE`. */
  chooseBest(list: ArrayLike<number>, gain: Float64Array): number {
    const { from, tasks, cost } = this;
    let best = NONE;
    let most = 0;
    // `valueOf` written out: this is where combining tours spends its time.
    for (let at = 0; at < list.length; at++) {
      const column = list[at] as number;
      const end = from[column + 1] as number;
      let value = -(cost[column] as number);
      for (let place = from[column] as number; place < end; place++) {
        value += gain[tasks[place] as number] as number;
      }
      if (value <= most) continue;
      most = value;
      best = column;
    }
    return best;
  }

  /** What a tour is worth when each task is worth its `gain`. */
  valueOf(column: number, gain: Float64Array): number {
    const end = this.from[column + 1] as number;
    let value = -(this.cost[column] as number);
    for (let place = this.from[column] as number; place < end; place++) {
      value += gain[this.tasks[place] as number] as number;
    }
    return value;
  }
}
