import type { Fault } from '../faults/problem.ts';
import { explainPlaceFault, findPlaceFault, type PlaceFault } from '../places/check-place.ts';
import type { Place } from '../places/place.ts';
import { kilometersToNearest } from '../places/region.ts';
import type { Agency } from './agency.ts';
import { type LocatedAgency, placeOf, regionOf, toPlace } from './region-of-agency.ts';

/** Farther from all other depots a depot cannot be, unless the file states where the agency works. */
const LONELY_KILOMETERS = 500;
const MOST_CORNERS = 2;

/**
 * Checks where the depots and districts of an agency are: what is swapped, at 0, 0, without its other half, or far from
 * all else. Without a stated region the time zone and the depots vouch for each other.
 */
export function checkAgencyPlaces(agency: LocatedAgency & Pick<Agency, 'depots' | 'districts'>): Fault[] {
  const halves = [
    ...checkHalves(agency.region ?? {}, 'region'),
    ...agency.depots.flatMap((depot, index) => checkHalves(depot, `depots[${index}]`)),
  ];
  const center = placeOf(agency.region ?? {});
  const amiss = center && findPlaceFault(center, regionOf({ timeZone: agency.timeZone }));
  // What a wrong middle says of all else is wrong as well.
  if (amiss) return [...halves, toFault(amiss, 'region.latitude', null)];
  const bounds = center ? regionOf(agency) : regionOf({ timeZone: agency.timeZone });
  const misplaced = agency.depots.flatMap((depot, index) => {
    const place = placeOf(depot);
    const fault = place && findPlaceFault(place, bounds);
    return fault ? [{ index, ...toFault(fault, `depots[${index}].latitude`, center) }] : [];
  });
  const sound = agency.depots.filter((_, index) => !misplaced.some((fault) => fault.index === index));
  const lonely = center ? [] : findLonely(agency.depots, sound);
  const depots = misplaced.map(({ index, ...fault }) => fault);
  return [...halves, ...depots, ...lonely, ...checkDistricts(agency, sound)];
}

function checkHalves(
  entry: { latitude?: number | undefined; longitude?: number | undefined },
  path: string,
): Fault[] {
  if ((entry.latitude === undefined) === (entry.longitude === undefined)) return [];
  const missing = entry.latitude === undefined ? 'latitude' : 'longitude';
  return [{ path: `${path}.${missing}`, wrong: 'is missing', right: 'write both degrees, or neither' }];
}

/** Depots that are far from all others, where nothing else says which of them are right. */
function findLonely(all: Agency['depots'], sound: Agency['depots']): Fault[] {
  return sound.flatMap((depot): Fault[] => {
    const place = placeOf(depot);
    const others = sound
      .flatMap((other) => (other === depot ? [] : [placeOf(other)]))
      .filter((one) => one !== null);
    const kilometers = place && kilometersToNearest(place, others);
    if (kilometers === null || kilometers <= LONELY_KILOMETERS) return [];
    const wrong = `"${depot.id}" is ${Math.round(kilometers).toLocaleString('en-US')} km from every other depot`;
    const right = 'correct its latitude and longitude, or state "region" if the agency works that far apart';
    return [{ path: `depots[${all.indexOf(depot)}].latitude`, wrong, right }];
  });
}

/** Corners are measured against the depots; without any against the time zone, and each other. */
function checkDistricts(
  agency: LocatedAgency & Pick<Agency, 'districts'>,
  depots: Agency['depots'],
): Fault[] {
  const { districts } = agency;
  const region = regionOf({ ...agency, depots, districts: [] });
  return districts.flatMap(({ area }, index) => {
    const corners = area.map(toPlace);
    const faults = corners.map((corner) => findPlaceFault(corner, region));
    const path = `districts[${index}].area`;
    if (faults.length > 0 && faults.every((fault) => fault?.kind === 'swapped'))
      return [sayReversed(corners, path)];
    const misplaced = faults.flatMap((fault, corner) =>
      fault ? [toFault(fault, `${path}[${corner}]`, true)] : [],
    );
    return misplaced.length > 0 ? summarise(misplaced) : checkOutline(corners, path);
  });
}

/** An outline may have hundreds of corners: the first few are told. */
function summarise(misplaced: readonly Fault[]): Fault[] {
  const told = misplaced.slice(0, MOST_CORNERS);
  const last = told.at(-1);
  const more = misplaced.length - told.length;
  if (!last || more === 0) return told;
  const corners = more === 1 ? '1 more corner' : `${more} more corners`;
  return [...told.slice(0, -1), { ...last, wrong: `${last.wrong}; and ${corners} like it` }];
}

function sayReversed(corners: readonly Place[], path: string): Fault {
  const [first] = corners;
  const example = first ? `, such as [${first.longitude}, ${first.latitude}] for the first` : '';
  return {
    path,
    wrong: 'its corners look swapped: [longitude, latitude], as GeoJSON has them',
    right: `write each as [latitude, longitude]${example}`,
  };
}

/** An outline without an inside closes nothing. */
function checkOutline(corners: readonly Place[], path: string): Fault[] {
  const doubled = corners.reduce((sum, { latitude, longitude }, index) => {
    const before = corners.at(index - 1);
    return before ? sum + before.longitude * latitude - longitude * before.latitude : sum;
  }, 0);
  if (Math.abs(doubled) > Number.EPSILON) return [];
  return [{ path, wrong: 'its corners lie on one line', right: 'write the outline, corner after corner' }];
}

function toFault(fault: PlaceFault, path: string, isMeasured: unknown): Fault {
  const { wrong, right } = explainPlaceFault(fault);
  const isOutsideZone = fault.kind === 'far' && !isMeasured;
  return { path, wrong: isOutsideZone ? `${wrong} by its time zone` : wrong, right };
}
