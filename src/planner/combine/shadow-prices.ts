import { NONE, type ProblemIndex } from '../problem/problem-index.ts';
import { OrderShares } from './order-shares.ts';
import type { TourColumns } from './tour-columns.ts';

/** A choice of tours that is still open. */
export interface OpenChoice {
  columns: TourColumns;
  /** By shift: the columns to choose from; none where a tour has been chosen. */
  listOf: readonly ArrayLike<number>[];
  /** By task: not 0 when a chosen tour does it. */
  taken: ArrayLike<number>;
  /** What the chosen tours cost. */
  spent: number;
}

/** How far the prices are moved. */
export interface Adjustment {
  rounds: number;
  /** First step, as a share of the way to `target` that the slope promises. */
  step: number;
  /** What a plan is thought to cost. */
  target: number;
}

export interface Relaxation {
  /** About the least that a choice of these tours costs. */
  bound: number;
  /** By shift: the column that pays best at the prices, or `NONE`; tasks may be in several. */
  chosen: Int32Array;
}

/** Rounds without a better bound before the step is made smaller, by how much, and the smallest worth while. */
const PATIENCE = 10;
const SHORTEN = 0.6;
const SHORTEST = 0.02;
/** The way to the target is thought to be at least this share of the cheapest left-out task. */
const LEAST_WAY = 0.3;
/** A bound that is better by less than this share of it is not. */
const SLIGHT = 1e-6;

/**
 * What each task costs the tours that could do something else instead (units): multipliers of the rule that a task is
 * done once at most. Crews short of time make tasks dear that take much of it, or are far away. They are found by
 * subgradient steps [Held, Wolfe and Crowder 1974], which need no linear program.
 */
export class ShadowPrices {
  /** By task: what doing it brings beyond its price; 0 when nothing, or when it is taken. */
  readonly gain: Float64Array;
  private readonly index: ProblemIndex;
  private readonly unit: number;
  private readonly worth: Float64Array;
  private readonly prices: Float64Array;
  private readonly shares: OrderShares;
  private readonly times: Int32Array;

  /** `unit`: what the least of the tasks saves when it is done, in cost units. */
  constructor(index: ProblemIndex, unit: number, prices?: Float64Array, shares?: Float64Array) {
    this.index = index;
    this.unit = unit;
    this.worth = index.tasks.unplacedPrice;
    this.prices = prices ?? this.worth.map(() => unit / 2);
    this.shares = new OrderShares(index, this.worth, shares);
    this.gain = new Float64Array(index.taskCount);
    this.times = new Int32Array(index.taskCount);
  }

  /** Prices to go on from, each dearer or cheaper by up to a share of `blur`, as `chance` (0 to 1) has it. */
  copy(blur: number, chance: () => number): ShadowPrices {
    const prices = this.prices.map((price) => price * (1 + blur * (2 * chance() - 1)));
    return new ShadowPrices(this.index, this.unit, prices, this.shares.read());
  }

  /** Moves the prices towards those with the highest bound, and leaves them, and the gains, at the best found. */
  adjust(choice: OpenChoice, { rounds, step, target }: Adjustment): Relaxation {
    const best: Relaxation = { bound: -Infinity, chosen: new Int32Array(choice.listOf.length).fill(NONE) };
    let [prices, shares] = [this.prices.slice(), this.shares.read()];
    const chosen = best.chosen.slice();
    let size = step;
    let idle = 0;
    for (let round = 0; round < rounds && size >= SHORTEST; round++) {
      const bound = this.relax(choice, chosen);
      if (bound > best.bound + SLIGHT * this.unit) {
        best.bound = bound;
        best.chosen.set(chosen);
        [prices, shares] = [this.prices.slice(), this.shares.read()];
        idle = 0;
      } else if (++idle >= PATIENCE) {
        idle = 0;
        size *= SHORTEN;
        this.setBack(prices, shares);
        continue;
      }
      const way = Math.max(LEAST_WAY * this.unit, target - bound);
      if (!this.move(choice.taken, size * way)) break;
    }
    this.setBack(prices, shares);
    this.setGains(choice.taken);
    return best;
  }

  private setBack(prices: Float64Array, shares: Float64Array): void {
    this.prices.set(prices);
    this.shares.write(shares);
  }

  /** Returns what is left out at least when every task costs its price. */
  private setGains(taken: ArrayLike<number>): number {
    const { worth, prices, gain } = this;
    for (let task = 0; task < worth.length; task++) {
      gain[task] = taken[task] === 0 ? (worth[task] as number) - (prices[task] as number) : 0;
    }
    this.shares.share(gain, taken);
    let sum = 0;
    for (let task = 0; task < worth.length; task++) {
      const value = gain[task] as number;
      sum += value;
      if (value < 0) gain[task] = 0;
    }
    return sum;
  }

  /** The best column of each shift at the prices, how often each task is in one, and what all that costs. */
  private relax({ columns, listOf, taken, spent }: OpenChoice, chosen: Int32Array): number {
    this.times.fill(0);
    let bound = spent + this.setGains(taken);
    for (let shift = 0; shift < listOf.length; shift++) {
      const best = columns.chooseBest(listOf[shift] as ArrayLike<number>, this.gain);
      chosen[shift] = best;
      if (best === NONE) continue;
      bound -= columns.valueOf(best, this.gain);
      this.count(columns, best);
    }
    return bound;
  }

  private count({ from, tasks }: TourColumns, column: number): void {
    for (let place = from[column] as number; place < (from[column + 1] as number); place++) {
      const task = tasks[place] as number;
      if ((this.gain[task] as number) > 0) this.times[task] = (this.times[task] as number) + 1;
    }
  }

  /** Dearer what is chosen more than once, cheaper what is not; false when no rule is broken and nothing is too dear. */
  private move(taken: ArrayLike<number>, way: number): boolean {
    const { prices, times, shares } = this;
    let norm = shares.norm(times, taken);
    for (let task = 0; task < prices.length; task++) norm += this.slope(taken, task) ** 2;
    if (norm === 0) return false;
    for (let task = 0; task < prices.length; task++) {
      const slope = this.slope(taken, task);
      if (slope !== 0) prices[task] = Math.max(0, (prices[task] as number) + (way / norm) * slope);
    }
    shares.move(way / norm, times, taken);
    return true;
  }

  private slope(taken: ArrayLike<number>, task: number): number {
    if (taken[task] !== 0) return 0;
    const slope = (this.times[task] as number) - 1;
    return slope > 0 || (this.prices[task] as number) > 0 ? slope : 0;
  }
}
