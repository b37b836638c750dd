import type { PlanBudget } from '../problem/plan-problem.ts';

/** How many steps go by until it is worked out anew how far the search is, and until the time is looked at. */
const STEPS_PER_UPDATE = 16;
const STEPS_PER_LOOK = 128;

/**
 * How far a search is in its budget, by steps or by time, whichever is nearer its end, and so how hot it is: the
 * temperature falls geometrically from `hot` to `cold` (cost units).
 */
export class SearchClock {
  temperature: number;
  /** From 0 to 1. */
  progress = 0;
  private steps = 0;
  private byTime = 0;
  private readonly begin: number;

  private readonly budget: PlanBudget;
  private readonly now: () => number;
  private readonly hot: number;
  private readonly cold: number;

  constructor(
    budget: PlanBudget,
    now: () => number,
    begin: number,
    temperatures: { hot: number; cold: number },
  ) {
    this.budget = budget;
    this.now = now;
    this.begin = begin;
    this.hot = temperatures.hot;
    this.cold = temperatures.cold;
    this.temperature = this.hot;
    this.look();
    this.update();
  }

  /** Counts a step; false when the budget is used up. */
  tick(): boolean {
    if (this.progress >= 1) return false;
    this.steps += 1;
    if (this.steps % STEPS_PER_LOOK === 0) this.look();
    if (this.steps % STEPS_PER_UPDATE === 0 || this.steps >= this.budget.iterations) this.update();
    return true;
  }

  /** Ends the search before its budget is used up. */
  stop(): void {
    this.byTime = 1;
    this.update();
  }

  private look(): void {
    const { milliseconds } = this.budget;
    if (Number.isFinite(milliseconds)) this.byTime = (this.now() - this.begin) / milliseconds;
  }

  private update(): void {
    this.progress = Math.max(this.steps / this.budget.iterations, this.byTime);
    this.temperature = this.hot * (this.cold / this.hot) ** Math.min(1, this.progress);
  }
}
