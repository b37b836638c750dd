import { anneal, type Search } from './anneal.ts';
import { chooseRegion } from './choose-region.ts';
import { createWholeRegion, listLeftOut, movableTasks } from './region.ts';

/** Up to so many movable tasks, the whole plan is searched at once. */
const WHOLE = 260;
/** Steps in one region, for each of its tasks, before another one is cut out. */
const STEPS_PER_TASK = 20;

/** Searches the whole plan; or, of a large plan, one region after the other, until the budget is used up. */
export function searchRegions(search: Search): void {
  const { state, clock, random } = search;
  const all = Int32Array.from({ length: state.index.shiftCount }, (_, shift) => shift);
  const movable = movableTasks(state, all).length + listLeftOut(state).length;
  if (movable <= WHOLE) {
    anneal(search, createWholeRegion(state), Infinity);
    return;
  }
  while (clock.progress < 1) {
    const region = chooseRegion(state, random);
    anneal(search, region, STEPS_PER_TASK * region.tasks.length);
    if (region.tasks.length === 0) clock.tick();
  }
}
