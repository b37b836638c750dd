import { NONE, type ProblemIndex } from '../problem/problem-index.ts';
import { recreate } from '../search/recreate.ts';
import { listLeftOut, type Region } from '../search/region.ts';
import type { Search } from '../search/search.ts';
import { removeMarked } from '../tours/edit-tour.ts';
import { placeTours } from '../tours/take-over.ts';
import { copyTour, type KnownTour, type TourPool } from '../tours/tour-pool.ts';
import { type Combination, combineTours } from './combine-tours.ts';
import { keepsWindows, setWindows, withoutOrder } from './order-windows.ts';
import { PayingTours } from './paying-tours.ts';
import { ShadowPrices } from './shadow-prices.ts';
import { TourColumns } from './tour-columns.ts';

/** Rounds in which tours are looked for at prices that follow, the first time and each other time. */
const FIRST = { growths: 10, rounds: 150, step: 1 };
const LATER = { growths: 2, rounds: 20, step: 0.5 };
const LAST_ROUNDS = 30;
/** Tours of a shift that others are looked for from, and how often from each. */
const BEGINNINGS = 2;
const TRIES = 4;
/** Tours of a shift that are remembered, and that are combined. */
const REMEMBERED = 1_500;
const COMBINED = 100;
/** Combinations tried at a time; all but the first of them at prices that differ by so much. */
const ATTEMPTS = 2;
const BLUR = 0.05;
/** A combination is thought to cost about so many left-out tasks more than no combination can. */
const HOPE = 2;
/** The search goes on from a combination that is dearer than the best plan by so many left-out tasks at most. */
const ACCEPTED = 3;

/**
 * Puts plans together from tours of the pool, which a search fills. Where crews cannot do everything, which tasks are
 * left out is decided by all tours together: no change of a few of them finds that.
 */
export class TourCombiner {
  private readonly search: Search;
  private readonly region: Region;
  private readonly pool: TourPool;
  private readonly unordered: ProblemIndex;
  private readonly paying: PayingTours;
  private readonly prices: ShadowPrices;
  private readonly unit: number;
  private bound = 0;
  private isFirst = true;

  constructor(search: Search, region: Region, pool: TourPool) {
    const { index } = search.state;
    this.search = search;
    this.region = region;
    this.pool = pool;
    this.unordered = withoutOrder(index);
    this.paying = new PayingTours(this.unordered, region, pool, search.random);
    this.unit = index.tasks.unplacedPrice.reduce((least, price) => Math.min(least, price), Infinity);
    this.prices = new ShadowPrices(index, this.unit);
  }

  /**
   * Leaves the state at a combination, unless the plan it had is better by more than the search would accept, or the
   * clock is at its end before.
   */
  combine(): void {
    const { state, snapshots, best, random } = this.search;
    const combination = this.prepare();
    if (combination === null) return;
    const before = state.cost;
    snapshots.begin();
    let cheapest: { cost: number; tours: KnownTour[] } | null = null;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const prices = this.prices.copy(attempt === 0 ? 0 : BLUR, () => random.next());
      const tours = combineTours({ ...combination, prices });
      if (tours === null) break;
      this.putTogether(tours);
      if (cheapest === null || state.cost < cheapest.cost)
        cheapest = { cost: state.cost, tours: this.copyTours() };
    }
    if (cheapest !== null && state.cost > cheapest.cost) this.putTogether(cheapest.tours);
    if (state.cost > before && state.cost > best.cost + ACCEPTED * this.unit) snapshots.takeBack();
    else best.note(snapshots.touched);
  }

  /** Finds tours that pay and the prices at which they do; null when the clock is at its end before. */
  private prepare(): Combination | null {
    const { search, paying, prices, unit } = this;
    const { state, random, clock } = search;
    setWindows(this.unordered, state, random);
    const { growths, rounds, step } = this.isFirst ? FIRST : LATER;
    for (let growth = 0; growth < growths; growth++) {
      this.grow(growth === 0 || !this.isFirst ? rounds : LAST_ROUNDS, step);
    }
    if (clock.progress >= 1) return null;
    this.isFirst = false;
    const { columns, listOf } = this.price(LAST_ROUNDS, LATER.step);
    const target = this.bound + HOPE * unit;
    return { columns, listOf, prices, paying, random, clock, target, unit };
  }

  /** Looks for tours that pay, for each shift from those that pay best and from none, as long as there is time. */
  private grow(rounds: number, step: number): void {
    const { paying, prices, search } = this;
    if (search.clock.progress >= 1) return;
    const { columns, listOf } = this.price(rounds, step);
    for (const shift of this.region.shifts) {
      for (const column of (listOf[shift] as Int32Array).subarray(0, BEGINNINGS)) {
        if (!search.clock.tick()) return;
        paying.search(shift, columns.tours[column] as KnownTour, prices.gain, TRIES);
      }
      if (!search.clock.tick()) return;
      paying.search(shift, null, prices.gain, 1);
    }
  }

  /** Moves the prices; by shift, what pays best then. */
  private price(rounds: number, step: number): { columns: TourColumns; listOf: Int32Array[] } {
    const { search, prices, pool, unordered } = this;
    const { taskCount, shiftCount } = unordered;
    const columns = new TourColumns(pool, shiftCount, (tour) => keepsWindows(unordered, tour));
    const taken = new Uint8Array(taskCount);
    const choice = { columns, listOf: columns.columnsOf, taken, spent: 0 };
    this.bound = prices.adjust(choice, { rounds, step, target: search.best.cost }).bound;
    return { columns, listOf: columns.columnsOf.map((list) => this.sortByValue(columns, list)) };
  }

  /** The columns that pay best; what pays least of very many is forgotten. */
  private sortByValue(columns: TourColumns, list: Int32Array): Int32Array {
    const values = new Map(Array.from(list, (column) => [column, columns.valueOf(column, this.prices.gain)]));
    const sorted = list.slice().sort((a, b) => (values.get(b) as number) - (values.get(a) as number));
    for (const column of sorted.subarray(REMEMBERED)) this.pool.forget(columns.tours[column] as KnownTour);
    return sorted.slice(0, COMBINED);
  }

  /** Makes the tours the plan, and inserts what is in none of them. */
  private putTogether(tours: readonly KnownTour[]): void {
    const { state, order, random, snapshots } = this.search;
    const marked = new Uint8Array(state.index.taskCount);
    for (const task of this.region.tasks) marked[task] = 1;
    for (const shift of this.region.shifts) removeMarked(state, shift, marked);
    placeTours(state, tours);
    const tasks = listLeftOut(state).filter((task) => this.region.rowOf[task] !== NONE);
    order.sort(tasks, random);
    const wasLeftOut = new Uint8Array(state.index.taskCount);
    recreate(state, this.region, { tasks, wasLeftOut, touched: snapshots.touched }, random);
  }

  private copyTours(): KnownTour[] {
    return Array.from(this.region.shifts, (shift) => copyTour(this.search.state, shift));
  }
}
