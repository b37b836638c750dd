import { type Interval, subtractIntervals } from '../../../core/agency/crew-calendar.ts';
import type { CrewDayView, PlannedJob } from '../../../core/work/crew-day-view.ts';
import { describeMinutes, describeObstruction, dropCoordinates } from '../../words/job-words.ts';
import { formatTimesOn } from '../../words/local-time.ts';
import { drawableText, fitText, measureText } from './picture-text.ts';
import { minutesBefore, minutesOn, type Span } from './plan-span.ts';

/** What can lie in a row of the picture, in the order of the legend. */
export const KINDS = [
  'announced',
  'accepted',
  'started',
  'blocked',
  'done',
  'obstructed',
  'late',
  'travel',
  'break',
  'absent',
] as const;
export type Kind = (typeof KINDS)[number];

/** A piece of a row, in minutes of wall time since midnight of the row's day (24:00 and later: the next day). */
export interface Shape extends Span {
  kind: Kind;
  /** Already cut to the room there is. */
  label: string;
}

/** What lies in a row, and what found no room in it. */
export interface RowShapes {
  shapes: Shape[];
  /** Where the crew works, without what lies outside the picture. */
  shifts: Span[];
  /** In words: what the bars are too short to say. */
  untold: string[];
}

/** What the row of a day is drawn with. */
export interface RowRoom {
  timeZone: string;
  /** The minutes shown. */
  span: Span;
  /** Pixels a minute. */
  scale: number;
  fontSize: number;
}

/** Pixels of a bar beside its label, both sides together. */
const AROUND_LABEL = 12;
const MARK: Readonly<Record<string, string>> = { started: '▶', blocked: '‖', done: '✓' };
/** A shorter piece of a title says little; the line under the bars then has it whole. */
const LEAST_TITLE = 12;

/** All that lies in the row of one crew and day. */
export function shapeRow(view: CrewDayView, room: RowRoom): RowShapes {
  const { span, timeZone } = room;
  const minutes = minutesOn(view.day, timeZone);
  const cutOut = ({ start, end }: Interval): Span => ({
    from: Math.max(span.from, minutes(start)),
    to: Math.min(span.to, minutes(end)),
  });
  const shapes: Shape[] = [];
  const put = (kind: Kind, interval: Interval, label = ''): void => {
    const piece = cutOut(interval);
    if (piece.to > piece.from) shapes.push({ kind, ...piece, label });
  };
  const untold: string[] = [];
  const busy = view.jobs.map(withTravel);
  // What lies over a break hides it: the legend is not to explain what nobody sees.
  for (const pause of subtractIntervals(view.breaks, [...busy, ...view.absences])) put('break', pause);
  shapes.push(...shapeAbsences(view, busy, room, cutOut, untold));
  view.jobs.forEach((job, index) => {
    const { from, to } = cutOut(job);
    const { label, isWhole } = labelJob(job, index + 1, (to - from) * room.scale, room.fontSize);
    if (job.travelMinutes > 0)
      put('travel', { start: minutesBefore(job.start, job.travelMinutes), end: job.start });
    put(kindOf(job), job, label);
    for (const pause of job.breaks ?? []) put('break', pause);
    if (job.obstructedBy) put('obstructed', job);
    if (job.lateMinutes > 0) put('late', job);
    if (!isWhole) untold.push(nameJob(job, index + 1));
  });
  return { shapes, shifts: view.shifts.map(cutOut).filter(({ from, to }) => to > from), untold };
}

function kindOf({ state, acceptedAt }: PlannedJob): Kind {
  if (state === 'started' || state === 'blocked' || state === 'done') return state;
  return acceptedAt ? 'accepted' : 'announced';
}

function withTravel({ start, end, travelMinutes }: PlannedJob): Interval {
  return { start: minutesBefore(start, travelMinutes), end };
}

