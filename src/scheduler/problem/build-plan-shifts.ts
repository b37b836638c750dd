import type { Crew } from '../../core/agency/agency.ts';
import {
  type Interval,
  listLocalDays,
  listWorkingPeriods,
  localDayInterval,
  overlaps,
  subtractIntervals,
  type WorkingPeriod,
} from '../../core/agency/crew-calendar.ts';
import { listShiftBreaks, type ShiftBreak } from '../../core/agency/shift-breaks.ts';
import { after, DAY_MS, MINUTE_MS } from '../../core/values/duration.ts';
import { mergeSpans } from '../../planner/problem/merge-spans.ts';
import type { PlanBreak, PlanProblem, PlanShift } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';
import type { PlanSources, TimeScale } from './plan-sources.ts';

/** A shift from a midnight to the next may have an hour more, where a clock change lies in it. */
const LONGEST_TOUR_MS = DAY_MS + DAY_MS / 24;
const LOOK_AROUND_MS = 2 * DAY_MS;
/** Why a crew has no time in a shift that is full of work outside the plan. */
export const PROMISED = 'promised to other work';

/**
 * The tours that crews can make between now and the horizon. What is pinned stays possible: its time is never closed, and
 * a tour reaches back to where its pinned work began.
 */
export function buildPlanShifts(
  sources: PlanSources,
  scale: TimeScale,
  pinned: ReadonlyMap<string, readonly Interval[]>,
): PlanShift[] {
  return sources.agency.crews.flatMap((crew, index) =>
    buildCrewShifts(sources, scale, crew, index, pinned.get(crew.id) ?? []),
  );
}

function buildCrewShifts(
  sources: PlanSources,
  scale: TimeScale,
  crew: Crew,
  index: number,
  pinned: readonly Interval[],
): PlanShift[] {
  const { agency, now } = sources;
  const starts = pinned.map(({ start }) => start.getTime());
  const whole = pinned.map(({ start, end }) => ({ start: toWhole(start, scale), end: toWhole(end, scale) }));
  const from = new Date(Math.min(now.getTime(), ...starts));
  const to = after(now, agency.planning.horizonDays * DAY_MS);
  // A tour that begins before the horizon is planned whole: the end of what is planned is nobody's end of work.
  const until = after(to, LONGEST_TOUR_MS);
  const absences = listCrewAbsences(sources, crew, from, until);
  const promised = sources.promised.filter(({ crewId }) => crewId === crew.id);
  const breaks = listShiftBreaks(crew.shifts, agency.timeZone, from, until);
  return listTours(crew, agency.timeZone, from, to)
    .map((tour) => cutInterval(tour, from, until))
    .map((period) => {
      const away = overlapping(absences, period);
      const kept = overlapping(promised, period);
      const isAway = subtractIntervals([period], [...away, ...kept]).length === 0;
      // A shift nobody comes to is as it would be if they came; what is promised to other work is not.
      const shut = isAway ? kept : [...away, ...kept];
      const own = overlapping(breaks, period);
      const rigid = own.filter(isRigid);
      const closed = [...rigid, ...shut].map((one) => widen(one, scale));
      const loose = own.filter((one) => !isRigid(one));
      return {
        crew: index,
        day: period.day,
        start: scale.toMinute(period.start),
        end: scale.toMinute(period.end),
        closed: mergeSpans(subtractIntervals(closed, whole).map(scale.toSpan)),
        absent: isAway ? (away[0]?.reason ?? PROMISED) : null,
        ...(loose.length > 0 && { breaks: planBreaks(loose, whole, period, scale) }),
      };
    });
}

/** Whether no work is planned over it, and it has its time. */
function isRigid({ start, end, minutes, interrupts }: ShiftBreak): boolean {
  return !interrupts && end.getTime() - start.getTime() <= minutes * MINUTE_MS;
}

/**
 * The breaks for which work is stopped, or which may move, as far as there is room for them beside what is pinned: a crew
 * takes its break around that as it can. None is at the time of another.
 */
function planBreaks(
  breaks: readonly ShiftBreak[],
  pinned: readonly Interval[],
  { start }: Interval,
  scale: TimeScale,
): PlanBreak[] {
  const taken = [...pinned];
  return breaks.flatMap((one) => {
    const isFixed = one.end.getTime() - one.start.getTime() <= one.minutes * MINUTE_MS;
    // Where the crew begins later, what is left of the window counts.
    const window = isFixed || one.start >= start ? one : { start, end: one.end };
    const pieces = subtractIntervals(window.end > window.start ? [widen(window, scale)] : [], taken)
      .map((piece) => ({ piece, ...scale.toSpan(piece) }))
      .map(({ piece, start: from, end: to }) => ({ piece, from, to, room: to - from }));
    const longest = pieces.reduce((most, { room }) => Math.max(most, room), 0);
    const chosen = isFixed
      ? pieces
      : pieces.filter(({ room }) => room === longest && room >= one.minutes).slice(0, 1);
    return chosen.map(({ piece, from, to, room }) => {
      taken.push(piece);
      return { from, to, minutes: isFixed ? room : Math.ceil(one.minutes), interrupts: one.interrupts };
    });
  });
}

