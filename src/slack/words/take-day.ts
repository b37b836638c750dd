import { isFarAway } from '../../core/values/duration.ts';
import { isDate, localDay, moveDay, weekdayOf } from '../../core/values/wall-time.ts';

/** The agency's clock. */
export interface WhenContext {
  now: Date;
  timeZone: string;
}

/** A local date, or several in a row up to `last`, and what follows it. */
export interface Day {
  day: string;
  last?: string;
  /** It was said by the name of its weekday, which comes every week. */
  isWeekday?: true;
  rest: string;
}

/**
 * A day, or what begins `text` and looks like one: `isFar` when its year must be a slip, `either` when it means one of
 * two dates, `isPast` when it is over. Null when `text` begins with something else.
 */
export type DayRead = Day | UnreadDay | null;
export interface UnreadDay {
  unread: string;
  isFar?: true;
  isPast?: true;
  either?: readonly [string, string];
  /** The weekday that the date really is, of one that was said with another: `Saturday`. */
  isReally?: string;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const SHORTEST_NAME = 3;
const END = String.raw`(?![\p{L}\p{N}/]|[-.:]\p{N}|[’']\p{L})\.?\s*`;
const pattern = (source: string) => new RegExp(`^${source}${END}`, 'iu');

const ISO_DAY = pattern(String.raw`(\d{4}-\d{2}-\d{2})`);
/** `2026-06-24T14:00`: the day, then a time. */
const ISO_INSTANT = /^(\d{4}-\d{2}-\d{2})T(?=\d)/i;
const DAY_FIRST = pattern(
  String.raw`(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(\p{L}{3,9})\.?(?:,?\s+(\d{4}))?`,
);
const MONTH_FIRST = pattern(
  String.raw`(\p{L}{3,9})\.?\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?`,
);
const RELATIVE = pattern(
  String.raw`(today|tomorrow|tmrw|day after tomorrow|the day after tomorrow|(?:this\s+|next\s+)?weekend|next\s+week|in\s+(\d{1,3}|an?|one|two|three|four|five|six|seven)\s+(days?|weeks?))`,
);
const WEEKDAY = pattern(
  String.raw`(?:(this|next|coming)\s+)?(?:(next\s+week|this\s+week)(?:\s+on)?\s+)?((?:sun|mon|tue|wed|thu|fri|sat)\p{L}{0,6})\.?(?:,?\s+(?:of\s+)?(next\s+week|this\s+week))?`,
);
const NAMED_FIRST = /^((?:sun|mon|tue|wed|thu|fri|sat)\p{L}{0,6})\.?,?\s+(?:the\s+)?(?=[\p{L}\d])/iu;
const NAMED_NEXT = /^,?\s*\(?((?:sun|mon|tue|wed|thu|fri|sat)\p{L}{0,6})(?![\p{L}\p{N}-])\.?\)?\s*/iu;
const SMALL_COUNTS = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/** A day at the beginning of `text`. A weekday is the next one from `from` on, which counts itself. */
export function takeDay(text: string, context: WhenContext, from = today(context)): DayRead {
  const read =
    takeWeekdayWithDate(text, context) ??
    takeIso(text) ??
    takeDate(text, context) ??
    takeWeekday(text, context, from) ??
    takeRelative(text, context);
  if (read === null || 'unread' in read) return read;
  const isFar = isFarAway(new Date(`${read.day}T00:00:00Z`), context.now);
  return isFar ? { unread: said(text, read.rest), isFar } : read;
}

/** The local date of the present moment. */
export function today({ now, timeZone }: WhenContext): string {
  return localDay(now, timeZone);
}

/** `fri 11 dec`, `11 dec, fri`: one day, said twice. */
function takeWeekdayWithDate(text: string, context: WhenContext): DayRead {
  const [before = '', word = ''] = NAMED_FIRST.exec(text) ?? [];
  const date = takeIso(text.slice(before.length)) ?? takeDate(text.slice(before.length), context);
  if (date === null || 'unread' in date) return before === '' ? null : date;
  if (before !== '') return agree(text, date, findWeekday(word));
  const [after = '', name = ''] = NAMED_NEXT.exec(date.rest) ?? [];
  const isSame = after !== '' && findWeekday(name) === weekdayOf(date.day);
  return isSame ? { day: date.day, rest: date.rest.slice(after.length) } : null;
}

/** A weekday that is not the date's is a slip in one of them. */
function agree(text: string, { day, rest }: Day, weekday: number | null): DayRead {
  if (weekday === null) return null;
  const really = weekdayOf(day);
  if (really === weekday) return { day, rest };
  const name = WEEKDAYS[really] ?? '';
  return { unread: said(text, rest), isReally: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}` };
}

function takeIso(text: string): DayRead {
  const match = ISO_DAY.exec(text) ?? ISO_INSTANT.exec(text);
  const [whole, day = ''] = match ?? [];
  if (whole === undefined) return null;
  const rest = text.slice(whole.length);
  return isDate(day) ? { day, rest } : { unread: day };
}

function takeRelative(text: string, context: WhenContext): DayRead {
  const [whole, written = '', count, unit] = RELATIVE.exec(text) ?? [];
  if (whole === undefined) return null;
  const rest = text.slice(whole.length);
  const present = today(context);
  const word = written.toLowerCase().replace(/\s+/g, ' ');
  if (count !== undefined && unit !== undefined) {
    const days = countOf(count) * (unit.toLowerCase().startsWith('w') ? 7 : 1);
    return { day: moveDay(present, days), rest };
  }
  if (word === 'today') return { day: present, rest };
  if (word.endsWith('after tomorrow')) return { day: moveDay(present, 2), rest };
  if (word === 'next week') {
    const monday = dayOfNextWeek(present, 1);
    return { day: monday, last: moveDay(monday, 6), rest };
  }
  if (word.endsWith('weekend')) return takeWeekend(said(text, rest), word, present, rest);
  return { day: moveDay(present, 1), rest };
}

/** From Monday to Friday `next weekend` may be the one that comes or the one after it. */
function takeWeekend(written: string, word: string, present: string, rest: string): DayRead {
  const saturday = moveDay(present, 6 - mondayBased(present) - 1);
  if (word.startsWith('next')) return { unread: written, either: [saturday, moveDay(saturday, 7)] };
  const day = saturday < present ? present : saturday;
  return { day, last: moveDay(saturday, 1), rest };
}

/** `1 Dec`, `December 1st`, `Dec 1, 2026`; without a year the next such date. */
function takeDate(text: string, context: WhenContext): DayRead {
  const dayFirst = DAY_FIRST.exec(text);
  const match = dayFirst ?? MONTH_FIRST.exec(text);
  if (!match) return null;
  const [whole, one = '', two = '', year] = match;
  const [date, month] = dayFirst ? [one, monthOf(two)] : [two, monthOf(one)];
  if (month === null) return null;
  const rest = text.slice(whole.length);
  const written = (inYear: string) => `${inYear}-${twoDigits(month)}-${twoDigits(Number(date))}`;
  if (year !== undefined) return dayOrUnread(written(year), text, rest);
  const present = today(context);
  const thisYear = written(present.slice(0, 4));
  const day = thisYear < present ? written(String(Number(present.slice(0, 4)) + 1)) : thisYear;
  return dayOrUnread(day, text, rest);
}

function dayOrUnread(day: string, text: string, rest: string): DayRead {
  return isDate(day) ? { day, rest } : { unread: said(text, rest) };
}

function takeWeekday(text: string, context: WhenContext, from: string): DayRead {
  const match = WEEKDAY.exec(text);
  const [whole, which = '', weekBefore, word = '', weekAfter] = match ?? [];
  const weekday = findWeekday(word);
  if (whole === undefined || weekday === null) return null;
  const rest = text.slice(whole.length);
  const present = today(context);
  const week = (weekBefore ?? weekAfter ?? '').toLowerCase();
  if (week.startsWith('next')) return { day: dayOfNextWeek(present, weekday), rest };
  if (week.startsWith('this') || which.toLowerCase() === 'this') {
    const day = moveDay(dayOfNextWeek(present, weekday), -7);
    return day < present ? { unread: said(text, rest), isPast: true } : { day, rest };
  }
  if (which.toLowerCase() === 'next') {
    const nearest = nextWeekday(moveDay(present, 1), weekday);
    const later = dayOfNextWeek(present, weekday);
    return nearest === later ? { day: later, rest } : { unread: said(text, rest), either: [nearest, later] };
  }
  return { day: nextWeekday(from, weekday), isWeekday: true, rest };
}

/** 0 for Sunday; null for a word that is no weekday, nor the beginning of one. */
function findWeekday(word: string): number | null {
  const written = word.toLowerCase();
  if (written === 'weds') return 3;
  const weekday = WEEKDAYS.findIndex((name) => name.startsWith(written));
  return word.length < SHORTEST_NAME || weekday < 0 ? null : weekday;
}

/** 1 for January; null for a word that is no month, nor the beginning of one. */
function monthOf(word: string): number | null {
  const written = word.toLowerCase();
  if (written === 'sept') return 9;
  const month = MONTHS.findIndex((name) => name.startsWith(written));
  return word.length < SHORTEST_NAME || month < 0 ? null : month + 1;
}

function nextWeekday(from: string, weekday: number): string {
  return moveDay(from, (weekday - weekdayOf(from) + 7) % 7);
}

/** The day of the week, which begins on Monday, after that of `present`. */
function dayOfNextWeek(present: string, weekday: number): string {
  return moveDay(present, 7 - mondayBased(present) + ((weekday + 6) % 7));
}

function mondayBased(day: string): number {
  return (weekdayOf(day) + 6) % 7;
}

function countOf(written: string): number {
  const word = written.toLowerCase();
  if (word === 'a' || word === 'an') return 1;
  const small = SMALL_COUNTS.indexOf(word);
  return small > 0 ? small : Number(written);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** What was read of `text` when `rest` follows it. */
function said(text: string, rest: string): string {
  return text.slice(0, text.length - rest.length).trim();
}
