import { localDayInterval } from '../../core/agency/crew-calendar.ts';
import { FAR_AWAY, MINUTE_MS } from '../../core/values/duration.ts';
import { minutesSinceMidnight, moveDay, wallTimeInstant } from '../../core/values/wall-time.ts';
import { userLine } from './mrkdwn.ts';
import { takeDay, today, type UnreadDay, type WhenContext } from './take-day.ts';
import { takeDuration } from './take-duration.ts';
import { takeShortRange, takeTime } from './take-time.ts';

/** What can be written, for answers to what cannot. */
export const WHEN_EXAMPLES =
  '`today`, `tomorrow`, `mon`, `2026-11-24`, `1 Dec`, `14:00`, `2 pm`, `2026-11-24 14:00`';

/**
 * A day, with a time of day in minutes where one was given: past 24 hours it is on a later day. `span` is said of both
 * ends at once: days in a row, a part of a day, two times of it.
 */
export interface When {
  day: string;
  minutes: number | null;
  /** It was said by the name of its weekday, which comes every week. */
  isWeekday?: true;
  span?: { lastDay: string; endMinutes: number | null; isPartOfDay: boolean };
}

/** What was read and what follows it, or what looks like a day or a time and is none. Null for anything else. */
export type WhenRead = { when: When; rest: string } | UnreadDay | { twice: string } | null;

/**
 * Parts of a day, in minutes from its beginning, as people at work mean them. What is meant shorter or longer is said by
 * times; the answer always names both.
 */
const PARTS: Readonly<Record<string, readonly [number, number]>> = {
  morning: [6 * 60, 12 * 60],
  afternoon: [12 * 60, 18 * 60],
  evening: [18 * 60, 22 * 60],
  night: [22 * 60, 30 * 60],
  tonight: [18 * 60, 30 * 60],
};
const DAY = 24 * 60;
const PART =
  /^,?\s*(?:in\s+the\s+|at\s+|during\s+the\s+)?(morning|afternoon|evening|night)(?![\p{L}\p{N}])\s*/iu;
const PART_OF_TODAY =
  /^(?:this\s+(morning|afternoon|evening)|(tonight|morning|afternoon|evening|night))(?![\p{L}\p{N}])\s*/iu;
const WHOLE_DAY =
  /^,?\s*\(?(?:the\s+)?(?:all|whole|entire|rest\s+of\s+the|full)\s*-?\s*day\b\)?(?:\s+long)?\s*/i;
const NOW = /^(?:right\s+)?now(?![\p{L}\p{N}])\s*/iu;
const IN_A_WHILE = /^in\s+/i;
const BEFORE_TIME = /^(?:,\s*)?(?:at\s+|from\s+|between\s+|@\s*)?/i;
const BEFORE_DAY = /^(?:on\s+|the\s+day\s+)/i;
const LOOKS_LIKE_WHEN = /^\d{1,4}[-/.:]\d|^\d{1,2}(?:am|pm|h)\b/i;

/**
 * Reads a day, a time of day, or both from the beginning of `text`. A weekday is the next one from `from` on, which
 * counts itself; a time alone is that of the day `from`. Null when `text` begins with something else.
 */
export function takeWhen(text: string, context: WhenContext, from = today(context)): WhenRead {
  const trimmed = text.trim();
  return (
    takeNow(trimmed, context) ??
    takePartOfToday(trimmed, context) ??
    takeDayAndTime(trimmed, context, from) ??
    takeTimeAlone(trimmed, context, from) ??
    takeUnread(trimmed)
  );
}

/** Why what looks like a day or a time is none that can be meant; null when there is nothing to say but that. */
export function sayUnreadWhen(read: Exclude<WhenRead, { when: When } | null>): string | null {
  if ('twice' in read)
    return `“${userLine(read.twice, 60)}” of which day? Write the day first: \`tomorrow 9am\`; or both ends: \`today 9am to tomorrow 12pm\`.`;
  const named = `“${userLine(read.unread, 60)}”`;
  if (read.isFar) return `${named} is ${FAR_AWAY}.`;
  if (read.isReally) return `${named}: that day is a ${read.isReally}. Write the date that you mean.`;
  if (read.isPast) return `${named} has passed already.`;
  if (!read.either) return null;
  const [one, other] = read.either;
  return `${named} may be ${one} or ${other}: write the date that you mean.`;
}

/** Whether `text` begins with a time of day that names no day. */
export function beginsWithTime(text: string): boolean {
  const trimmed = text.trim().replace(BEFORE_TIME, '');
  return takeTime(trimmed) !== null || takeShortRange(trimmed) !== null;
}

/** The instant of a day and time; without a time the first moment of the day, or with `edge` 'end' the one after its last. */
export function instantOf(
  { day, minutes }: Pick<When, 'day' | 'minutes'>,
  timeZone: string,
  edge: 'start' | 'end',
): Date {
  if (minutes === null) return localDayInterval(day, timeZone)[edge];
  return wallTimeInstant(day, minutes, timeZone);
}

