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
