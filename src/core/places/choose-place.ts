import { findPlaceFault } from './check-place.ts';
import { findCoordinates } from './find-coordinates.ts';
import { kilometersBetween, type Place } from './place.ts';
import type { Region } from './region.ts';

/** Why no place was taken although degrees were written: they name several, or none where the agency works. */
export interface PlaceDoubt {
  kind: 'several' | 'not-understood';
  /** The first few, as written. */
  places: Place[];
}

export interface PlaceChoice {
  place: Place | null;
  /** Null when a place was taken, or none was written. */
  doubt: PlaceDoubt | null;
}

/** What lies nearer is the same place, written twice. */
const SAME_KILOMETERS = 0.2;
const MOST_PLACES = 3;

/**
 * The one place that is meant by what was written in `text` and given in fields (`given`): a place in the region,
 * named once or several times. Of places that differ none is taken, unless the given one is among them.
 */
export function choosePlace(text: string, given: Place | null, region: Region): PlaceChoice {
  const written = findCoordinates(text);
  const found = written.flatMap(
    ({ readings }) => readings.find((place) => findPlaceFault(place, region) === null) ?? [],
  );
  const first = given ?? found[0];
  if (first === undefined) {
    const places = written.flatMap(({ readings }) => readings.slice(0, 1)).slice(0, MOST_PLACES);
    return { place: null, doubt: places.length > 0 ? { kind: 'not-understood', places } : null };
  }
  const others = found.filter((place) => kilometersBetween(place, first) > SAME_KILOMETERS);
  const isAgreed = given !== null && others.length < found.length;
  if (others.length === 0 || isAgreed) return { place: first, doubt: null };
  return { place: null, doubt: { kind: 'several', places: [first, ...others].slice(0, MOST_PLACES) } };
}