/** Absences of the agency file, whole days, and those that dispatch reported. */
export function listCrewAbsences(
  { agency, absences }: PlanSources,
  crew: Crew,
  from: Date,
  to: Date,
): (Interval & { reason: string })[] {
  const days = listLocalDays({ start: from, end: to }, agency.timeZone);
  const planned = crew.absences.flatMap((absence) =>
    days
      .filter((day) => day >= absence.from && day <= absence.to)
      .map((day) => ({ ...localDayInterval(day, agency.timeZone), reason: absence.reason })),
  );
  return [...planned, ...absences.filter(({ crewId }) => crewId === crew.id)];
}

/**
 * The tours of a crew that touch [from, to), each whole, earliest first. A crew that works for more than a day without a
 * pause has a tour a local date, from midnight to midnight: whenever one looks, they are the same.
 */
function listTours(crew: Pick<Crew, 'shifts'>, timeZone: string, from: Date, to: Date): WorkingPeriod[] {
  // So far around that a period which is cut there is longer than a day all the same.
  const [early, late] = [after(from, -LOOK_AROUND_MS), after(to, LOOK_AROUND_MS)];
  return listWorkingPeriods(crew.shifts, timeZone, early, late)
    .flatMap((period) => splitByDay(period, timeZone))
    .filter(({ start, end }) => start < to && end > from);
}

/** The tour in which an instant lies; null when the crew does not work then. */
export function findTour(crew: Pick<Crew, 'shifts'>, timeZone: string, instant: Date): WorkingPeriod | null {
  return listTours(crew, timeZone, instant, after(instant, 1))[0] ?? null;
}

function splitByDay(period: WorkingPeriod, timeZone: string): WorkingPeriod[] {
  if (period.end.getTime() - period.start.getTime() <= LONGEST_TOUR_MS) return [period];
  return listLocalDays(period, timeZone).map((day) => ({
    day,
    ...cutInterval(localDayInterval(day, timeZone), period.start, period.end),
  }));
}

function cutInterval<Kind extends Interval>(interval: Kind, from: Date, to: Date): Kind {
  const { start, end } = interval;
  return { ...interval, start: start < from ? from : start, end: end > to ? to : end };
}

function overlapping<Kind extends Interval>(intervals: readonly Kind[], period: Interval): Kind[] {
  return intervals.filter((one) => overlaps(one, period));
}

/** To the minutes it touches: nobody works in the rest of a minute. */
function widen(interval: Interval, scale: TimeScale): Interval {
  const { start, end } = scale.toSpan(interval);
  return { start: scale.toInstant(start), end: scale.toInstant(end) };
}

/** The minute that a plan has for it. */
function toWhole(instant: Date, scale: TimeScale): Date {
  return scale.toInstant(scale.toMinute(instant));
}

/** The shifts of a problem with no more time than their crews have for its tours, once what is pinned to them is known. */
export function fitShifts(problem: PlanProblem): PlanShift[] {
  return delayTours(problem).map(trimTour);
}

/**
 * The shifts of a problem, each beginning no sooner than the crew can be back at its depot from pinned work of a tour
 * before: a crew that works around the clock may be at work over midnight, and any crew may run over.
 */
function delayTours(problem: PlanProblem): PlanShift[] {
  const legMinutes = createLegMeter(problem);
  const { crews, shifts, tasks } = problem;
  const pinned = tasks.flatMap(({ current, durationMinutes, pausedMinutes = 0 }, task) => {
    const crew = shifts[current?.shift ?? -1]?.crew;
    if (!current?.pinned || crew === undefined) return [];
    const back = current.start + durationMinutes + pausedMinutes + legMinutes(crews.length + task, crew);
    return [{ crew, shift: current.shift, start: current.start, back }];
  });
  return shifts.map((shift, index) => {
    const before = pinned.filter(
      (work) => work.crew === shift.crew && work.shift !== index && work.start < shift.start,
    );
    const start = Math.min(shift.end, Math.max(shift.start, ...before.map(({ back }) => back)));
    return start === shift.start ? shift : { ...shift, start };
  });
}

/**
 * A shift without closed time at its two ends: who is absent until ten drives to the first job from ten on, and is back
 * when an absence until the evening begins. The spans stay closed, so that overtime does not lead into them. A crew that
 * is absent all the time keeps its shift, which is told from one without time.
 */
function trimTour(shift: PlanShift): PlanShift {
  const { start, end, closed, absent } = shift;
  if (absent !== null || closed.length === 0) return shift;
  const late = closed.find((span) => span.start <= start && start < span.end);
  const early = closed.find((span) => span.start < end && end <= span.end);
  const from = Math.min(late?.end ?? start, end);
  const to = Math.max(early?.start ?? end, from);
  return from === start && to === end ? shift : { ...shift, start: from, end: to };
}
