import type { Fault } from '../faults/problem.ts';
import { findTimeZone } from '../places/region.ts';
import { findLikelyZone } from '../places/time-zone-name.ts';
import { minutesAheadOfUtc } from '../values/wall-time.ts';
import { type LocatedAgency, placeOf } from './region-of-agency.ts';

/** By hours ahead of UTC in winter: where most who write a bare offset are. */
const BY_OFFSET: ReadonlyMap<number, string> = new Map([
  [-10, 'Pacific/Honolulu'],
  [-9, 'America/Anchorage'],
  [-8, 'America/Los_Angeles'],
  [-7, 'America/Denver'],
  [-6, 'America/Chicago'],
  [-5, 'America/New_York'],
  [-4, 'America/Halifax'],
  [-3, 'America/Sao_Paulo'],
  [1, 'Europe/Berlin'],
  [2, 'Europe/Athens'],
  [3, 'Europe/Istanbul'],
  [8, 'Asia/Singapore'],
  [9, 'Asia/Tokyo'],
  [10, 'Australia/Sydney'],
  [12, 'Pacific/Auckland'],
]);
/** Names of zones without a slash that are places all the same. */
const PLACES = /^(GB(-Eire)?|NZ(-CHAT)?|PRC|ROC|ROK)$/i;
const NO_PLACE = /^(Etc\/.*|[A-Z]{2,4}|[A-Z]{3}\d[A-Z]{3}|GMT[+-]?0|Zulu|Universal|Greenwich)$/i;
const WINTER = new Date('2026-01-15T12:00:00Z');
const SUMMER = new Date('2026-07-15T12:00:00Z');

/**
 * Warnings about a time zone that is known and yet hardly meant: an abbreviation or a bare offset, which knows no summer
 * time of any place, and a zone whose clocks differ from those at the depots. With the zone that is likely right.
 */
export function warnOfTimeZone({ timeZone, depots = [] }: LocatedAgency): Fault[] {
  const places = depots.map(placeOf).filter((place) => place !== null);
  const [first] = places;
  const there = first ? findTimeZone(first) : null;
  const isNoPlace = NO_PLACE.test(timeZone) && !PLACES.test(timeZone);
  if (isNoPlace) {
    const likely = there && !there.startsWith('Etc/') ? there : guess(timeZone);
    const right = `write the zone of a place, which knows when clocks change${likely ? `: "${likely}"` : ', such as "Europe/London"'}`;
    return [{ path: 'timeZone', wrong: `"${timeZone}" is the zone of no place${sayFixed(timeZone)}`, right }];
  }
  if (there === null || there.startsWith('Etc/') || isSameClock(there, timeZone)) return [];
  const wrong = `the clocks of "${timeZone}" are not those at the depots, which are in "${there}"`;
  return [{ path: 'timeZone', wrong, right: `write "${there}", unless the depots’ places are wrong` }];
}

function guess(timeZone: string): string | undefined {
  const byName = findLikelyZone(timeZone);
  return byName ?? BY_OFFSET.get(minutesAheadOfUtc(WINTER, timeZone) / 60);
}

function sayFixed(timeZone: string): string {
  const isFixed = minutesAheadOfUtc(WINTER, timeZone) === minutesAheadOfUtc(SUMMER, timeZone);
  return isFixed ? ' and has no summer time' : '';
}

function isSameClock(one: string, other: string): boolean {
  return [WINTER, SUMMER].every(
    (season) => minutesAheadOfUtc(season, one) === minutesAheadOfUtc(season, other),
  );
}
