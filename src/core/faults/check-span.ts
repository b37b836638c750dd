import { DAY_MS, toMilliseconds } from '../values/duration.ts';
import type { Fault } from './problem.ts';

const LONGEST_SPAN_DAYS = 366;
const DAYS_IN_YEAR = 365.25;

/** Checks that a span can be kept; a longer one than a year must be a slip. */
export function checkSpan(
  span: string | undefined,
  path: string,
  longestDays: number = LONGEST_SPAN_DAYS,
): Fault[] {
  if (span === undefined) return [];
  const milliseconds = toMilliseconds(span);
  if (!(milliseconds > 0)) {
    const right = `write a span longer than zero and at most ${longestDays} days`;
    return [{ path, wrong: `"${span}" is not a span that can be kept`, right }];
  }
  const days = milliseconds / DAY_MS;
  if (days <= longestDays) return [];
  const right = `check the number and its unit: write at most ${longestDays} days, such as "48h" or "2d"`;
  return [{ path, wrong: `"${span}" is too long, ${describeDays(days)}`, right }];
}

function describeDays(days: number): string {
  const years = Math.round(days / DAYS_IN_YEAR);
  return years > 1 ? `about ${years} years` : `${Math.ceil(days)} days`;
}
