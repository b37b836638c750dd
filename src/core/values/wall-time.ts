import { TZDate } from '@date-fns/tz';
import { tzOffset } from '@date-fns/tz/tzOffset';
import { format } from 'date-fns/format';
import { DAY_MS, MINUTE_MS } from './duration.ts';

// The only file that turns what a clock on the wall shows into an instant, or an instant into that. The runtime's own
// local dates are those of the machine's zone; a library that starts from them is right only for most of the year.

/** Looking a time zone up is slow, and hundreds of crews begin and end at the same few times of the same days. */
const wallTimes = new Map<string, number>();
const localDays = new Map<string, string>();
const MOST_REMEMBERED = 4_096;

/** Zone, or the zone of the agency where none is written. */
const WRITTEN =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

/**
 * The instant at which clocks in `timeZone` show so many minutes after midnight of the local date `day` ('2026-11-22');
 * from 24 hours on it is a later date. A time that is shown twice means the first; one that is skipped counts on from the
 * hour before: 02:30 is what 03:30 is called in that night.
 */
export function wallTimeInstant(day: string, minutes: number, timeZone: string): Date {
  const wall = startOfDate(day) + minutes * MINUTE_MS;
  return new Date(recall(wallTimes, `${wall} ${timeZone}`, () => toInstant(wall, timeZone)));
}

/** The local date of an instant in `timeZone`, as '2026-11-22'. */
export function localDay(instant: Date, timeZone: string): string {
  return recall(localDays, `${instant.getTime()} ${timeZone}`, () => dateOf(toWall(instant, timeZone)));
}

/** What clocks in `timeZone` show at an instant, in minutes from midnight of the local date `day`. */
export function minutesSinceMidnight(instant: Date, day: string, timeZone: string): number {
  return (toWall(instant, timeZone) - startOfDate(day)) / MINUTE_MS;
}

/**
 * The instant of "2018-07-24T09:27:00", "2018-07-24 09:27" or "2018-07-24": wall time in `timeZone`, unless the text
 * names a zone itself ("Z", "+02:00"). Null for anything else, and for a date that no calendar has.
 */
export function readInstant(text: string, timeZone: string): Date | null {
  const [matched, day = '', hours = '0', minutes = '0', seconds = '0', fraction = '', zone] =
    WRITTEN.exec(text) ?? [];
  if (matched === undefined || !isDate(day)) return null;
  const rest = Number(seconds) * 1_000 + Math.floor(Number(`0.${fraction || '0'}`) * 1_000);
  const wall = startOfDate(day) + (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + rest;
  return new Date(zone === undefined ? toInstant(wall, timeZone) : wall - readOffset(zone) * MINUTE_MS);
}

/** Whether a text such as '2026-02-28' is a date of the calendar. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dateOf(startOfDate(text)) === text;
}

/** The local date so many days later; a year beyond 9999 is written with all its digits. */
export function moveDay(day: string, days: number): string {
  return dateOf(startOfDate(day) + days * DAY_MS);
}

/** How many days from one date to another; negative when the other is earlier. */
export function daysBetween(day: string, other: string): number {
  return (startOfDate(other) - startOfDate(day)) / DAY_MS;
}

/** Day of the week of a date, 0 for Sunday. */
export function weekdayOf(day: string): number {
  return new Date(startOfDate(day)).getUTCDay();
}

/** An instant as clocks and calendars in `timeZone` show it, by a pattern of date-fns such as 'EEE d MMM HH:mm'. */
export function formatLocal(instant: Date, timeZone: string, pattern: string): string {
  return format(new TZDate(instant, timeZone), pattern);
}

/** A date by a pattern of date-fns such as 'EEE d MMM'. */
export function formatDate(day: string, pattern: string): string {
  return formatLocal(new Date(startOfDate(day)), 'UTC', pattern);
}

/** How far clocks in `timeZone` are ahead of UTC at an instant. */
export function minutesAheadOfUtc(instant: Date, timeZone: string): number {
  return offsetAt(instant.getTime(), timeZone) / MINUTE_MS;
}

/** UTC milliseconds of a wall time, given as UTC milliseconds of what the clock shows. */
function toInstant(wall: number, timeZone: string): number {
  // No zone is further than a day from what it was, or will be: so both sides of a change are looked at.
  const before = wall - offsetAt(wall - DAY_MS, timeZone);
  const after = wall - offsetAt(wall + DAY_MS, timeZone);
  const shown = [before, after].filter((instant) => instant + offsetAt(instant, timeZone) === wall);
  return shown.length > 0 ? Math.min(...shown) : before;
}

/** What the clock shows at an instant, as UTC milliseconds. */
function toWall(instant: Date, timeZone: string): number {
  return instant.getTime() + offsetAt(instant.getTime(), timeZone);
}

function offsetAt(instant: number, timeZone: string): number {
  return Math.round(tzOffset(timeZone, new Date(instant)) * MINUTE_MS);
}

/** Minutes that a written zone is ahead of UTC. */
function readOffset(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** UTC milliseconds of a date's first moment, were it a date in UTC: for counting days. */
function startOfDate(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(0).setUTCFullYear(year, month - 1, date);
}

function dateOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  const [year, ...rest] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return [String(year).padStart(4, '0'), ...rest.map((part) => String(part).padStart(2, '0'))].join('-');
}

function recall<Value>(known: Map<string, Value>, key: string, workOut: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_REMEMBERED) known.clear();
  const value = workOut();
  known.set(key, value);
  return value;
}
