import { anneal } from './search/anneal.ts';
import { annealTogether } from './search/anneal-together.ts';
import { chooseRegion } from './search/choose-region.ts';
import { createWholeRegion, type Region } from './search/region.ts';
import type { Search } from './search/search.ts';
import { searchCrowded } from './search-crowded.ts';

/** Steps in one region, for each of its tasks, before another one is cut out. */
const STEPS_PER_TASK = 10;
/** With fewer tasks, one search has tried everything that pays before a second has begun. */
const SHARED_TASKS = 50;

/**
 * Searches the whole plan, with a partner if it has many tasks and there is one; or, of a large plan, one region after
 * the other, until the budget is used up. In a large plan, two searches improve different regions, and going on from one
 * of the plans would lose what the other has gained.
 */
export function searchRegions(search: Search): void {
  if (search.style.byRegion) {
    searchInTurn(search);
    return;
  }
  const whole = createWholeRegion(search.state);
  const partner = (whole.tasks.length >= SHARED_TASKS && search.invite?.()) || null;
  try {
    searchWhole({ ...search, partner }, whole);
  } finally {
    partner?.leave();
  }
}

function searchWhole(search: Search, whole: Region): void {
  if (search.style.combines) searchCrowded(search, whole);
  else annealTogether(search, whole);
}

function searchInTurn(search: Search): void {
  const { state, clock, random } = search;
  while (clock.progress < 1) {
    const region = chooseRegion(state, random);
    anneal(search, region, STEPS_PER_TASK * region.tasks.length);
    if (region.tasks.length === 0) clock.tick();
  }
}
