import type { Interval } from '../../core/agency/crew-calendar.ts';
import { localDay, wallTimeInstant } from '../../core/values/wall-time.ts';

interface LocalParts {
  day: string;
  time: string;
  zone: string;
  year: string;
}

/**
 * An instant on the agency's own clock, e.g. `Mon 1 Jun 07:00 CDT`. Plain text and not Slack's date markup: field
 * work goes by the agency's clock wherever the reader's phone thinks it is, and it reads the same everywhere.
 */
export function formatInstant(instant: Date, timeZone: string): string {
  const { day, time, zone } = split(instant, timeZone);
  return `${day} ${time} ${zone}`;
}

/** The same of an end: midnight ends the day before, `Mon 1 Jun 24:00 CDT`. */
export function formatUntil(end: Date, timeZone: string): string {
  const { day } = split(new Date(end.getTime() - 1), timeZone);
  return `${day} ${formatEnd(end, timeZone)} ${split(end, timeZone).zone}`;
}

/** From when to when, naming the day once if it is the same: `Mon 1 Jun 07:00–09:30 CDT`. */
export function formatInterval(start: Date, end: Date, timeZone: string): string {
  const from = split(start, timeZone);
  const to = split(end, timeZone);
  const until = from.day === to.day ? to.time : ` ${to.day} ${to.time}`;
  return `${from.day} ${from.time}–${until} ${to.zone}`;
}

/** From one start to another, naming a day that both have once: `Mon 1 Jun 14:30 → 09:15`. */
export function formatChange(from: Date, to: Date, timeZone: string): string {
  const [before, after] = [split(from, timeZone), split(to, timeZone)];
  const until = before.day === after.day ? after.time : `${after.day} ${after.time}`;
  return `${before.day} ${before.time} → ${until}`;
}

/**
 * From when to when with both dates, or the one that both have, and their year when it is not that of `now`:
 * `Mon 1 Jun 14:00 – Tue 2 Jun 08:00 CDT`, `Mon 1 Jun 14:00–17:00 CDT`.
 * Midnight ends the day before: `Mon 1 Jun 14:00–24:00 CDT`.
 * Whole days are named by the last one too: `Tue 2 Jun – Wed 3 Jun, whole days`.
 */
export function formatPeriod(start: Date, end: Date, timeZone: string, now: Date): string {
  const year = split(now, timeZone).year;
  const dayOf = (instant: Date) => {
    const parts = split(instant, timeZone);
    return parts.year === year ? parts.day : `${parts.day} ${parts.year}`;
  };
  const [from, to] = [split(start, timeZone), split(end, timeZone)];
  const [first, last] = [dayOf(start), dayOf(new Date(end.getTime() - 1))];
  const until = formatEnd(end, timeZone);
  const isTimed = from.time !== '00:00' || until !== '24:00';
  if (isTimed && first === last) return `${first} ${from.time}–${until} ${to.zone}`;
  if (isTimed) return `${first} ${from.time} – ${last} ${until} ${to.zone}`;
  return first === last ? `${first}, the whole day` : `${first} – ${last}, whole days`;
}

/** The time of day alone, e.g. `07:00`. */
export function formatTime(instant: Date, timeZone: string): string {
  return split(instant, timeZone).time;
}

/** The time of day, with its day unless that is the local date `day` ('2026-06-01'): `22:30`, `Tue 2 Jun 03:00`. */
export function formatTimeOn(day: string, instant: Date, timeZone: string): string {
  const parts = split(instant, timeZone);
  return parts.day === formatDay(day) ? parts.time : `${parts.day} ${parts.time}`;
}

/** From when to when, with days as soon as one of them is not `day`: `14:00–17:00`, `Sun 31 May 22:00 – Mon 1 Jun 06:00`. */
export function formatTimesOn(day: string, { start, end }: Interval, timeZone: string): string {
  const [from, until] = [formatTimeOn(day, start, timeZone), formatEnd(end, timeZone)];
  const last = localDay(new Date(end.getTime() - 1), timeZone);
  return localDay(start, timeZone) === last ? `${from}–${until}` : `${from} – ${formatDay(last)} ${until}`;
}

/** The time of day at which something ends: midnight is the end of the day before. */
function formatEnd(end: Date, timeZone: string): string {
  const time = formatTime(end, timeZone);
  return time === '00:00' ? '24:00' : time;
}

/** A start as short as can be: the time of day on the day of `now`, else with the day: `10:40`, `Tue 2 Jun 07:00`. */
export function formatStart(instant: Date, timeZone: string, now: Date): string {
  const { day, time } = split(instant, timeZone);
  return day === split(now, timeZone).day ? time : `${day} ${time}`;
}

/**
 * Two starts as short as can be understood: the day is named beside both when they differ in it, so that a bare time of
 * day is never taken for the other's day.
 */
export function formatStarts(from: Date, to: Date, timeZone: string, now: Date): [string, string] {
  const [before, after] = [split(from, timeZone), split(to, timeZone)];
  if (before.day === after.day) return [formatStart(from, timeZone, now), formatStart(to, timeZone, now)];
  return [`${before.day} ${before.time}`, `${after.day} ${after.time}`];
}

/** A local date, as '2026-06-01', for people: `Mon 1 Jun`. */
export function formatDay(day: string): string {
  return split(wallTimeInstant(day, 0, 'UTC'), 'UTC').day;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function split(instant: Date, timeZone: string): LocalParts {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    day: `${part('weekday')} ${part('day')} ${part('month')}`,
    time: `${part('hour')}:${part('minute')}`,
    zone: part('timeZoneName'),
    year: part('year'),
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(timeZone, format);
  }
  return format;
}
