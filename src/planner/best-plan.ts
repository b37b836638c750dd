import type { PlanState } from './plan-state.ts';
import { NONE } from './problem-index.ts';
import { scheduleTour } from './tour-schedule.ts';

/** The cheapest plan a search has come across. Only tours that changed since are copied when there is a better one. */
export class BestPlan {
  cost: number;
  private readonly state: PlanState;
  private readonly sequence: Int32Array;
  private readonly length: Int32Array;
  private readonly held: Uint8Array;
  private readonly changed = new Set<number>();

  constructor(state: PlanState) {
    this.state = state;
    this.cost = state.cost;
    this.sequence = state.sequence.slice();
    this.length = state.length.slice();
    this.held = state.held.slice();
  }

  /** Tours that are not as they were; keeps the state when it is the cheapest so far. */
  note(touched: readonly number[]): void {
    for (const shift of touched) this.changed.add(shift);
    if (this.state.cost >= this.cost) return;
    this.cost = this.state.cost;
    for (const shift of this.changed) this.copyTour(shift);
    this.changed.clear();
  }

  private copyTour(shift: number): void {
    const { state } = this;
    const first = shift * state.index.stride;
    const count = state.length[shift] as number;
    this.length[shift] = count;
    for (let place = first; place < first + count; place++) {
      const task = state.sequence[place] as number;
      this.sequence[place] = task;
      this.held[task] = state.held[task] as number;
    }
  }

  /** Makes the state the cheapest plan again. */
  restore(): void {
    const { state } = this;
    const { stride, tasks } = state.index;
    for (const shift of this.changed) {
      const first = shift * stride;
      for (let place = first; place < first + (state.length[shift] as number); place++) {
        const task = state.sequence[place] as number;
        state.shiftOf[task] = NONE;
        state.cost += tasks.unplacedPrice[task] as number;
        state.ledger.book(shift, task, -1);
      }
    }
    for (const shift of this.changed) {
      const first = shift * stride;
      const count = this.length[shift] as number;
      state.length[shift] = count;
      for (let place = first; place < first + count; place++) {
        const task = this.sequence[place] as number;
        state.sequence[place] = task;
        state.shiftOf[task] = shift;
        state.held[task] = this.held[task] as number;
        state.cost -= tasks.unplacedPrice[task] as number;
        state.ledger.book(shift, task, 1);
      }
    }
    for (const shift of this.changed) scheduleTour(state, shift);
    this.changed.clear();
  }
}
