import { DAY_MS } from '../../core/values/duration.ts';
import { quantile } from './quantile.ts';

const YEAR_MS = 365.25 * DAY_MS;
/** So far from the middle of its file a request may always lie. */
const LEAST_REACH_MS = 2 * YEAR_MS;
/** Farther never: the replay goes through every month between the first and the last. */
const MOST_REACH_MS = 10 * YEAR_MS;
/** So much farther from the middle than half of the requests are, a request may lie. */
const SPREAD_FACTOR = 3;

/** When the requests of a file came in, from the first instant to the last that may be meant. */
export interface TimeSpan {
  first: Date;
  last: Date;
}

/** Around the middle of the instants, as far as most of them reach: what lies outside is a slip of the year. */
export function dateRequests(instants: readonly Date[]): TimeSpan {
  const times = instants.map((instant) => instant.getTime());
  const middle = quantile(times, 0.5);
  const usual = quantile(
    times.map((time) => Math.abs(time - middle)),
    0.5,
  );
  const reach = Math.min(MOST_REACH_MS, Math.max(LEAST_REACH_MS, SPREAD_FACTOR * usual));
  return { first: new Date(middle - reach), last: new Date(middle + reach) };
}
