import { TZDate } from '@date-fns/tz';
import { max, min } from 'date-fns';
import type { Interval } from '../../core/crew-calendar.ts';
import type { CrewDayView, PlannedJob } from '../../scheduler/crew-desk.ts';
import { formatDay } from '../local-time.ts';
import { cut } from '../mrkdwn.ts';

/** What can lie in a row of the picture. */
export const KINDS = ['job', 'late job', 'travel', 'break', 'absent'] as const;
export type Kind = (typeof KINDS)[number];

/** A piece of a row, in minutes of wall time since midnight of the row's day (24:00 and later: the next day). */
export interface Shape {
  row: number;
  kind: Kind;
  from: number;
  to: number;
  /** Already cut to the room there is. */
  label: string;
}

export interface Row {
  title: string;
  load: string;
  /** Where the crew works, without what lies outside the picture. */
  shifts: { from: number; to: number }[];
  /** Where the row has the present minute; null when that is not in the picture. */
  now: number | null;
}

/** A plan as rows and shapes, and which minutes it shows. */
export interface PlanShapes {
  rows: Row[];
  shapes: Shape[];
  from: number;
  to: number;
}

export interface ShapeOptions {
  now: Date;
  timeZone: string;
  /** Rows are the days of one crew instead of the crews of one day. */
  byDay: boolean;
  /** How many characters fit into an hour when `hours` are shown. */
  charactersPerHour(hours: number): number;
}

const DAY_MINUTES = 24 * 60;
/** A crew that works round the clock does not stretch the picture: its jobs do. */
const LONG_SHIFT_MINUTES = 16 * 60;
const WORKDAY = { from: 7 * 60, to: 16 * 60 };
const LONGEST_TITLE = 18;

/** The rows of the picture, in the order of `days`, and all that lies in them. */
export function layOutPlan(days: readonly CrewDayView[], options: ShapeOptions): PlanShapes {
  const { from, to } = findSpan(days, options.timeZone);
  const perMinute = options.charactersPerHour((to - from) / 60) / 60;
  const rows: Row[] = [];
  const shapes: Shape[] = [];
  days.forEach((view, row) => {
    const minutes = minutesOn(view.day, options.timeZone);
    const put = (kind: Kind, interval: Interval, label: (room: number) => string): void => {
      const start = Math.max(from, minutes(interval.start));
      const end = Math.min(to, minutes(interval.end));
      if (end <= start) return;
      shapes.push({ row, kind, from: start, to: end, label: label(Math.floor((end - start) * perMinute)) });
    };
    for (const pause of view.breaks) put('break', pause, () => '');
    for (const absence of view.absences.flatMap((one) => insideShifts(one, view.shifts)))
      put('absent', absence, (room) => shorten([`absent: ${plainText(absence.reason)}`, 'absent'], room));
    view.jobs.forEach((job, index) => {
      put('travel', { start: minutesBefore(job.start, job.travelMinutes), end: job.start }, () => '');
      put(job.lateMinutes > 0 ? 'late job' : 'job', job, (room) => labelOf(job, index + 1, room));
    });
    const shifts = view.shifts
      .map(({ start, end }) => ({ from: Math.max(from, minutes(start)), to: Math.min(to, minutes(end)) }))
      .filter((shift) => shift.to > shift.from);
    const now = minutes(options.now);
    rows.push({
      title: options.byDay ? formatDay(view.day) : cut(plainText(view.crewName), LONGEST_TITLE),
      load: describeShare(view),
      shifts,
      now: now >= from && now <= to ? now : null,
    });
  });
  return { rows, shapes, from, to };
}

/** Text the picture's font has letters for: without emoji and control characters, on one line. */
function plainText(text: string): string {
  return text
    .replace(/\p{Extended_Pictographic}|\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function labelOf(job: PlannedJob, number: number, room: number): string {
  const state = { started: '▶ ', blocked: '‖ ', done: '✓ ' }[job.state as string] ?? '';
  const late = job.lateMinutes > 0 ? 'LATE ' : '';
  const title = plainText(job.title);
  return shorten(
    [`${number} ${state}${late}${title}`, ...(late ? [`${number} LATE`, `${number}!`] : []), `${number}`],
    room,
  );
}

/** The first of `texts` that fits, the first one cut when much of it would stay. */
function shorten(texts: readonly string[], room: number): string {
  const [first = '', ...shorter] = texts;
  if (first.length <= room || room >= 9) return cut(first, room);
  return shorter.find((text) => text.length <= room) ?? '';
}

/** An absence of several days is of interest only where there would be work. */
function insideShifts<Absence extends Interval>(absence: Absence, shifts: readonly Interval[]): Absence[] {
  if (shifts.length === 0) return [absence];
  return shifts.map((shift) => ({
    ...absence,
    start: max([absence.start, shift.start]),
    end: min([absence.end, shift.end]),
  }));
}

function describeShare({ availableMinutes, plannedMinutes, jobs }: CrewDayView): string {
  if (availableMinutes === 0) return 'not at work';
  const share = Math.round((100 * plannedMinutes) / availableMinutes);
  return `${share} % · ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}`;
}

/** Whole hours around all shifts (but the very long ones) and jobs. */
function findSpan(days: readonly CrewDayView[], timeZone: string): { from: number; to: number } {
  const spans = days.flatMap((view) => {
    const minutes = minutesOn(view.day, timeZone);
    const jobs = view.jobs.map(({ start, end, travelMinutes }) => ({
      from: minutes(start) - travelMinutes,
      to: minutes(end),
    }));
    const shifts = view.shifts
      .map(({ start, end }) => ({ from: minutes(start), to: minutes(end) }))
      .filter(({ from, to }) => to - from <= LONG_SHIFT_MINUTES);
    return [...jobs, ...shifts];
  });
  const shown = spans.length > 0 ? spans : [WORKDAY];
  const from = Math.max(-DAY_MINUTES, Math.min(...shown.map((span) => span.from)));
  const to = Math.min(2 * DAY_MINUTES, Math.max(...shown.map((span) => span.to)));
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

/**
 * Minutes of wall time between midnight of `day` and an instant: what a clock on the wall shows. In the hour that a
 * clock change skips or repeats, lengths are therefore off; nobody reads them from a picture.
 */
function minutesOn(day: string, timeZone: string): (instant: Date) => number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return (instant) => {
    const local = new TZDate(instant, timeZone);
    return (instant.getTime() - local.getTimezoneOffset() * 60_000 - midnight) / 60_000;
  };
}

function minutesBefore(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() - minutes * 60_000);
}
