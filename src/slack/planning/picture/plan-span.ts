import { minutesSinceMidnight } from '../../../core/values/wall-time.ts';
import type { CrewDayView } from '../../../core/work/crew-day-view.ts';

/** Minutes of wall time since a midnight. */
export interface Span {
  from: number;
  to: number;
}

const DAY_MINUTES = 24 * 60;
/** A crew that works round the clock does not stretch the picture: its jobs do. */
const LONG_SHIFT_MINUTES = 16 * 60;
const WORKDAY: Span = { from: 7 * 60, to: 16 * 60 };

/**
 * Whole hours around all jobs and the shifts they are in. A shift without jobs, such as an idle night crew's, or a very
 * long one does not make everybody else's bars narrow, unless there is nothing else.
 */
export function findSpan(days: readonly CrewDayView[], timeZone: string): Span {
  const jobs = days.flatMap((view) => jobSpans(view, timeZone));
  const busy = days.filter((view) => view.jobs.length > 0).flatMap((view) => shiftSpans(view, timeZone));
  const idle = days.flatMap((view) => shiftSpans(view, timeZone));
  const shown = [...jobs, ...busy].length > 0 ? [...jobs, ...busy] : idle.length > 0 ? idle : [WORKDAY];
  const from = Math.max(-DAY_MINUTES, Math.min(...shown.map((span) => span.from)));
  const to = Math.min(2 * DAY_MINUTES, Math.max(...shown.map((span) => span.to)));
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

function jobSpans({ day, jobs }: CrewDayView, timeZone: string): Span[] {
  const minutes = minutesOn(day, timeZone);
  return jobs.map(({ start, end, travelMinutes }) => ({
    from: minutes(start) - travelMinutes,
    to: minutes(end),
  }));
}

function shiftSpans({ day, shifts }: CrewDayView, timeZone: string): Span[] {
  const minutes = minutesOn(day, timeZone);
  return shifts
    .map(({ start, end }) => ({ from: minutes(start), to: minutes(end) }))
    .filter(({ from, to }) => to - from <= LONG_SHIFT_MINUTES);
}

/**
 * Minutes of wall time between midnight of `day` and an instant: what a clock on the wall shows. In the hour that a
 * clock change skips or repeats, lengths are therefore off; nobody reads them from a picture.
 */
export function minutesOn(day: string, timeZone: string): (instant: Date) => number {
  return (instant) => minutesSinceMidnight(instant, day, timeZone);
}

/** The instant so many minutes earlier. */
export function minutesBefore(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() - minutes * 60_000);
}
