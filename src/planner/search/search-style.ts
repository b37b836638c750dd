import { NONE } from '../problem/problem-index.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { listMissed } from './region.ts';

/** How a plan is searched, by its size and by how much of it is left out when the search begins. */
export interface SearchStyle {
  /** First temperature, as a multiple of what the road to a task costs on average. */
  hot: number;
  /** Stops taken out in a step, on average. */
  removed: number;
  /** Share of the steps in which all tours exchange stops. */
  exchanges: number;
  /** Whether plans are also put together from tours of other plans. */
  combines: boolean;
  /** Whether one region after the other is searched rather than the whole plan at once. */
  byRegion: boolean;
}

/** Up to so many movable tasks, the whole plan is searched at once. */
const WHOLE = 260;
/** Where much is left out, so are larger plans, up to so many pairs of a task and a shift. */
const WHOLE_CROWDED = 300_000;
/**
 * Steps take out about as many stops as Christiaens and Vanden Berghe [2020] do; there are few steps for each task of a
 * large plan. Exchanges find what those do not, but take as long as ten of them.
 */
const USUAL = { hot: 4, removed: 7, exchanges: 0.02, combines: false };
const LARGE = { hot: 2, removed: 6, exchanges: 0.01, combines: false };
/** With more tasks than crews can do, weights are exchanged rather than roads, mostly in chains through many tours. */
const CROWDED = { hot: 50, removed: 5, exchanges: 0.03, combines: true };
const CROWDED_SHARE = 0.05;

/** What suits the plan as it stands; jobs that nobody could do do not make it crowded. */
export function chooseStyle(state: PlanState): SearchStyle {
  const { pinned } = state.index.tasks;
  const movable = pinned.reduce((count, shift) => (shift === NONE ? count + 1 : count), 0);
  const byRegion = movable > WHOLE;
  if (listMissed(state).length > CROWDED_SHARE * movable) {
    return { ...CROWDED, byRegion: byRegion && movable * state.index.shiftCount > WHOLE_CROWDED };
  }
  return { ...(byRegion ? LARGE : USUAL), byRegion };
}
