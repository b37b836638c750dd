import { TourCombiner } from './combine/tour-combiner.ts';
import { anneal } from './search/anneal.ts';
import { annealTogether } from './search/anneal-together.ts';
import { meetPartner } from './search/meet-partner.ts';
import type { Region } from './search/region.ts';
import type { Search } from './search/search.ts';
import { TourPool } from './tours/tour-pool.ts';

/** Steps of ruin and recreate between two combinations. */
const STEPS = 800;
/** From this share of the budget on, the best plan is only polished. */
const POLISH = 0.85;

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
    anneal({ ...search, pool }, region, STEPS);
    if (clock.progress >= POLISH) break;
    combiner.combine();
    meetPartner({ ...search, pool });
  }
  best.restore();
  annealTogether(search, region);
}
