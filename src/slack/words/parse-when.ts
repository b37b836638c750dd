import { localDayInterval } from '../../core/agency/crew-calendar.ts';
import { isFarAway } from '../../core/values/duration.ts';
import {
  isDate,
  localDay,
  minutesSinceMidnight,
  moveDay,
  wallTimeInstant,
  weekdayOf,
} from '../../core/values/wall-time.ts';

/** What can be written, for answers to what cannot. */
export const WHEN_EXAMPLES = '`today`, `tomorrow`, `mon`, `2026-11-24`, `14:00`, `2026-11-24 14:00`';

/** The agency's clock. */
export interface WhenContext {
  now: Date;
  timeZone: string;
}

/** A day, with a time of day in minutes where one was given. */
export interface When {
  day: string;
  minutes: number | null;
  /** It was said by the name of its weekday, which comes every week. */
  isWeekday?: true;
}

/**
 * What was read and what follows it. `unread` is a word that looks like a day or a time and is none; `isFar` when it is
 * one, but so far away that its year must be a slip.
 */
export type WhenRead = { when: When; rest: string } | { unread: string; isFar?: true } | null;

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const SHORTEST_WEEKDAY = 3;
const LOOKS_LIKE_WHEN = /^\d{1,4}[-/.:]\d|^\d{1,2}(?:am|pm|h)$/;

/**
 * Reads a day, a time of day, or both from the beginning of `text`. A weekday is the next one from `from` on, which
 * counts itself; a time alone is that of the day `from`. Null when `text` begins with something else.
 */
export function takeWhen(text: string, context: WhenContext, from = today(context)): WhenRead {
  const [first, afterFirst] = splitWord(text);
  if (first.toLowerCase() === 'now') {
    const day = today(context);
    const minutes = Math.floor(minutesSinceMidnight(context.now, day, context.timeZone));
    return { when: { day, minutes }, rest: afterFirst };
  }
  const day = parseDay(first, context, from);
  if (day !== null) {
    if (isFarAway(new Date(`${day}T00:00:00Z`), context.now)) return { unread: first, isFar: true };
    const named = findWeekday(first) === null ? { day } : { day, isWeekday: true as const };
    const [second, afterSecond] = splitWord(afterFirst);
    const minutes = parseTime(second);
    return minutes === null
      ? { when: { ...named, minutes: null }, rest: afterFirst }
      : { when: { ...named, minutes }, rest: afterSecond };
  }
  const minutes = parseTime(first);
  if (minutes !== null) return { when: { day: from, minutes }, rest: afterFirst };
  return LOOKS_LIKE_WHEN.test(first.toLowerCase()) ? { unread: first } : null;
}

/** Whether `text` begins with a time of day that names no day. */
export function beginsWithTime(text: string): boolean {
  return parseTime(splitWord(text)[0]) !== null;
}

/** The instant of a day and time; without a time the first moment of the day, or with `edge` 'end' the one after its last. */
export function instantOf({ day, minutes }: When, timeZone: string, edge: 'start' | 'end'): Date {
  if (minutes === null) return localDayInterval(day, timeZone)[edge];
  return wallTimeInstant(day, minutes, timeZone);
}

/** The local date of the present moment. */
export function today({ now, timeZone }: WhenContext): string {
  return localDay(now, timeZone);
}

function parseDay(word: string, context: WhenContext, from: string): string | null {
  const written = word.toLowerCase();
  if (written === 'today') return today(context);
  if (written === 'tomorrow') return moveDay(today(context), 1);
  if (isDate(written)) return written;
  const weekday = findWeekday(word);
  return weekday === null ? null : moveDay(from, (weekday - weekdayOf(from) + 7) % 7);
}

/** 0 for Sunday; null for a word that is no weekday, nor the beginning of one. */
function findWeekday(word: string): number | null {
  const weekday = WEEKDAYS.findIndex((name) => name.startsWith(word.toLowerCase()));
  return word.length < SHORTEST_WEEKDAY || weekday < 0 ? null : weekday;
}

function parseTime(word: string): number | null {
  const match = /^(\d{1,2})(?::(\d{2}))?(am|pm)?$/.exec(word.toLowerCase());
  if (!match || (match[2] === undefined && match[3] === undefined)) return null;
  const hours = Number(match[1]);
  const minutes = Number(match[2] ?? 0);
  if (minutes > 59) return null;
  if (match[3] !== undefined) {
    if (hours < 1 || hours > 12) return null;
    return ((hours % 12) + (match[3] === 'pm' ? 12 : 0)) * 60 + minutes;
  }
  return hours < 24 || (hours === 24 && minutes === 0) ? hours * 60 + minutes : null;
}

/** The first word and what follows it. */
export function splitWord(text: string): [string, string] {
  const trimmed = text.trim();
  const at = trimmed.search(/\s/);
  return at < 0 ? [trimmed, ''] : [trimmed.slice(0, at), trimmed.slice(at).trim()];
}
