import { moveDay } from '../../../core/values/wall-time.ts';
import type { CrewDayView } from '../../../core/work/crew-day-view.ts';
import type { UnplacedJob } from '../../../management/planning.ts';
import { countJobs, countObstructed } from '../../words/job-words.ts';
import { formatDay, formatInstant, formatStart, formatTime } from '../../words/local-time.ts';
import { putFixFirst } from '../../words/put-fix-first.ts';
import { drawableText, fitText, measureText, wrapParts } from './picture-text.ts';
import { KINDS, type Kind, type Shape, shapeRow } from './plan-shapes.ts';
import { findSpan, minutesOn, type Span } from './plan-span.ts';

export interface LayoutOptions {
  title: string;
  now: Date;
  timeZone: string;
  /** Rows are the days of one crew instead of the crews of one day. */
  byDay: boolean;
  /** Jobs without a crew, heaviest first. */
  unplaced: readonly UnplacedJob[];
  /** What the picture leaves out, in words; empty for nothing. */
  note: string;
}

/** The picture's measures, in pixels of the SVG: narrow, so that a phone need not shrink its letters much. */
export const PICTURE = {
  width: 760,
  side: 28,
  top: 128,
  fontSize: 18,
  barHeight: 40,
  font: 'DejaVu Sans Condensed',
};
export const PLOT_WIDTH = PICTURE.width - 2 * PICTURE.side;
const HEADER = 28;
const LINE = 25;
const GAP = 16;
const MOST_UNTOLD_LINES = 4;
const MOST_UNPLACED = 5;

export type TextStyle = 'title' | 'subtitle' | 'row' | 'load' | 'line' | 'heading';
/** Pixels from the top of the plot, to the middle of the line. */
export interface PlacedText {
  style: TextStyle;
  text: string;
  y: number;
}
export interface Height {
  top: number;
  bottom: number;
}

/** A plan as shapes and texts, and which minutes it shows. */
export interface PlanLayout {
  span: Span;
  /** Of the plot, without what stands above it. */
  height: number;
  /** Where the rows have their bars. */
  bars: Height[];
  shapes: (Shape & Height)[];
  shifts: (Span & Height)[];
  texts: PlacedText[];
  /** The present minute in the rows that have it. */
  nows: ({ now: number } & Height)[];
  /** What the legend has to explain. */
  kinds: Kind[];
  /** Which weekday begins at a midnight, by its minute; none where the rows are of several dates. */
  midnights: Record<string, string>;
}

/** Lays `days` out, a row each, from top to bottom: name and load, bars, what the bars had no room for. */
export function layOutPlan(days: readonly CrewDayView[], options: LayoutOptions): PlanLayout {
  const { timeZone } = options;
  const span = findSpan(days, timeZone);
  const room = { timeZone, span, scale: PLOT_WIDTH / (span.to - span.from), fontSize: PICTURE.fontSize };
  const layout: PlanLayout = {
    span,
    height: 0,
    bars: [],
    shapes: [],
    shifts: [],
    texts: heading(options),
    nows: [],
    kinds: [],
    midnights: nameMidnights(days, options),
  };
  const write = (style: TextStyle, text: string, height = LINE): void => {
    layout.texts.push({ style, text, y: layout.height + LINE / 2 });
    layout.height += height;
  };
  for (const view of days) {
    const load = describeLoad(view, span, timeZone);
    write('load', load, 0);
    write('row', nameRow(view, options, PLOT_WIDTH - measureText(load, PICTURE.fontSize) - 20), HEADER);
    const place = { top: layout.height, bottom: layout.height + PICTURE.barHeight };
    const { shapes, shifts, untold } = shapeRow(view, room);
    layout.shapes.push(...shapes.map((shape) => ({ ...shape, ...place })));
    layout.shifts.push(...shifts.map((shift) => ({ ...shift, ...place })));
    // A crew that is off is a line of text: on a phone every empty bar costs a bar that says something.
    if (shapes.length + shifts.length > 0) {
      layout.bars.push(place);
      layout.height = place.bottom + 4;
      const now = minutesOn(view.day, timeZone)(options.now);
      if (now >= span.from && now <= span.to) layout.nows.push({ now, ...place });
    }
    const lines = wrapParts(untold, PLOT_WIDTH, PICTURE.fontSize, MOST_UNTOLD_LINES);
    for (const line of lines) write('line', line);
    layout.height += GAP;
  }
  if (days.length === 0) write('line', 'No crew.');
  writeUnplaced(options, write);
  if (options.note !== '') write('line', fitText(options.note, PLOT_WIDTH, PICTURE.fontSize));
  const kinds = new Set(layout.shapes.map(({ kind }) => kind));
  return { ...layout, kinds: KINDS.filter((kind) => kinds.has(kind)) };
}

