import { isDate, readInstant, wallTimeInstant } from '../../core/values/wall-time.ts';

/**
 * A time of a file, read, and the end of the day where only a day is said; or why it is none, in words for the count and
 * for what would be right.
 */
export type TimeRead = { ok: true; instant: Date; end: Date } | { ok: false; reason: string; right: string };

type Order = 'day first' | 'month first' | 'either';

const TIME_HINT = 'write a time such as 2018-07-24T09:27:00';
/** `7/24/2018 9:27:00 PM`, `24.07.2018 09:27`. */
const SLASHED =
  /^(?<first>\d{1,2})(?<sign>[/.-])(?<second>\d{1,2})\k<sign>(?<year>\d{4})(?:,?[T\s]+(?<hours>\d{1,2}):(?<minutes>[0-5]\d)(?::(?<seconds>[0-5]\d)(?:\.\d+)?)?\s*(?<half>[AP]\.?M\.?)?)?$/i;
/** Databases write the hours of an offset alone. */
const SHORT_OFFSET = /^(\d{4}-\d{2}-\d{2}[T ][\d:.]+[+-]\d{2})$/;

/**
 * A reader of the times of one file. Dates with the year first are read as they are; of others, whether day or month
 * comes first is told by the whole file: a number above 12 is a day, and dots are written with the day first. When nothing
 * tells, none of them is read.
 */
export function createTimeReader(written: readonly string[], timeZone: string): (text: string) => TimeRead {
  const order = findOrder(written);
  return (text) => {
    const plain = text.replace(SHORT_OFFSET, '$1:00');
    const instant = readInstant(plain, timeZone);
    if (instant) return { ok: true, instant, end: isDate(plain) ? endOf(plain, timeZone) : instant };
    const parts = SLASHED.exec(text)?.groups;
    if (!parts) return { ok: false, reason: 'no time', right: TIME_HINT };
    if (order === 'either' && parts.sign !== '.') {
      const right = `no row tells whether the day or the month comes first: ${TIME_HINT}`;
      return { ok: false, reason: 'day or month first', right };
    }
    return readSlashed(parts, parts.sign === '.' ? 'day first' : order, timeZone);
  };
}

/** A day alone is meant whole. */
function endOf(day: string, timeZone: string): Date {
  return wallTimeInstant(day, 24 * 60, timeZone);
}

function findOrder(written: readonly string[]): Order {
  const pairs = written.flatMap((text): [number, number][] => {
    const { sign, first, second } = SLASHED.exec(text)?.groups ?? {};
    return sign === undefined || sign === '.' ? [] : [[Number(first), Number(second)]];
  });
  const isDayFirst = pairs.some(([first, second]) => first > 12 && second <= 12);
  const isMonthFirst = pairs.some(([first, second]) => second > 12 && first <= 12);
  if (isDayFirst === isMonthFirst) return 'either';
  return isDayFirst ? 'day first' : 'month first';
}

function readSlashed(parts: Record<string, string | undefined>, order: Order, timeZone: string): TimeRead {
  const { first = '', second = '', year = '', hours, minutes = '00', seconds = '00', half } = parts;
  const [day, month] = order === 'day first' ? [first, second] : [second, first];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const hour = hours === undefined ? '00' : readHour(Number(hours), half);
  const instant = hour === null ? null : readInstant(`${date}T${hour}:${minutes}:${seconds}`, timeZone);
  if (!instant) return { ok: false, reason: 'no time', right: TIME_HINT };
  return { ok: true, instant, end: hours === undefined ? endOf(date, timeZone) : instant };
}

/** Null for an hour that no clock shows, such as 13 PM. */
function readHour(hours: number, half: string | undefined): string | null {
  if (half === undefined) return String(hours).padStart(2, '0');
  if (hours < 1 || hours > 12) return null;
  return String((hours % 12) + (/^p/i.test(half) ? 12 : 0)).padStart(2, '0');
}