/** `now`, and `in 2 hours`: by the clock, to the minute. */
function takeNow(text: string, context: WhenContext): WhenRead {
  const now = NOW.exec(text);
  if (now) return { when: atInstant(context.now, context), rest: text.slice(now[0].length) };
  if (!IN_A_WHILE.test(text)) return null;
  const wait = takeDuration(text.replace(IN_A_WHILE, ''));
  if (wait === null || wait.duration.minutes === 0) return null;
  const then = new Date(context.now.getTime() + wait.duration.minutes * MINUTE_MS);
  return { when: atInstant(then, context), rest: wait.rest.trim() };
}

function atInstant(instant: Date, { timeZone }: WhenContext): When {
  const day = today({ now: instant, timeZone });
  return { day, minutes: Math.floor(minutesSinceMidnight(instant, day, timeZone)) };
}

function takePartOfToday(text: string, context: WhenContext): WhenRead {
  const match = PART_OF_TODAY.exec(text);
  const part = (match?.[1] ?? match?.[2])?.toLowerCase();
  if (!match || part === undefined) return null;
  return { when: partOf({ day: today(context) }, part), rest: text.slice(match[0].length) };
}

function partOf(named: Pick<When, 'day' | 'isWeekday'>, part: string): When {
  const [from, to] = PARTS[part] ?? [0, DAY];
  const span =
    to > DAY
      ? { lastDay: moveDay(named.day, 1), endMinutes: to - DAY, isPartOfDay: true }
      : { lastDay: named.day, endMinutes: to, isPartOfDay: true };
  return { ...named, minutes: from, span };
}

function takeDayAndTime(text: string, context: WhenContext, from: string): WhenRead {
  const read = takeDay(text.replace(BEFORE_DAY, ''), context, from);
  if (read === null || 'unread' in read) return read;
  const { day, last, isWeekday, rest } = read;
  const named = { day, ...(isWeekday && { isWeekday }) };
  if (last !== undefined)
    return {
      when: { ...named, minutes: null, span: { lastDay: last, endMinutes: null, isPartOfDay: false } },
      rest,
    };
  const whole = WHOLE_DAY.exec(rest);
  if (whole) return { when: { ...named, minutes: null }, rest: rest.slice(whole[0].length) };
  const part = PART.exec(rest);
  const afterPart = part ? rest.slice(part[0].length) : rest;
  const timed = takeTimes(afterPart.replace(BEFORE_TIME, ''), named);
  if (timed && !(part && isOutside(timed.when, part[1]))) return timed;
  if (part) return { when: partOf(named, (part[1] ?? '').toLowerCase()), rest: afterPart };
  return { when: { ...named, minutes: null }, rest };
}

/** "tomorrow evening at 9:00" says two different things. */
function isOutside({ minutes }: When, part = ''): boolean {
  const [from, to] = PARTS[part.toLowerCase()] ?? [0, DAY];
  return minutes === null || minutes < from || minutes >= to;
}

function takeTimeAlone(text: string, context: WhenContext, from: string): WhenRead {
  const bare = text.replace(BEFORE_TIME, '');
  const timed = takeTimes(bare, { day: from });
  if (!timed) return null;
  const after = takeDay(timed.rest.replace(BEFORE_DAY, ''), context, from);
  if (after === null) return timed;
  // "9am tomorrow" is that of tomorrow, or from today's on: nobody can know, unless there is an "on".
  if ('unread' in after || after.last !== undefined || !BEFORE_DAY.test(timed.rest))
    return { twice: text.slice(0, text.length - timed.rest.length).trim() };
  const { day, isWeekday, rest } = after;
  const { minutes } = timed.when;
  return timed.when.span
    ? { twice: timed.rest }
    : { when: { day, minutes, ...(isWeekday && { isWeekday }) }, rest };
}

function takeTimes(
  text: string,
  named: Pick<When, 'day' | 'isWeekday'>,
): { when: When; rest: string } | null {
  const range = takeShortRange(text);
  if (range) {
    const span = { lastDay: named.day, endMinutes: range.to, isPartOfDay: false };
    return { when: { ...named, minutes: range.from, span }, rest: range.rest.trim() };
  }
  const time = takeTime(text);
  return time && { when: { ...named, minutes: time.minutes }, rest: time.rest.trim() };
}

function takeUnread(text: string): WhenRead {
  const [first] = splitWord(text);
  return LOOKS_LIKE_WHEN.test(first) ? { unread: first } : null;
}

/** The first word and what follows it. */
export function splitWord(text: string): [string, string] {
  const trimmed = text.trim();
  const at = trimmed.search(/\s/);
  return at < 0 ? [trimmed, ''] : [trimmed.slice(0, at), trimmed.slice(at).trim()];
}
