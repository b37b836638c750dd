import type { PlanState } from './plan-state.ts';
import { copyBreaks, setTours, type TourOrders } from './tour-orders.ts';

/** The cheapest plan a search has come across. Only tours that changed since are copied when there is a better one. */
export class BestPlan implements TourOrders {
  cost: number;
  private readonly state: PlanState;
  readonly sequence: Int32Array;
  readonly length: Int32Array;
  readonly held: Uint8Array;
  readonly breakStart: Int32Array;
  private readonly changed = new Set<number>();

  constructor(state: PlanState) {
    this.state = state;
    this.cost = state.cost;
    this.sequence = state.sequence.slice();
    this.length = state.length.slice();
    this.held = state.held.slice();
    this.breakStart = state.breakStart.slice();
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
    copyBreaks(state.breakStart, { index: state.index, breakStart: this.breakStart }, shift);
    for (let place = first; place < first + count; place++) {
      const task = state.sequence[place] as number;
      this.sequence[place] = task;
      this.held[task] = state.held[task] as number;
    }
  }

  /** Makes the state the cheapest plan again. */
  restore(): void {
    setTours(this.state, this.changed, this);
    this.changed.clear();
  }
}
