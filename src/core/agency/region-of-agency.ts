import type { Place } from '../places/place.ts';
import { type Region, USUAL_KILOMETERS } from '../places/region.ts';
import type { Agency } from './agency.ts';

/** What of an agency says where it works. */
export type LocatedAgency = Pick<Agency, 'timeZone'> &
  Partial<Pick<Agency, 'region' | 'depots' | 'districts'>>;

/** Where an agency works: as its file states it, else so far from its depots and districts. */
export function regionOf({ timeZone, region, depots = [], districts = [] }: LocatedAgency): Region {
  const kilometers = region?.kilometers ?? USUAL_KILOMETERS;
  const center = placeOf(region ?? {});
  const corners = districts.flatMap(({ area }) => area.map(toPlace));
  const anchors = center ? [center] : [...depots.map(placeOf).filter((place) => place !== null), ...corners];
  return { anchors, kilometers, timeZone };
}

/** A corner of an outline. */
export function toPlace([latitude, longitude]: readonly [number, number]): Place {
  return { latitude, longitude };
}

/** Null without both degrees. */
export function placeOf({
  latitude,
  longitude,
}: {
  latitude?: number | undefined;
  longitude?: number | undefined;
}): Place | null {
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}
