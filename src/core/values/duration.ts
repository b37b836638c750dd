import { z } from 'zod';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const UNITS = { s: 1_000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(s|m|h|d)$/;

/** A span of time as people write it in a definition: a number and one of `s`, `m`, `h`, `d`, e.g. `"90s"`, `"48h"`. */
export const Duration = z
  .string()
  .regex(PATTERN, 'write a duration as a number and a unit: "90s", "15m", "48h" or "2d"')
  .refine((text) => toMilliseconds(text) > 0, 'a duration must be longer than zero')
  .describe('A number and a unit: "90s", "15m", "48h", "2d"');

/** Length of a duration in milliseconds. The text must have passed `Duration`. */
export function toMilliseconds(duration: string): number {
  const match = PATTERN.exec(duration);
  if (!match) return Number.NaN;
  return Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]);
}

/** The instant `milliseconds` after `start`. */
export function after(start: Date, milliseconds: number): Date {
  return new Date(start.getTime() + milliseconds);
}

/** The earliest of the given instants, or null when there is none. */
export function earliest(instants: Iterable<Date | null | undefined>): Date | null {
  let best: Date | null = null;
  for (const instant of instants) {
    if (instant && (best === null || instant < best)) best = instant;
  }
  return best;
}

/** How long a span is, for people: "45 s", "12 min", "3 h 20 min", "2 d 4 h". Sub-second spans read "0 s". */
export function describeSpan(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

const MOST_YEARS = 10;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;
const YEAR_MS = 365.25 * 24 * 60 * 60_000;

/** So long one job may have to wait after another: what is longer is a slip. */
export const LONGEST_WAIT_MINUTES = MOST_YEARS * 366 * 24 * 60;

/** What to do about an instant or a date that is far away. */
export const FAR_AWAY = `more than ${MOST_YEARS} years away: check the year`;

/** What to do about a year that nobody plans in. */
export const OUTSIDE_YEARS = `check the year: write one from ${FIRST_YEAR} to ${LAST_YEAR}`;

/** Whether an instant is so far from `now`, before or after it, that its year must be a slip. */
export function isFarAway(instant: Date, now: Date): boolean {
  // Not the other way round: what is no instant at all is far from everything.
  return !(Math.abs(instant.getTime() - now.getTime()) <= MOST_YEARS * YEAR_MS);
}

/** The same where there is no `now`: whether a date or an instant, written with its year first, is of a plannable year. */
export function isPlannableYear(written: string): boolean {
  const year = Number(written.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** The date itself, or the first or last that is plannable. */
export function boundDate(date: string): string {
  if (isPlannableYear(date)) return date;
  return Number(date.slice(0, 4)) < FIRST_YEAR ? `${FIRST_YEAR}-01-01` : `${LAST_YEAR}-12-31`;
}
