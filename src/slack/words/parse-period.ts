import { millisecondsInDay } from 'date-fns/constants';
import type { Interval } from '../../core/agency/crew-calendar.ts';
import { MINUTE_MS } from '../../core/values/duration.ts';
import { daysBetween, localDay, moveDay } from '../../core/values/wall-time.ts';
import { formatPeriod } from './local-time.ts';
import { userLine } from './mrkdwn.ts';
import {
  beginsWithTime,
  instantOf,
  sayUnreadWhen,
  takeWhen,
  WHEN_EXAMPLES,
  type When,
  type WhenRead,
} from './parse-when.ts';
import { today, type WhenContext } from './take-day.ts';
import { type Duration, takeDuration } from './take-duration.ts';
import { dropQuotes, findUnreadTime } from './unread-time.ts';

/**
 * A period and what was written behind it, or in words what is wrong. `longDays` is its length when it was said by
 * weekdays and is so long that it may not be meant: "fri thu" is seven days.
 */
export type PeriodRead = (Interval & { reason: string; longDays?: number }) | { problem: string };

/** Both ends as they were said, and what follows them. */
interface Said {
  from: When;
  to: When;
  rest: string;
}
type Ends = Said | { problem: string };

const MOST_DAYS = 366;
/** Up to so many days nobody reads two weekdays the other way round. */
const SHORT_DAYS = 3;
const REVERSED = 'It would end before it begins. Say from when, then until when.';
const PASSED = 'That time has passed already.';
const FROM_WORDS = /^(?:from|starting|beginning|between)(?![\p{L}\p{N}])\s*/iu;
/** Behind one of these an end must follow; a dash may also come before a reason. */
const TO_WORDS = /^,?\s*(?:up\s+)?(to|until|till?|thru|through|and)(?![\p{L}\p{N}])\s*/iu;
const DASH = /^\s*[-–—‑−]+\s*/u;
const UNTIL_WORDS = /^(?:until|till?|to|thru|through)(?![\p{L}\p{N}])\s*/iu;
const EXAMPLES = '`wed for 3 days`, `tomorrow 9am-12pm`, `fri afternoon`, `mon 14:00 to wed 10:00`';

/**
 * `FROM [TO | for HOW LONG] [reason]`: a day without a time is the whole day, the last one included; without an end it is
 * the rest of that day. An end that is only a time of day, and before the beginning's, is meant for the next day. What
 * follows and may be said of time as well is a problem, never a reason.
 */
export function parsePeriod(text: string, context: WhenContext): PeriodRead {
  const trimmed = text.trim();
  const bare = trimmed.replace(FROM_WORDS, '');
  const ends = readLasting(bare, context) ?? readEnds(trimmed, bare, context);
  if ('problem' in ends) return ends;
  return check(ends, context);
}

/**
 * `UNTIL [reason]`, from now on, or a whole period as for an absence: `from 14:00 to 18:00`, `for 2 hours`. A time of day
 * that has passed is refused, and a day is meant with its last minute.
 */
export function parseUntil(text: string, context: WhenContext): PeriodRead {
  const trimmed = text.trim();
  if (FROM_WORDS.test(trimmed)) return parsePeriod(trimmed, context);
  const lasting = readLasting(trimmed, context);
  if (lasting) return check(lasting, context);
  const bare = trimmed.replace(UNTIL_WORDS, '');
  const read = takeWhen(bare, context);
  if (read === null || !('when' in read)) return { problem: notUnderstood(bare, read, 'Until when?') };
  const { when, rest } = read;
  if (when.span) return { problem: sayBothEnds(when, context) };
  const end = instantOf(when, context.timeZone, 'end');
  if (end <= context.now) return { problem: PASSED };
  return finish({ start: context.now, end }, rest, [when], context);
}

/** `for 3 days`, from now on: days are whole ones, today the first of them. */
function readLasting(text: string, context: WhenContext): Said | null {
  const read = takeDuration(text);
  if (read === null) return null;
  const from: When = read.duration.days > 0 ? { day: today(context), minutes: null } : nowOf(context);
  return { from, to: endAfter(from, read.duration, context), rest: read.rest };
}

function nowOf(context: WhenContext): When {
  const read = takeWhen('now', context);
  return read !== null && 'when' in read ? read.when : { day: today(context), minutes: null };
}

function readEnds(text: string, bare: string, context: WhenContext): Ends {
  const first = takeWhen(bare, context);
  if (first === null || !('when' in first)) return { problem: notUnderstood(text, first, 'From when?') };
  const { when: from, rest } = first;
  const word = TO_WORDS.exec(rest)?.[1]?.toLowerCase();
  const isBetween = /\bbetween\b/i.test(text.slice(0, text.length - rest.length));
  const isLinked = word !== undefined && (word !== 'and' || isBetween);
  const afterLink = isLinked ? rest.replace(TO_WORDS, '') : rest.replace(DASH, '');
  const lasting = isLinked ? null : takeDuration(rest.replace(/^,\s*/, ''));
  if (lasting && !from.span) return readLength(from, lasting, context);
  if (from.span && !isLinked && !from.span.isPartOfDay) return spanOf(from, rest);
  return readEnd(from, { rest, afterLink, word: isLinked ? word : undefined }, context);
}

