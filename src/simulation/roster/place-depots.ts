import type { Place } from '../../core/places/place.ts';

/**
 * Places for so many depots among the jobs, or as many as there are jobs: halves the town, by jobs, along its longer side until there are enough
 * parts, and takes the median of each. Far-off single jobs pull nothing. The same jobs give the same places.
 */
export function placeDepots(jobs: readonly Place[], count: number): Place[] {
  if (count <= 1 || jobs.length <= 1) return [middleOf(jobs)];
  const axis = isWide(jobs) ? ('longitude' as const) : ('latitude' as const);
  const sorted = [...jobs].sort((one, other) => one[axis] - other[axis]);
  const first = Math.floor(count / 2);
  const cut = Math.round((sorted.length * first) / count);
  return [...placeDepots(sorted.slice(0, cut), first), ...placeDepots(sorted.slice(cut), count - first)];
}

function middleOf(jobs: readonly Place[]): Place {
  const median = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1] ?? 0;
  return {
    latitude: median(jobs.map(({ latitude }) => latitude)),
    longitude: median(jobs.map(({ longitude }) => longitude)),
  };
}

/** Whether the middle nine tenths reach farther from west to east than from south to north. */
function isWide(jobs: readonly Place[]): boolean {
  const spread = (values: number[]) => {
    const sorted = values.sort((one, other) => one - other);
    return (sorted[Math.floor(sorted.length * 0.95)] ?? 0) - (sorted[Math.floor(sorted.length * 0.05)] ?? 0);
  };
  const squeeze = Math.cos(((jobs[0]?.latitude ?? 0) * Math.PI) / 180);
  return (
    spread(jobs.map(({ longitude }) => longitude)) * squeeze > spread(jobs.map(({ latitude }) => latitude))
  );
}
