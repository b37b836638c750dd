import { TourCombiner } from './combine/tour-combiner.ts';
import { anneal, annealTogether } from './search/anneal.ts';
import { chooseRegion } from './search/choose-region.ts';
import { meetPartner } from './search/meet-partner.ts';
import { createWholeRegion, type Region } from './search/region.ts';
import type { Search } from './search/search.ts';
import { TourPool } from './tours/tour-pool.ts';

/** Steps in one region, for each of its tasks, before another one is cut out. */
const STEPS_PER_TASK = 10;
/** With fewer tasks, one search has tried everything that pays before a second has begun. */
const SHARED_TASKS = 50;
/** Steps of ruin and recreate between two combinations. */
const STEPS_BETWEEN_COMBINATIONS = 800;
/** From this share of the budget on, the best plan is only polished. */
const POLISH = 0.85;

/**
 * Searches the whole plan, with a partner if it has many tasks and there is one; or, of a large plan, one region after
 * the other, until the budget is used up. In a large plan, two searches improve different regions, and going on from one
 * of the plans would lose what the other has gained.
 */
export function searchPlan(search: Search): void {
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

/**
 * Searches a plan that has to leave much out: combines tours into plans, and ruins and recreates those, which makes new
 * tours, in turns; then polishes the best.
 */
export function searchCrowded(search: Search, region: Region): void {
  const { state, random, clock, best } = search;
  const pool = new TourPool(state, random);
  for (const shift of region.shifts) pool.remember(state, shift);
  const combiner = new TourCombiner(search, region, pool);
  while (clock.progress < POLISH) {
    anneal({ ...search, pool }, region, STEPS_BETWEEN_COMBINATIONS);
    if (clock.progress >= POLISH) break;
    combiner.combine();
    meetPartner({ ...search, pool });
  }
  best.restore();
  annealTogether(search, region);
}

function searchInTurn(search: Search): void {
  const { state, clock, random } = search;
  while (clock.progress < 1) {
    const region = chooseRegion(state, random);
    anneal(search, region, STEPS_PER_TASK * region.tasks.length);
    if (region.tasks.length === 0) clock.tick();
  }
}
