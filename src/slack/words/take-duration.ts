import { SMALL_NUMBERS } from '../../core/values/number-words.ts';

const COUNTS: Readonly<Record<string, number>> = { a: 1, an: 1, ...SMALL_NUMBERS };

const UNITS = {
  minutes: 'minutes?|mins?|m',
  hours: 'hours?|hrs?|hr|h',
  days: 'days?|d',
  weeks: 'weeks?|wks?|w',
} as const;

const UNIT = Object.values(UNITS).join('|');
const WORDS = Object.keys(COUNTS).join('|');
const END = String.raw`(?![\p{L}\p{N}])`;
const FIRST = new RegExp(
  String.raw`^(for\s+)?(?:the\s+next\s+)?(?:(\d{1,4})([.,]5|½)?\s*-?\s*|(${WORDS})\s+)(${UNIT})(?:\s+and\s+a\s+(half))?(?:${END}|(?=\d))`,
  'iu',
);
const HALF_AN_HOUR = new RegExp(String.raw`^(?:for\s+)?half\s+an\s+hour${END}`, 'iu');
const MORE_MINUTES = new RegExp(String.raw`^\s*(?:and\s+)?(\d{1,3})\s*(?:${UNITS.minutes})${END}`, 'iu');
/** "15h" is an hour of the day as well; "2h" hardly. */
const LIKE_AN_HOUR = /^\s*\d{1,2}\s?h$/i;
const LONGEST_BARE_HOURS = 4;

/** So many minutes of the clock, or whole days of the calendar; one of them is 0. */
export interface Duration {
  minutes: number;
  days: number;
}

/**
 * `for 3 days`, `2h 30m`, `for an hour and a half` at the beginning of `text`, and what follows; null when it begins
 * otherwise, or may be a time of day.
 */
export function takeDuration(text: string): { duration: Duration; rest: string } | null {
  const half = HALF_AN_HOUR.exec(text);
  if (half) return { duration: { minutes: 30, days: 0 }, rest: text.slice(half[0].length) };
  const [whole, isSaid, figures, fraction, word = '', unit = '', andHalf] = FIRST.exec(text) ?? [];
  if (whole === undefined) return null;
  const count = figures === undefined ? (COUNTS[word.toLowerCase()] ?? 0) : Number(figures);
  const isHours = unit.toLowerCase().startsWith('h');
  const isHalved = fraction !== undefined || andHalf !== undefined;
  // Half a day is nobody's measure here, nor half a minute.
  if (count === 0 || (isHalved && !isHours)) return null;
  if (!isSaid && LIKE_AN_HOUR.test(whole) && count > LONGEST_BARE_HOURS) return null;
  const duration = durationOf(count, unit.toLowerCase());
  const rest = text.slice(whole.length);
  if (!isHours) return /^\d/.test(rest) ? null : { duration, rest };
  const more = isHalved ? null : MORE_MINUTES.exec(rest);
  if (more === null && /^\d/.test(rest)) return null;
  const minutes = duration.minutes + (isHalved ? 30 : Number(more?.[1] ?? 0));
  return { duration: { minutes, days: 0 }, rest: rest.slice(more?.[0].length ?? 0) };
}

function durationOf(count: number, unit: string): Duration {
  if (unit.startsWith('m')) return { minutes: count, days: 0 };
  if (unit.startsWith('h')) return { minutes: count * 60, days: 0 };
  return { minutes: 0, days: unit.startsWith('d') ? count : count * 7 };
}