function heading({ title, now, timeZone }: LayoutOptions): PlacedText[] {
  const text = fitText(drawableText(title), PLOT_WIDTH * 0.9, 26);
  return [
    { style: 'title', text, y: 30 - PICTURE.top },
    { style: 'subtitle', text: `as of ${formatInstant(now, timeZone)} (${timeZone})`, y: 60 - PICTURE.top },
  ];
}

/** Where all rows are of one date its midnights have names; each row of a crew's days has its own. */
function nameMidnights(days: readonly CrewDayView[], { byDay }: LayoutOptions): Record<string, string> {
  const [first] = days;
  if (!first || byDay) return {};
  const names = [0, 1, 2].map((later) => {
    const [weekday = ''] = formatDay(moveDay(first.day, later)).split(' ');
    return [later * 1_440, weekday] as const;
  });
  return Object.fromEntries(names);
}

function nameRow(view: CrewDayView, { byDay, now, timeZone }: LayoutOptions, width: number): string {
  if (!byDay) return fitText(drawableText(view.crewName, view.crewId), width * 0.9, PICTURE.fontSize);
  const today = minutesOn(view.day, timeZone)(now);
  return `${formatDay(view.day)}${today >= 0 && today < 24 * 60 ? ', today' : ''}`;
}

/** How busy the crew is; for one without jobs when it could work, if the picture does not show that. */
function describeLoad(view: CrewDayView, span: Span, timeZone: string): string {
  const { availableMinutes, plannedMinutes, jobs, shifts, absences, left } = view;
  const isFree = ((absences.length > 0 && left) || view).availableMinutes > 0;
  const late = jobs.filter(({ lateMinutes }) => lateMinutes > 0).length;
  const counts = [
    ...(jobs.length > 0 ? [countJobs([view], timeZone)] : []),
    ...(late > 0 ? [`${late} late`] : []),
    ...(shifts.length > 0 ? countObstructed(view) : []),
  ];
  if (isFree && jobs.length > 0)
    return [`${Math.round((100 * plannedMinutes) / availableMinutes)} % busy`, ...counts].join(' · ');
  if (!isFree) {
    const why = absences.length > 0 ? 'absent' : shifts.length === 0 ? 'no shift' : 'no time';
    return [why, ...counts].join(' · ');
  }
  if (absences.length > 0) return 'partly absent';
  const minutes = minutesOn(view.day, timeZone);
  const hidden = shifts.filter(({ start, end }) => minutes(start) >= span.to || minutes(end) <= span.from);
  const hours = hidden.map(({ start, end }) => `${formatTime(start, timeZone)}–${formatTime(end, timeZone)}`);
  return ['free', ...hours].join(' ');
}

function fitsPlot(line: string): boolean {
  return measureText(`– ${drawableText(line)}`, PICTURE.fontSize) <= PLOT_WIDTH;
}

function writeUnplaced(
  { unplaced, timeZone, now }: LayoutOptions,
  write: (style: TextStyle, text: string) => void,
): void {
  if (unplaced.length === 0) return;
  write('heading', `⚠ ${unplaced.length} ${unplaced.length === 1 ? 'job' : 'jobs'} without a crew`);
  for (const { _id, title, dueAt, unplaced: reason } of unplaced.slice(0, MOST_UNPLACED)) {
    const due = dueAt ? `, due ${formatStart(dueAt, timeZone, now)}` : '';
    const room = PLOT_WIDTH - measureText(due, PICTURE.fontSize);
    write('line', `${fitText(`• ${drawableText(title, _id)}`, room, PICTURE.fontSize)}${due}`);
    const why = reason ? drawableText(putFixFirst(reason, fitsPlot)) : '';
    if (why !== '') write('line', fitText(`– ${why}`, PLOT_WIDTH, PICTURE.fontSize));
  }
  if (unplaced.length > MOST_UNPLACED) write('line', `… and ${unplaced.length - MOST_UNPLACED} more`);
}
