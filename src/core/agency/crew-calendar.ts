import {
  daysBetween,
  formatLocal,
  localDay,
  moveDay,
  wallTimeInstant,
  weekdayOf,
} from '../values/wall-time.ts';
import type { Crew, Shift } from './agency.ts';

/** A half-open interval [start, end) of UTC instants. */
export interface Interval {
  start: Date;
  end: Date;
}

/** Whether there is an instant in both. */
export function overlaps(one: Interval, other: Interval): boolean {
  return one.start < other.end && one.end > other.start;
}

/** Time in which a crew works, and the local date ('2026-11-22') on which its first shift begins. */
export interface WorkingPeriod extends Interval {
  day: string;
}

const WEEKDAYS: readonly Shift['days'][number][] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTES_PER_DAY = 24 * 60;
/** A century: whoever asks for more meant something else, and must not take the memory of everybody. */
const MOST_DAYS = 36_525;

/**
 * Every local date that the interval touches, in order, of a century at most; none for an empty interval. Two intervals
 * that overlap always share a date, which is why reservations are kept by these dates and not by shifts, which an agency
 * may edit.
 */
export function listLocalDays(interval: Interval, timeZone: string): string[] {
  if (interval.end <= interval.start) return [];
  return listDates(
    localDay(interval.start, timeZone),
    localDay(new Date(interval.end.getTime() - 1), timeZone),
  );
}

/**
 * The shifts that overlap [from, to), each whole and with the date it begins on, earliest first. Times of day are wall
 * time on their date, so a shift over a clock change lasts an hour more or less. A time the clock skips counts from the
 * hour before the change; one it shows twice means the first. Of more than a century only the first is looked at.
 */
export function listShifts(
  shifts: readonly Shift[],
  timeZone: string,
  from: Date,
  to: Date,
): WorkingPeriod[] {
  const found: WorkingPeriod[] = [];
  // A shift may begin the day before it is first seen, and "24:00" to "24:00" a day before that.
  for (const day of listDates(moveDay(localDay(from, timeZone), -2), localDay(to, timeZone))) {
    for (const shift of shifts) {
      const period = shiftOn(day, shift, timeZone);
      if (period && period.start < to && period.end > from) found.push(period);
    }
  }
  return found.sort(byStart);
}

/**
 * When a crew works between `from` and `to`: shifts that touch or overlap are one period, because a job may go on from
 * one into the next. Periods are cut to [from, to), earliest first, and never touch each other.
 */
export function listWorkingPeriods(
  shifts: readonly Shift[],
  timeZone: string,
  from: Date,
  to: Date,
): WorkingPeriod[] {
  const merged: WorkingPeriod[] = [];
  for (const shift of listShifts(shifts, timeZone, from, to)) {
    const last = merged.at(-1);
    if (!last || shift.start > last.end) merged.push({ ...shift });
    else if (shift.end > last.end) last.end = shift.end;
  }
  return merged.map((period) => ({
    day: period.day,
    start: period.start < from ? from : period.start,
    end: period.end > to ? to : period.end,
  }));
}

/** A local date as an interval: 23 to 25 hours. */
export function localDayInterval(day: string, timeZone: string): Interval {
  return { start: wallTimeInstant(day, 0, timeZone), end: wallTimeInstant(moveDay(day, 1), 0, timeZone) };
}

/** What is left of `periods` without the `busy` intervals, earliest first. */
export function subtractIntervals(periods: readonly Interval[], busy: readonly Interval[]): Interval[] {
  const taken = [...busy].sort(byStart);
  return periods.flatMap((period) => {
    const free: Interval[] = [];
    let start = period.start;
    for (const interval of taken) {
      if (interval.end <= start) continue;
      if (interval.start >= period.end) break;
      if (interval.start > start) free.push({ start, end: interval.start });
      start = interval.end;
    }
    if (start < period.end) free.push({ start, end: period.end });
    return free;
  });
}

/** An instant for people in `timeZone`: "10:40" on the local day of `now`, otherwise "Mon 23 Nov 07:00". */
export function describeLocalTime(instant: Date, timeZone: string, now: Date): string {
  const today = localDay(instant, timeZone) === localDay(now, timeZone);
  return formatLocal(instant, timeZone, today ? 'HH:mm' : 'EEE d MMM HH:mm');
}

/**
 * A time for people in `timeZone`: "until Wed 25 Nov 07:00" once it has begun; before, both ends, with a day that both have
 * named once, and none on the local day of `now`: "Tue 24 Nov 13:00–15:30". Whole days are named alone, by the first and
 * the last: "Tue 24 Nov", "Tue 24 Nov – Wed 25 Nov". Midnight ends the day before: "Tue 24 Nov 13:00–24:00".
 */
export function describeLocalPeriod({ start, end }: Interval, timeZone: string, now: Date): string {
  const write = (instant: Date, pattern: string) => formatLocal(instant, timeZone, pattern);
  const lastMoment = new Date(end.getTime() - 1);
  const [first, last] = [start, lastMoment].map((one) => write(one, 'EEE d MMM'));
  const isToMidnight = write(end, 'HH:mm') === '00:00';
  const time = isToMidnight ? '24:00' : write(end, 'HH:mm');
  const isToday = localDay(lastMoment, timeZone) === localDay(now, timeZone);
  if (start <= now) return `until ${isToday ? time : `${last} ${time}`}`;
  if (write(start, 'HH:mm') === '00:00' && isToMidnight)
    return first === last ? `${first}` : `${first} – ${last}`;
  const from = describeLocalTime(start, timeZone, now);
  const isOneDay = localDay(start, timeZone) === localDay(lastMoment, timeZone);
  return isOneDay ? `${from}–${time}` : `${from} – ${last} ${time}`;
}

function shiftOn(day: string, shift: Shift, timeZone: string): WorkingPeriod | null {
  const weekday = WEEKDAYS[weekdayOf(day)];
  if (!weekday || !shift.days.includes(weekday)) return null;
  const opens = minutesOf(shift.start);
  const closes = minutesOf(shift.end);
  const start = wallTimeInstant(day, opens, timeZone);
  const end = wallTimeInstant(day, closes <= opens ? closes + MINUTES_PER_DAY : closes, timeZone);
  // A shift of half an hour may vanish in a spring clock change.
  return end > start ? { day, start, end } : null;
}

/** Minutes from midnight to a time of day such as `07:30`. */
export function minutesOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}

/** Both dates and those between: compared as time, because as texts the year 10000 is before 9999. */
function listDates(first: string, last: string): string[] {
  const days = Math.min(MOST_DAYS, daysBetween(first, last) + 1);
  return Array.from({ length: Math.max(0, days) }, (_, index) => moveDay(first, index));
}

function byStart(one: Interval, other: Interval): number {
  return one.start.getTime() - other.start.getTime();
}

/** Whether a crew would work at all in that time, absent or not. */
export function hasShiftIn(crew: Pick<Crew, 'shifts'>, timeZone: string, { start, end }: Interval): boolean {
  return listWorkingPeriods(crew.shifts, timeZone, start, end).length > 0;
}

/** Whether any of the time lies in no shift of the crew, such as after its shifts were edited. */
export function isOutsideShift(
  crew: Pick<Crew, 'shifts'>,
  timeZone: string,
  { start, end }: Interval,
): boolean {
  const periods = listWorkingPeriods(crew.shifts, timeZone, start, end);
  return !periods.some((period) => period.start <= start && period.end >= end);
}
