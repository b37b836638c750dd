import lookUpTimeZone from '@photostructure/tz-lookup';
import { minutesAheadOfUtc } from '../values/wall-time.ts';
import { kilometersBetween, type Place } from './place.ts';

/** Where an agency works: a place is in it, or it is a slip. */
export interface Region {
  /** Depots, and corners of districts; without any the time zone alone tells. */
  anchors: readonly Place[];
  /** So far from the nearest anchor a place may lie. */
  kilometers: number;
  timeZone: string;
}

/** So far from its depots and districts an agency works, unless its file says otherwise. */
export const USUAL_KILOMETERS = 100;

const KM_PER_DEGREE = 111.2;
/** Nobody repairs roads nearer to a pole. */
const HIGHEST_LATITUDE = 80;
const MOST_MINUTES_APART = 60;
/** Offsets at both ends of a year: summer time is in one of them. */
const SEASONS = [new Date('2026-01-15T12:00:00Z'), new Date('2026-07-15T12:00:00Z')];

/** Whether a place with possible degrees lies in the region. */
export function isInRegion(place: Place, { anchors, kilometers, timeZone }: Region): boolean {
  if (anchors.length === 0) return isInTimeZone(place, timeZone);
  const degrees = kilometers / KM_PER_DEGREE;
  return anchors.some(
    (anchor) =>
      Math.abs(anchor.latitude - place.latitude) <= degrees && kilometersBetween(anchor, place) <= kilometers,
  );
}

/** How far a place is from the nearest of some others; null when there are none. */
export function kilometersToNearest(place: Place, others: readonly Place[]): number | null {
  return others.length === 0 ? null : Math.min(...others.map((other) => kilometersBetween(place, other)));
}

/**
 * Whether the clocks at a place may be those of `timeZone`: an hour apart at most, since zones meet inside a region. What
 * is beyond the reach of roads is in none; a zone without a place, such as `UTC`, tells nothing.
 */
function isInTimeZone(place: Place, timeZone: string): boolean {
  if (Math.abs(place.latitude) > HIGHEST_LATITUDE) return false;
  if (!timeZone.includes('/') || timeZone.startsWith('Etc/')) return true;
  const there = findTimeZone(place);
  return SEASONS.some(
    (season) =>
      Math.abs(minutesAheadOfUtc(season, there) - minutesAheadOfUtc(season, timeZone)) <= MOST_MINUTES_APART,
  );
}

/** The IANA time zone of a place with possible degrees; of the open sea one such as `Etc/GMT+5`. */
export function findTimeZone({ latitude, longitude }: Place): string {
  return lookUpTimeZone(latitude, longitude);
}
