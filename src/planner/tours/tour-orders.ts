import { NONE } from '../problem/problem-index.ts';
import type { PlanState } from './plan-state.ts';
import { applyBreaks } from './taken-breaks.ts';
import { scheduleTour } from './tour-schedule.ts';

/** All that makes a plan: the stops of each tour in order, which wait for their announced time, and the breaks. As in `PlanState`. */
export interface TourOrders {
  sequence: Int32Array;
  length: Int32Array;
  held: Uint8Array;
  breakStart: Int32Array;
}

/** Makes these tours of the state what `orders` has; together with the tours that stay, that is a valid plan. */
export function setTours(state: PlanState, shifts: Iterable<number>, orders: TourOrders): void {
  for (const shift of shifts) clearTour(state, shift);
  for (const shift of shifts) fillTour(state, shift, orders);
  for (const shift of shifts) scheduleTour(state, shift);
}

function clearTour(state: PlanState, shift: number): void {
  const { sequence, length, index } = state;
  state.beforeChange?.(shift);
  const first = shift * index.stride;
  for (let place = first; place < first + (length[shift] as number); place++) {
    const task = sequence[place] as number;
    state.shiftOf[task] = NONE;
    state.cost += index.tasks.unplacedPrice[task] as number;
    state.ledger.book(shift, task, -1);
  }
}

function fillTour(state: PlanState, shift: number, orders: TourOrders): void {
  const { sequence, length, held } = orders;
  const { index } = state;
  copyBreaks(orders.breakStart, state, shift);
  applyBreaks(state, shift);
  const first = shift * index.stride;
  const count = length[shift] as number;
  state.length[shift] = count;
  for (let place = first; place < first + count; place++) {
    const task = sequence[place] as number;
    state.sequence[place] = task;
    state.shiftOf[task] = shift;
    state.held[task] = held[task] as number;
    state.cost -= index.tasks.unplacedPrice[task] as number;
    state.ledger.book(shift, task, 1);
  }
}

/** The breaks of one tour, from one plan to another. */
export function copyBreaks(
  from: Int32Array,
  { index, breakStart }: Pick<PlanState, 'index' | 'breakStart'>,
  shift: number,
): void {
  const { mostBreaks } = index;
  for (let slot = shift * mostBreaks; slot < (shift + 1) * mostBreaks; slot++)
    breakStart[slot] = from[slot] as number;
}

/** The tours that are not the same in `orders`. */
export function listDifferent(state: PlanState, orders: TourOrders): number[] {
  const { index, sequence, length, held, breakStart } = state;
  const { mostBreaks } = index;
  const isDifferent = (shift: number): boolean => {
    const count = length[shift] as number;
    if (count !== orders.length[shift]) return true;
    for (let slot = shift * mostBreaks; slot < (shift + 1) * mostBreaks; slot++)
      if (breakStart[slot] !== orders.breakStart[slot]) return true;
    const first = shift * index.stride;
    for (let place = first; place < first + count; place++) {
      const task = sequence[place] as number;
      if (task !== orders.sequence[place] || held[task] !== orders.held[task]) return true;
    }
    return false;
  };
  return Array.from(length.keys()).filter(isDifferent);
}
