import { MINUTE_MS } from '../values/duration.ts';
import { wallTimeInstant } from '../values/wall-time.ts';
import type { Shift } from './agency.ts';
import { type Interval, listShifts, minutesOf, overlaps } from './crew-calendar.ts';

/** A break as an agency file has it: at a time, or so many minutes in a window. */
export type Break = NonNullable<Shift['breaks']>[number];

/** So many minutes of rest between `start` and `end`: all of the time, unless the break may move. */
export interface ShiftBreak extends Interval {
  minutes: number;
  /** Whether a job may be stopped for it and goes on behind it. */
  interrupts: boolean;
}

const MINUTES_PER_DAY = 24 * 60;
/** Nobody leaves a job open for longer, unless the shift says so. */
const LONGEST_INTERRUPTION = 60;

/** When a break of a shift may be, in minutes after midnight of the day on which the shift begins. */
interface Room {
  from: number;
  to: number;
  minutes: number;
}

/**
 * The breaks of the shifts that touch [from, to), each with all the time in which it may be, earliest first. A time that
 * comes before that of the shift's start is on the next day.
 */
export function listShiftBreaks(
  shifts: readonly Shift[],
  timeZone: string,
  from: Date,
  to: Date,
): ShiftBreak[] {
  return shifts
    .flatMap((shift) =>
      listShifts([shift], timeZone, from, to).flatMap(({ day }) =>
        (shift.breaks ?? []).map((pause) => toShiftBreak(shift, pause, day, timeZone)),
      ),
    )
    .sort((one, other) => one.start.getTime() - other.start.getTime());
}

function toShiftBreak(shift: Shift, pause: Break, day: string, timeZone: string): ShiftBreak {
  const room = roomOf(shift, pause);
  const start = wallTimeInstant(day, room.from, timeZone);
  const end = wallTimeInstant(day, room.to, timeZone);
  const length = (end.getTime() - start.getTime()) / MINUTE_MS;
  // Clocks may skip a part of it.
  const minutes = isMovable(pause) ? Math.min(room.minutes, length) : length;
  return { start, end, minutes, interrupts: shift.breaksInterrupt ?? room.minutes <= LONGEST_INTERRUPTION };
}

/** Whether it may be at more than one time. */
export function isMovable(pause: Break): pause is Extract<Break, { between: unknown }> {
  return 'between' in pause;
}

/** As people write it: "12:00-12:30", "30 min between 11:00-13:30". */
export function formatBreak(pause: Break): string {
  return isMovable(pause)
    ? `${pause.minutes} min between ${pause.between.join('-')}`
    : `${pause.start}-${pause.end}`;
}

/** What is wrong with a break of a shift, and what would be right; null when nothing is. */
export function findBreakFault(shift: Shift, pause: Break): { wrong: string; right: string } | null {
  const { from, to, minutes } = roomOf(shift, pause);
  const name = formatBreak(pause);
  if (minutes <= 0 || to > closeOf(shift))
    return {
      wrong: `the break ${name} is not inside the shift ${shift.start}-${shift.end}`,
      right: 'move it into the shift, or leave it out',
    };
  if (to - from < minutes)
    return {
      wrong: `there are only ${to - from} minutes ${isMovable(pause) ? pause.between.join('-') : ''} for a break of ${minutes}`,
      right: 'widen "between", or write fewer "minutes"',
    };
  const other = shift.breaks?.find((one) => one !== pause && collide(shift, one, pause));
  return other
    ? {
        wrong: `the break ${name} may be at the same time as ${formatBreak(other)}`,
        right: 'part them, or leave one out',
      }
    : null;
}

/** Two breaks at times of their own may well touch: they are one. */
function collide(shift: Shift, one: Break, other: Break): boolean {
  if (!isMovable(one) && !isMovable(other)) return false;
  const [first, second] = [roomOf(shift, one), roomOf(shift, other)];
  return first.from < second.to && second.from < first.to;
}

function roomOf(shift: Shift, pause: Break): Room {
  const [start, end] = isMovable(pause) ? pause.between : [pause.start, pause.end];
  const opens = minutesOf(shift.start);
  const from = minutesOf(start) + (minutesOf(start) < opens ? MINUTES_PER_DAY : 0);
  const length = (minutesOf(end) - minutesOf(start) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return { from, to: from + length, minutes: isMovable(pause) ? pause.minutes : length };
}

function closeOf({ start, end }: Shift): number {
  const closes = minutesOf(end);
  return closes <= minutesOf(start) ? closes + MINUTES_PER_DAY : closes;
}

/**
 * When a break is, for people: one that was announced as part of a job stays there; one that may move is in the first
 * gap between the `busy` times, or at the beginning of its window when there is none.
 */
export function placeBreak(
  pause: ShiftBreak,
  busy: readonly Interval[],
  announced: readonly Interval[],
): Interval {
  const at = (start: Date): Interval => ({
    start,
    end: new Date(start.getTime() + pause.minutes * MINUTE_MS),
  });
  const isWithin = (one: Interval) => one.start >= pause.start && one.end <= pause.end;
  const told = announced.find(
    (one) => isWithin(one) && one.end.getTime() - one.start.getTime() === pause.minutes * MINUTE_MS,
  );
  if (told) return { start: told.start, end: told.end };
  const places = [pause.start, ...busy.map(({ end }) => end)].map(at).filter(isWithin);
  const free = places.filter((place) => !busy.some((one) => overlaps(one, place)));
  return free.sort((one, other) => one.start.getTime() - other.start.getTime())[0] ?? at(pause.start);
}
