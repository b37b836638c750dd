import { listDifferent, setTours } from '../tours/tour-orders.ts';
import type { Search } from './search.ts';

/** Steps between two meetings; too many, and a search goes on where there is nothing to be found. */
export const STEPS_BETWEEN_MEETINGS = 2_000;

/**
 * Tells the partner what the plan is now, and goes on from the partner's if that is cheaper: half of the time is then
 * spent where it pays, and both are free to look somewhere else until the next meeting.
 */
export function meetPartner({ state, snapshots, best, clock, pool, partner }: Search): void {
  if (!partner) return;
  const { cost, sequence, length, held, breakStart } = state;
  partner.tell({ cost, sequence, length, held, breakStart });
  const heard = partner.hear();
  if (heard === 'over') clock.stop();
  if (heard === null || heard === 'over' || heard.cost >= cost) return;
  snapshots.begin();
  setTours(state, listDifferent(state, heard), heard);
  best.note(snapshots.touched);
  if (pool) for (const shift of snapshots.touched) pool.remember(state, shift);
}
