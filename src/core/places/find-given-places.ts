import type { Place } from './place.ts';

/** A place given as two fields of an object. */
export interface GivenPlace {
  /** Path of the field with the latitude, such as `site.lat`. */
  path: string;
  place: Place;
}

const LATITUDES = ['latitude', 'lat'];
const LONGITUDES = ['longitude', 'lon', 'lng', 'long'];
const NUMBER = /^\s*[+-]?\d+(\.\d+)?\s*$/;
/** Input has at most 50 levels; a place that somebody fills in stands on the first few. */
const DEEPEST = 5;

/** The places in JSON from outside: wherever an object has a latitude and a longitude, by their usual names, in numbers. */
export function findGivenPlaces(value: unknown, path = '', depth = 0): GivenPlace[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    findGivenPlaces(child, path === '' ? key : `${path}.${key}`, depth + 1),
  );
  if (Array.isArray(value)) return inner;
  const [latitude, longitude] = [readDegrees(value, LATITUDES), readDegrees(value, LONGITUDES)];
  if (!latitude || !longitude) return inner;
  const place = { latitude: latitude.degrees, longitude: longitude.degrees };
  return [{ path: path === '' ? latitude.key : `${path}.${latitude.key}`, place }, ...inner];
}

function readDegrees(value: object, names: readonly string[]): { key: string; degrees: number } | null {
  const entry = Object.entries(value).find(([key]) => names.includes(key.toLowerCase()));
  if (!entry) return null;
  const [key, written] = entry as [string, unknown];
  if (typeof written === 'number') return { key, degrees: written };
  return typeof written === 'string' && NUMBER.test(written) ? { key, degrees: Number(written) } : null;
}