/** An absence without the work that is in it, so that its words are not written across a job's. */
function shapeAbsences(
  view: CrewDayView,
  busy: readonly Interval[],
  { scale, fontSize, timeZone }: RowRoom,
  cutOut: (interval: Interval) => Span,
  untold: string[],
): Shape[] {
  return view.absences.flatMap((absence) => {
    const within = view.shifts.length === 0 ? [absence] : intersect(absence, view.shifts);
    const pieces = subtractIntervals(within, busy)
      .map(cutOut)
      .filter(({ from, to }) => to > from);
    const reason = drawableText(absence.reason);
    const longest = pieces.reduce((most, { from, to }) => Math.max(most, to - from), 0);
    const width = longest * scale - AROUND_LABEL;
    const whole = reason === '' ? 'absent' : `absent: ${reason}`;
    const isWhole = measureText(whole, fontSize) <= width;
    const label = isWhole ? whole : fitWhole('absent', width, fontSize);
    if (!isWhole) untold.push(tellAbsence(absence, reason, view, timeZone));
    const place = pieces.find(({ from, to }) => to - from === longest);
    return pieces.map((piece): Shape => ({ kind: 'absent', ...piece, label: piece === place ? label : '' }));
  });
}

/** With its times, unless it leaves nothing of the day: work that lies in it hides them. */
function tellAbsence(
  { start, end }: Interval,
  reason: string,
  { shifts, day }: CrewDayView,
  timeZone: string,
): string {
  const isAllDay = shifts.every((shift) => start <= shift.start && end >= shift.end);
  const times = isAllDay ? '' : ` ${formatTimesOn(day, { start, end }, timeZone)}`;
  return `absent${times}${reason === '' ? '' : `: ${reason}`}`;
}

/** An absence of several days is of interest only where there would be work. */
function intersect(absence: Interval, shifts: readonly Interval[]): Interval[] {
  const outside = subtractIntervals([absence], shifts);
  return subtractIntervals([absence], outside);
}

/** The longest of the labels that fits the bar; `isWhole` when nobody has to look for the title elsewhere. */
function labelJob(
  job: PlannedJob,
  number: number,
  barWidth: number,
  fontSize: number,
): { label: string; isWhole: boolean } {
  const width = barWidth - AROUND_LABEL;
  const mark = MARK[job.state] ?? '';
  const title = titleOf(job);
  const late = job.lateMinutes > 0 ? `${describeMinutes(job.lateMinutes)} late:` : '';
  const sign = job.obstructedBy ? '⚠' : '';
  const head = [`${sign}#${number}`, mark, late].filter(Boolean).join(' ');
  const full = fitText(`${head} ${title}`, width, fontSize);
  const shown = full.length - head.length - 1;
  if (full === `${head} ${title}` || shown > LEAST_TITLE) return { label: full, isWhole: true };
  const shout = late === '' ? '' : '!';
  const shorter = [
    [`${sign}#${number}`, mark, late === '' ? '' : 'LATE'].filter(Boolean).join(' '),
    `${sign}${number}${mark}${shout}`,
    `${sign}${number}${shout}`,
    `${sign}${number}`,
    `${number}`,
  ];
  const fitting = shorter.map((text) => fitWhole(text, width, fontSize)).find((text) => text !== '');
  // A lone digit may touch the edges of its bar.
  return { label: fitting ?? fitWhole(`${number}`, barWidth, fontSize), isWhole: false };
}

function fitWhole(text: string, width: number, fontSize: number): string {
  return measureText(text, fontSize) <= width ? text : '';
}

function titleOf({ title, orderId }: PlannedJob): string {
  return drawableText(dropCoordinates(title), orderId);
}

function nameJob(job: PlannedJob, number: number): string {
  const late = job.lateMinutes > 0 ? ` (late by ${describeMinutes(job.lateMinutes)})` : '';
  const obstruction = describeObstruction(job);
  const why = obstruction === '' ? '' : ` (${obstruction})`;
  return `#${number} ${titleOf(job)}${why}${late}`;
}
