import type { Place } from '../../core/places/place.ts';
import { kilometersBetween } from '../../core/places/place.ts';
import { isInRegion, type Region, USUAL_KILOMETERS } from '../../core/places/region.ts';
import { quantile } from './quantile.ts';

/** So much farther from the middle than three quarters of the places are, a place may lie. */
const SPREAD_FACTOR = 4;

/**
 * Where the requests of a file are: in the agency's region when most of them are, else around their own middle. Which order
 * of degrees is the right one, and which sign, is told by the time zone where it can tell.
 */
export function locateRequests(
  places: readonly Place[],
  timeZone: string,
  agencyRegion: Region | null,
): Region {
  const real = places.filter(({ latitude, longitude }) => latitude !== 0 || longitude !== 0);
  const isMostly = (some: readonly Place[]) => some.length * 2 > real.length;
  if (agencyRegion && isMostly(keepIn(real, agencyRegion))) return agencyRegion;
  const zone: Region = { anchors: [], kilometers: USUAL_KILOMETERS, timeZone };
  const inZone = keepIn(real, zone);
  const swappedInZone = keepIn(real.map(swap), zone);
  if (isMostly([...inZone, ...swappedInZone])) {
    const isSwapped = swappedInZone.length > inZone.length * SPREAD_FACTOR;
    return surround(isSwapped ? swappedInZone : inZone, timeZone);
  }
  return surround(real.filter(isOnEarth), timeZone);
}

function keepIn(places: readonly Place[], region: Region): Place[] {
  return places.filter((place) => isOnEarth(place) && isInRegion(place, region));
}

function swap({ latitude, longitude }: Place): Place {
  return { latitude: longitude, longitude: latitude };
}

function isOnEarth({ latitude, longitude }: Place): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

function surround(places: readonly Place[], timeZone: string): Region {
  if (places.length === 0) return { anchors: [], kilometers: USUAL_KILOMETERS, timeZone };
  const middle = {
    latitude: quantile(
      places.map(({ latitude }) => latitude),
      0.5,
    ),
    longitude: quantile(
      places.map(({ longitude }) => longitude),
      0.5,
    ),
  };
  const usual = quantile(
    places.map((place) => kilometersBetween(place, middle)),
    0.75,
  );
  return { anchors: [middle], kilometers: Math.max(USUAL_KILOMETERS, SPREAD_FACTOR * usual), timeZone };
}
