import { NONE } from '../problem/problem-index.ts';
import type { PlanState } from './plan-state.ts';
import { applyBreaks } from './taken-breaks.ts';

/** What is remembered of a stop. */
const FIELDS = 7;

/**
 * Remembers tours before they change, so that a whole step of the search can be taken back by copying. A state has
 * one at most: it takes the state's `beforeChange`.
 */
export class TourSnapshots {
  /** Tours remembered since `begin`, in order. */
  readonly touched: number[] = [];
  private readonly state: PlanState;
  private readonly stamp: Int32Array;
  private step = 0;
  private cost = 0;
  private lengths: number[] = [];
  private versions: number[] = [];
  private tourCosts: number[] = [];
  private homes: number[] = [];
  private spares: number[] = [];
  private breaks: number[] = [];
  private stops = new Int32Array(FIELDS * 64);

  constructor(state: PlanState) {
    this.state = state;
    this.stamp = new Int32Array(state.index.shiftCount);
    state.beforeChange = (shift) => this.remember(shift);
  }

  begin(): void {
    this.step += 1;
    this.touched.length = 0;
    this.cost = this.state.cost;
    this.used = 0;
  }

  private used = 0;

  private remember(shift: number): void {
    if (this.stamp[shift] === this.step) return;
    this.stamp[shift] = this.step;
    const { state } = this;
    const count = state.length[shift] as number;
    const slot = this.touched.length;
    this.touched.push(shift);
    this.lengths[slot] = count;
    this.versions[slot] = state.version[shift] as number;
    this.tourCosts[slot] = state.tourCost[shift] as number;
    this.homes[slot] = state.legHome[shift] as number;
    this.spares[slot] = state.spare[shift] as number;
    const { mostBreaks } = state.index;
    for (let number = 0; number < mostBreaks; number++)
      this.breaks[slot * mostBreaks + number] = state.breakStart[shift * mostBreaks + number] as number;
    if (this.used + FIELDS * count > this.stops.length) this.grow(FIELDS * count);
    const first = shift * state.index.stride;
    let place = this.used;
    for (let position = first; position < first + count; position++) {
      const task = state.sequence[position] as number;
      this.stops[place++] = task;
      this.stops[place++] = state.held[task] as number;
      this.stops[place++] = state.start[task] as number;
      this.stops[place++] = state.end[task] as number;
      this.stops[place++] = state.latest[task] as number;
      this.stops[place++] = state.softLatest[task] as number;
      this.stops[place++] = state.legTo[task] as number;
    }
    this.used = place;
  }

  private grow(needed: number): void {
    const larger = new Int32Array(2 * this.stops.length + needed);
    larger.set(this.stops);
    this.stops = larger;
  }

  /** What the plan cost at `begin`, in units. */
  get costBefore(): number {
    return this.cost;
  }

  /** Back to the state at `begin`. */
  takeBack(): void {
    const { state, touched } = this;
    const { sequence, length, index } = state;
    for (const shift of touched) {
      const first = shift * index.stride;
      for (let place = first; place < first + (length[shift] as number); place++) {
        const task = sequence[place] as number;
        state.shiftOf[task] = NONE;
        state.ledger.book(shift, task, -1);
      }
    }
    let place = 0;
    for (let slot = 0; slot < touched.length; slot++) {
      const shift = touched[slot] as number;
      place = this.restoreTour(shift, slot, place);
    }
    state.cost = this.cost;
  }

  private restoreTour(shift: number, slot: number, from: number): number {
    const { state, stops } = this;
    const first = shift * state.index.stride;
    const count = this.lengths[slot] as number;
    state.length[shift] = count;
    state.version[shift] = this.versions[slot] as number;
    state.tourCost[shift] = this.tourCosts[slot] as number;
    state.legHome[shift] = this.homes[slot] as number;
    state.spare[shift] = this.spares[slot] as number;
    this.restoreBreaks(shift, slot);
    let place = from;
    for (let position = first; position < first + count; position++) {
      const task = stops[place++] as number;
      state.sequence[position] = task;
      state.shiftOf[task] = shift;
      state.held[task] = stops[place++] as number;
      state.start[task] = stops[place++] as number;
      state.end[task] = stops[place++] as number;
      state.latest[task] = stops[place++] as number;
      state.softLatest[task] = stops[place++] as number;
      state.legTo[task] = stops[place++] as number;
      state.ledger.book(shift, task, 1);
    }
    return place;
  }

  private restoreBreaks(shift: number, slot: number): void {
    const { mostBreaks, breaksOf } = this.state.index;
    if (!breaksOf[shift]) return;
    for (let number = 0; number < mostBreaks; number++)
      this.state.breakStart[shift * mostBreaks + number] = this.breaks[slot * mostBreaks + number] as number;
    applyBreaks(this.state, shift);
  }
}
