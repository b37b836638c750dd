import { millisecondsInDay } from 'date-fns/constants';
import type { Interval } from '../../core/agency/crew-calendar.ts';
import { FAR_AWAY } from '../../core/values/duration.ts';
import { daysBetween, localDay, moveDay } from '../../core/values/wall-time.ts';
import { userLine } from './mrkdwn.ts';
import {
  beginsWithTime,
  instantOf,
  takeWhen,
  WHEN_EXAMPLES,
  type When,
  type WhenContext,
} from './parse-when.ts';

/**
 * A period and what was written behind it, or in words what is wrong. `longDays` is its length when it was said by
 * weekdays and is so long that it may not be meant: "fri thu" is seven days.
 */
export type PeriodRead = (Interval & { reason: string; longDays?: number }) | { problem: string };

const MOST_DAYS = 366;
/** Up to so many days nobody reads two weekdays the other way round. */
const SHORT_DAYS = 3;
const REVERSED = 'It would end before it begins. Say from when, then until when.';
const PASSED = 'That time has passed already.';

/**
 * `FROM [TO] [reason]`: a day without a time is the whole day, the last one included; without TO it is the rest of that
 * day. A TO that is only a time of day, and before FROM's, is meant for the next day.
 */
export function parsePeriod(text: string, context: WhenContext): PeriodRead {
  const first = takeWhen(dropWord(text, ['from']), context);
  if (first === null || 'unread' in first) return { problem: notUnderstood(text, first, 'From when?') };
  const from = first.when;
  const afterFrom = dropWord(first.rest, ['to', 'until', 'till', '-', '–']);
  const second = takeWhen(afterFrom, context, from.day);
  if (second !== null && 'unread' in second)
    return { problem: notUnderstood(first.rest, second, 'Until when?') };
  const meant = second?.when ?? { day: from.day, minutes: null };
  const to = beginsWithTime(afterFrom) ? nextDayIfBefore(from, meant) : meant;
  return check(from, to, (second ?? first).rest, context);
}

/** `UNTIL [reason]`, from now on. A time of day that has passed is refused, and a day is meant with its last minute. */
export function parseUntil(text: string, context: WhenContext): PeriodRead {
  const read = takeWhen(dropWord(text, ['until', 'till', 'to']), context);
  if (read === null || 'unread' in read) return { problem: notUnderstood(text, read, 'Until when?') };
  const end = instantOf(read.when, context.timeZone, 'end');
  if (end <= context.now) return { problem: PASSED };
  return noteLength(checkInterval({ start: context.now, end }, read.rest, context), [read.when]);
}

function check(from: When, to: When, rest: string, context: WhenContext): PeriodRead {
  if (to.day < from.day) return { problem: REVERSED };
  const start = instantOf(from, context.timeZone, 'start');
  const end = instantOf(to, context.timeZone, 'end');
  return noteLength(checkInterval({ start, end }, rest, context), [from, to]);
}

function noteLength(read: PeriodRead, said: readonly When[]): PeriodRead {
  if ('problem' in read || !said.some(({ isWeekday }) => isWeekday)) return read;
  // Rounded: a day on which the clock changes is one, too.
  const days = Math.round((read.end.getTime() - read.start.getTime()) / millisecondsInDay);
  return days > SHORT_DAYS ? { ...read, longDays: days } : read;
}

function checkInterval({ start, end }: Interval, rest: string, { now, timeZone }: WhenContext): PeriodRead {
  const days = (from: Date, to: Date) => daysBetween(localDay(from, timeZone), localDay(to, timeZone));
  if (end.getTime() === start.getTime())
    return {
      problem: 'It would last no time at all. Say from when, then until when; a day alone is meant whole.',
    };
  if (end < start) return { problem: REVERSED };
  if (end <= now) return { problem: PASSED };
  if (days(now, end) > MOST_DAYS) return { problem: 'That is more than a year away: check the year.' };
  if (days(start, now) > MOST_DAYS) return { problem: 'That begins more than a year ago: check the year.' };
  return { start, end, reason: rest.trim() };
}

function nextDayIfBefore(from: When, to: When): When {
  const isBefore =
    to.day === from.day && from.minutes !== null && to.minutes !== null && to.minutes < from.minutes;
  return isBefore ? { ...to, day: moveDay(to.day, 1) } : to;
}

function notUnderstood(
  text: string,
  read: { unread: string; isFar?: true } | null,
  question: string,
): string {
  if (text.trim() === '') return `${question} Write ${WHEN_EXAMPLES}.`;
  const word = read?.unread ?? text.trim().split(/\s/)[0] ?? '';
  if (read?.isFar) return `“${userLine(word, 60)}” is ${FAR_AWAY}.`;
  return `“${userLine(word, 60)}” is no day or time I know. ${question} Write ${WHEN_EXAMPLES}.`;
}

function dropWord(text: string, words: readonly string[]): string {
  const trimmed = text.trim();
  const [first = ''] = trimmed.split(/\s/);
  return words.includes(first.toLowerCase()) ? trimmed.slice(first.length).trim() : trimmed;
}
