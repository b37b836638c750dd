import { tz } from '@date-fns/tz';
import { isValid } from 'date-fns/isValid';
import { parseISO } from 'date-fns/parseISO';

const WRITTEN = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The instant of "2018-07-24T09:27:00", "2018-07-24 09:27" or "2018-07-24": wall time in `timeZone`, unless the text
 * names a zone itself. A time the clock shows twice means the first. Null for anything else.
 */
export function parseLocalTime(text: string, timeZone: string): Date | null {
  if (!WRITTEN.test(text)) return null;
  const parsed = parseISO(text, { in: tz(timeZone) });
  return isValid(parsed) ? new Date(parsed.getTime()) : null;
}
