import { findNearest } from '../faults/problem.ts';

/** Abbreviations, old names and words for zones, by the zone that is likely meant. */
const NICKNAMES: readonly (readonly [zone: string, names: string])[] = [
  ['America/Halifax', 'AST ADT'],
  ['America/New_York', 'EST EDT ET EST5EDT EASTERN'],
  ['America/Chicago', 'CST CDT CT CST6CDT CENTRAL'],
  ['America/Denver', 'MST MDT MT MST7MDT MOUNTAIN'],
  ['America/Los_Angeles', 'PST PDT PT PST8PDT PACIFIC'],
  ['America/Anchorage', 'AKST AKDT ALASKA'],
  ['Pacific/Honolulu', 'HST HAWAII'],
  ['Europe/London', 'GMT BST'],
  ['Europe/Lisbon', 'WET WEST'],
  ['Europe/Berlin', 'CET CEST MET MEST'],
  ['Europe/Athens', 'EET EEST'],
  ['Asia/Kolkata', 'IST'],
  ['Asia/Tokyo', 'JST'],
  ['Australia/Sydney', 'AEST AEDT'],
  ['Pacific/Auckland', 'NZST NZDT'],
];
const LIKELY: ReadonlyMap<string, string> = new Map(
  NICKNAMES.flatMap(([zone, names]) => names.split(' ').map((name): [string, string] => [name, zone])),
);
/** What is shorter is near to too many cities. */
const SHORTEST_CITY = 5;

/** The zone that an abbreviation such as `EST` likely means; null for none. */
export function findLikelyZone(name: string): string | null {
  return LIKELY.get(name.toUpperCase()) ?? null;
}

/** Whether the runtime knows a time zone of that name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

/** What to write in the place of a zone that is not known. */
export function suggestTimeZone(written: unknown): string {
  const example = 'write an IANA time zone such as "America/Chicago"';
  if (typeof written !== 'string' || written.trim() === '') return example;
  const words = written
    .trim()
    .toUpperCase()
    .split(/[\s/_]+/);
  const likely = words.map(findLikelyZone).find((zone) => zone !== null);
  const known = Intl.supportedValuesOf('timeZone');
  const city = written.trim().split('/').at(-1)?.replaceAll(' ', '_').toLowerCase() ?? '';
  const same = known.find((zone) => zone.toLowerCase().endsWith(`/${city}`));
  const cities = new Map(known.map((zone) => [zone.split('/').at(-1) ?? zone, zone]));
  const nearCity = city.length < SHORTEST_CITY ? null : findNearest(city, cities.keys());
  const near = findNearest(written, known) ?? cities.get(nearCity ?? '');
  const meant = same ?? likely ?? near;
  return meant ? `did you mean "${meant}"? ${example}` : example;
}
