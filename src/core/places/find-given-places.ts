import { readDegrees } from '../values/number.ts';
import type { Place } from './place.ts';

/** A place given as two fields of an object. */
export interface GivenPlace {
  /** Path of the field with the latitude, such as `site.lat`. */
  path: string;
  place: Place;
}

const LATITUDES = ['latitude', 'lat'];
const LONGITUDES = ['longitude', 'lon', 'lng', 'long'];
/** Input has at most 50 levels; a place that somebody fills in stands on the first few. */
const DEEPEST = 5;

/** The places in JSON from outside: wherever an object has a latitude and a longitude, by their usual names, in numbers. */
export function findGivenPlaces(value: unknown, path = '', depth = 0): GivenPlace[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    findGivenPlaces(child, path === '' ? key : `${path}.${key}`, depth + 1),
  );
  if (Array.isArray(value)) return inner;
  const [latitude, longitude] = [findDegrees(value, LATITUDES), findDegrees(value, LONGITUDES)];
  if (!latitude || !longitude) return inner;
  const place = { latitude: latitude.degrees, longitude: longitude.degrees };
  return [{ path: path === '' ? latitude.key : `${path}.${latitude.key}`, place }, ...inner];
}

/** Whether a field of that name holds degrees. */
export function isDegreesName(name: string): boolean {
  return [...LATITUDES, ...LONGITUDES].includes(name.toLowerCase());
}

function findDegrees(value: object, names: readonly string[]): { key: string; degrees: number } | null {
  const entry = Object.entries(value).find(([key]) => names.includes(key.toLowerCase()));
  if (!entry) return null;
  const [key, written] = entry as [string, unknown];
  const read = readDegrees(written);
  return read.ok ? { key, degrees: read.number } : null;
}