/** "wed for 2 hours" does not say from when on. */
function readLength(
  from: When,
  { duration, rest }: { duration: Duration; rest: string },
  context: WhenContext,
): Ends {
  if (from.minutes === null && duration.days === 0)
    return { problem: `From what time? Write \`14:00 for 2 hours\`, or both times: \`14:00 to 16:00\`.` };
  const { day, minutes } = from;
  return { from: { day, minutes }, to: endAfter(from, duration, context), rest };
}

function readEnd(
  from: When,
  { rest, afterLink, word }: { rest: string; afterLink: string; word: string | undefined },
  context: WhenContext,
): Ends {
  // "tomorrow evening 9:00" says two different things.
  if (from.span && word === undefined && beginsWithTime(afterLink)) return spanOf(from, rest);
  const second = takeWhen(afterLink, context, from.day);
  const isMissing = second === null && word !== undefined && word !== 'and';
  if (isMissing || (second !== null && !('when' in second)))
    return { problem: notUnderstood(afterLink, second, 'Until when?') };
  if (second === null)
    return from.span ? spanOf(from, rest) : { from, to: { day: from.day, minutes: null }, rest };
  const to = second.when;
  if (to.span?.isPartOfDay && (word === 'until' || word?.startsWith('til')))
    return { problem: sayBothEnds(to, context) };
  const end = to.span ? endOf(to) : to;
  const meant = beginsWithTime(afterLink) ? nextDayIfBefore(from, end) : end;
  return { from, to: meant, rest: second.rest };
}

function spanOf(from: When, rest: string): Ends {
  return { from, to: endOf(from), rest };
}

function endOf({ day, span, isWeekday }: When): When {
  const end = { day: span?.lastDay ?? day, minutes: span?.endMinutes ?? null };
  return isWeekday ? { ...end, isWeekday } : end;
}

function endAfter(from: When, { minutes, days }: Duration, { timeZone }: WhenContext): When {
  if (from.minutes === null) return { day: moveDay(from.day, days - 1), minutes: null };
  if (days > 0) return { day: moveDay(from.day, days), minutes: from.minutes };
  const end = new Date(instantOf(from, timeZone, 'start').getTime() + minutes * MINUTE_MS);
  const read = nowOf({ now: end, timeZone });
  return { day: localDay(end, timeZone), minutes: read.minutes };
}

/** Both ends as they were picked, in a form that has its own field for the reason. */
export function checkPeriod(ends: { from: When; to: When }, context: WhenContext): PeriodRead {
  return check({ ...ends, rest: '' }, context);
}

function check({ from, to, rest }: Said, context: WhenContext): PeriodRead {
  if (to.day < from.day) return { problem: REVERSED };
  const start = instantOf(from, context.timeZone, 'start');
  const end = instantOf(to, context.timeZone, 'end');
  return finish({ start, end }, rest, [from, to], context);
}

function finish(interval: Interval, rest: string, said: readonly When[], context: WhenContext): PeriodRead {
  const read = checkInterval(interval, rest, context);
  if ('problem' in read) return read;
  const unread = findUnreadTime(
    read.reason,
    said.every(({ minutes, span }) => minutes !== null && !span?.isPartOfDay),
  );
  if (unread !== null) return { problem: sayLeft(unread, read, context) };
  return noteLength({ ...read, reason: dropQuotes(read.reason) }, said);
}

function sayLeft(unread: string, { start, end }: Interval, { timeZone, now }: WhenContext): string {
  const understood = formatPeriod(start, end, timeZone, now);
  return `I read ${understood}, but not “${userLine(unread, 60)}” behind it, which may be a time as well. Nothing was entered. Write for example ${EXAMPLES}; a reason with a time in it goes in quotes: \`"…"\`.`;
}

/** A day or a part of one may be meant up to its beginning, or with all of it. */
function sayBothEnds(when: When, { timeZone }: WhenContext): string {
  const end = endOf(when);
  const [first, last] = [instantOf(when, timeZone, 'start'), instantOf(end, timeZone, 'end')].map((instant) =>
    writeInstant(instant, timeZone),
  );
  return `Up to its beginning, with all of it, or only then? Write \`until ${first}\`, \`until ${last}\`, or \`from ${first} to ${last}\`.`;
}

function writeInstant(instant: Date, timeZone: string): string {
  const { day, minutes } = nowOf({ now: instant, timeZone });
  const two = (number: number) => String(number).padStart(2, '0');
  return `${day} ${two(Math.floor((minutes ?? 0) / 60))}:${two((minutes ?? 0) % 60)}`;
}

function noteLength(read: Exclude<PeriodRead, { problem: string }>, said: readonly When[]): PeriodRead {
  if (!said.some(({ isWeekday }) => isWeekday)) return read;
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

function notUnderstood(text: string, read: Exclude<WhenRead, { when: When }>, question: string): string {
  if (text.trim() === '') return `${question} Write ${WHEN_EXAMPLES}.`;
  const explained = read && sayUnreadWhen(read);
  if (explained) return explained;
  const word = read !== null && 'unread' in read ? read.unread : (text.trim().split(/\s/)[0] ?? '');
  const named = `“${userLine(word, 60)}”`;
  return `${named} is no day or time I know. ${question} Write ${WHEN_EXAMPLES}; or ${EXAMPLES}.`;
}
