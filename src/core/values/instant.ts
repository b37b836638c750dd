import { isDate, readInstant } from './wall-time.ts';

/** How an instant is written, for the remedy of one that is not. */
export const WRITE_INSTANT =
  'write an instant such as "2026-07-01T08:00:00Z", or a date such as "2026-07-01"';

/** Whose clock a time is on has to be said: nobody would know whether the author, the agency or the machine was meant. */
const ZONED = /T.*(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * The one reader of instants that definitions, inputs and other systems write: an instant with its zone, or a day, which
 * is the beginning of that day on the agency's clock, in `timeZone`. Null for any other form, and for a day that no
 * calendar has: nothing rolls over into the next month.
 */
export function readWrittenInstant(written: unknown, timeZone: string): Date | null {
  const text = typeof written === 'string' ? written.trim() : '';
  return isDate(text) || ZONED.test(text) ? readInstant(text, timeZone) : null;
}
