import { anneal } from './anneal.ts';
import { meetPartner, STEPS_BETWEEN_MEETINGS } from './meet-partner.ts';
import type { Region } from './region.ts';
import type { Search } from './search.ts';

/** Anneals until the clock is at its end; with a partner, in stretches between which the two meet. */
export function annealTogether(search: Search, region: Region): void {
  const { clock, partner } = search;
  const steps = partner ? STEPS_BETWEEN_MEETINGS : Infinity;
  if (region.tasks.length === 0) return;
  do {
    anneal(search, region, steps);
    meetPartner(search);
  } while (clock.progress < 1);
}
