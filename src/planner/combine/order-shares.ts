import { NONE, type ProblemIndex } from '../problem/problem-index.ts';

/** Of what a task brings, this part first goes to the one it waits for. */
const FIRST_SHARE = 0.5;

/**
 * What is waited for brings nothing but itself at first sight, and what waits brings nothing without it: so a share of
 * what a task is worth goes to the one it waits for. The shares are multipliers of the rule that nothing is done without
 * what it waits for, and are moved as prices are.
 */
export class OrderShares {
  private readonly pairs: readonly { before: number; task: number }[];
  private readonly worth: Float64Array;
  private readonly shares: Float64Array;

  /** `worth`: units saved by doing each task. */
  constructor({ tasks }: ProblemIndex, worth: Float64Array, shares?: Float64Array) {
    this.worth = worth;
    this.pairs = Array.from(tasks.after, (before, task) => ({ before, task })).filter(
      ({ before }) => before !== NONE && tasks.pinned[before] === NONE,
    );
    this.shares =
      shares ?? Float64Array.from(this.pairs, ({ task }) => FIRST_SHARE * (worth[task] as number));
  }

  read(): Float64Array {
    return this.shares.slice();
  }

  write(shares: Float64Array): void {
    this.shares.set(shares);
  }

  /** Moves the shares of open tasks; all of it once the task that waits is taken, nothing once what it waits for is. */
  share(value: Float64Array, taken: ArrayLike<number>): void {
    this.pairs.forEach(({ before, task }, place) => {
      if (taken[before] !== 0) return;
      const isOpen = taken[task] === 0;
      const share = (isOpen ? this.shares[place] : this.worth[task]) as number;
      value[before] = (value[before] as number) + share;
      if (isOpen) value[task] = (value[task] as number) - share;
    });
  }

  /** How much the rule is broken, squared and summed, by tours in which each task is so many `times`. */
  norm(times: ArrayLike<number>, taken: ArrayLike<number>): number {
    return this.pairs.reduce((sum, _pair, place) => sum + this.slope(place, times, taken) ** 2, 0);
  }

  move(step: number, times: ArrayLike<number>, taken: ArrayLike<number>): void {
    this.pairs.forEach(({ task }, place) => {
      const moved = (this.shares[place] as number) + step * this.slope(place, times, taken);
      this.shares[place] = Math.min(this.worth[task] as number, Math.max(0, moved));
    });
  }

  private slope(place: number, times: ArrayLike<number>, taken: ArrayLike<number>): number {
    const { before, task } = this.pairs[place] as { before: number; task: number };
    if (taken[before] !== 0 || taken[task] !== 0) return 0;
    return Math.min(1, times[task] as number) - Math.min(1, times[before] as number);
  }
}
