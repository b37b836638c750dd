import { anneal, type Search } from './anneal.ts';
import { chooseRegion } from './choose-region.ts';
import { createWholeRegion } from './region.ts';
import { searchCrowded } from './search-crowded.ts';

/** Steps in one region, for each of its tasks, before another one is cut out. */
const STEPS_PER_TASK = 10;

/** Searches the whole plan; or, of a large plan, one region after the other, until the budget is used up. */
export function searchRegions(search: Search): void {
  const { state, clock, random, style } = search;
  if (!style.byRegion) {
    const whole = createWholeRegion(state);
    if (style.combines) searchCrowded(search, whole);
    else anneal(search, whole, Infinity);
    return;
  }
  while (clock.progress < 1) {
    const region = chooseRegion(state, random);
    anneal(search, region, STEPS_PER_TASK * region.tasks.length);
    if (region.tasks.length === 0) clock.tick();
  }
}
