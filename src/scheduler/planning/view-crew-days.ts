import { max } from 'date-fns/max';
import type { Agency, Crew } from '../../core/agency/agency.ts';
import {
  type Interval,
  listShifts,
  localDayInterval,
  overlaps,
  subtractIntervals,
} from '../../core/agency/crew-calendar.ts';
import { listShiftBreaks, placeBreak } from '../../core/agency/shift-breaks.ts';
import { after, MINUTE_MS } from '../../core/values/duration.ts';
import { moveDay } from '../../core/values/wall-time.ts';
import type { CrewDayView, PlannedJob } from '../../core/work/crew-day-view.ts';
import { countLateMinutes, findWorkTime, type WorkOrder } from '../../core/work/work-order.ts';
import { listObstructions } from '../disruptions/obstruction.ts';
import { listCrewAbsences, PROMISED } from '../problem/build-plan-shifts.ts';
import type { PlanSources } from '../problem/plan-sources.ts';

/**
 * What each of the crews has to do on a local date, in the given order: the tours that begin on it, and those of the
 * night before that still have a stop on it, each whole.
 */
export function viewCrewDays(sources: PlanSources, crews: readonly Crew[], day: string): CrewDayView[] {
  const placedBy = groupPlaced(sources);
  return crews.map((crew) => {
    const placed = placedBy.get(crew.id) ?? [];
    const shifts = [...listNightShifts(sources, crew, day, placed), ...listDayShifts(sources, crew, day)];
    return viewCrewDay(sources, crew, day, shifts, placed);
  });
}

/**
 * The days of one crew from a local date on, each with the tours that begin on it, so that every tour is there once. A
 * tour of the night before that still has a stop on the first date comes before, as a day of its own.
 */
export function viewCrewWeek(sources: PlanSources, crew: Crew, day: string, days: number): CrewDayView[] {
  const placed = groupPlaced(sources).get(crew.id) ?? [];
  const early = listNightShifts(sources, crew, day, placed).length > 0 ? 1 : 0;
  return Array.from({ length: days + early }, (_, index) => {
    const date = moveDay(day, index - early);
    return viewCrewDay(sources, crew, date, listDayShifts(sources, crew, date), placed);
  });
}

function viewCrewDay(
  sources: PlanSources,
  crew: Crew,
  day: string,
  shifts: readonly Interval[],
  placed: readonly PlacedOrder[],
): CrewDayView {
  const { now, agency } = sources;
  const { timeZone } = agency;
  const whole = localDayInterval(day, timeZone);
  const span = { start: shifts[0]?.start ?? whole.start, end: shifts.at(-1)?.end ?? whole.end };
  const shown = shifts.length === 0 ? [whole] : shifts;
  const absences = mergeAbsences(touching(listAway(sources, crew, span), shown));
  const isToday = whole.start <= now && now < whole.end;
  const isInShift = (one: Interval) => touching([one], shifts).length > 0;
  // Each job is in some row: with the shift it lies in, or else on the date it begins on.
  const isOfDay = (one: Interval) =>
    whole.start <= one.start && one.start < whole.end && isApart(crew, timeZone, one);
  const jobs = placed
    .filter((one) => isInShift(one) || (isToday && isUnderWay(one.order)) || isOfDay(one))
    .sort((one, other) => one.start.getTime() - other.start.getTime())
    .map((one) => toJob(one, sources));
  const told = jobs.flatMap((job) => job.breaks ?? []);
  const breaks = touching(listShiftBreaks(crew.shifts, timeZone, span.start, span.end), shown).map((pause) =>
    placeBreak(pause, jobs.map(withTravel), told),
  );
  const promised = jobs.filter(({ obstructedBy }) => !obstructedBy?.includes('shift')).flatMap(listBusy);
  const open = subtractIntervals(shifts, [...breaks, ...absences]);
  return {
    crewId: crew.id,
    crewName: crew.name,
    day,
    shifts: [...shifts],
    breaks,
    absences,
    jobs,
    availableMinutes: total(open),
    plannedMinutes: total(promised),
    ...(span.start < now && now < span.end && shifts.length > 0
      ? {
          left: { availableMinutes: leftOf(open, now), plannedMinutes: leftOf(promised.filter(isToDo), now) },
        }
      : {}),
  };
}

/** When the crew is absent, or its time is promised to work that is not shown. */
function listAway(sources: PlanSources, crew: Crew, { start, end }: Interval) {
  const promised = sources.promised
    .filter(({ crewId }) => crewId === crew.id)
    .map((time) => ({ start: time.start, end: time.end, reason: PROMISED }));
  return [...listCrewAbsences(sources, crew, start, end), ...promised];
}

/** Minutes of the intervals after `now`. */
function leftOf(intervals: readonly Interval[], now: Date): number {
  return total(subtractIntervals(intervals, [{ start: new Date(0), end: now }]));
}

function isToDo({ state }: Pick<PlannedJob, 'state'>): boolean {
  return state !== 'done';
}

/** Work and the road to it. */
function withTravel({ start, end, travelMinutes, state }: PlannedJob): Interval & Pick<PlannedJob, 'state'> {
  return { start: after(start, -travelMinutes * MINUTE_MS), end, state };
}

/** The pieces of it that are no break. */
function listBusy(job: PlannedJob): (Interval & Pick<PlannedJob, 'state'>)[] {
  return subtractIntervals([withTravel(job)], job.breaks ?? []).map((one) => ({ ...one, state: job.state }));
}

/** The shifts that begin on a local date. */
function listDayShifts({ agency: { timeZone } }: PlanSources, crew: Crew, day: string): Interval[] {
  const whole = localDayInterval(day, timeZone);
  return listShifts(crew.shifts, timeZone, whole.start, whole.end)
    .filter(({ start }) => start >= whole.start)
    .map(({ start, end }) => ({ start, end }));
}

/** The shifts begun before a local date in which there is work on it. */
function listNightShifts(
  { agency: { timeZone } }: PlanSources,
  crew: Crew,
  day: string,
  placed: readonly PlacedOrder[],
): Interval[] {
  const { start: midnight } = localDayInterval(day, timeZone);
  return listShifts(crew.shifts, timeZone, midnight, after(midnight, 1))
    .filter(({ start, end }) => start < midnight && touching(placed, [{ start: midnight, end }]).length > 0)
    .map(({ start, end }) => ({ start, end }));
}

/** Whether no shift touches it. */
function isApart({ shifts }: Crew, timeZone: string, { start, end }: Interval): boolean {
  return listShifts(shifts, timeZone, start, end).length === 0;
}

function isUnderWay({ state }: Pick<WorkOrder, 'state'>): boolean {
  return state === 'started' || state === 'blocked';
}

/** An order of a crew, and when it is worked on. */
interface PlacedOrder extends Interval {
  order: WorkOrder;
}

/** By crew. One under way stands where it really is: from when it was begun, to when it would be over at that, not before now. */
function groupPlaced({ orders, now }: PlanSources): Map<string, PlacedOrder[]> {
  const placed = new Map<string, PlacedOrder[]>();
  for (const order of orders) {
    const { assignment, state } = order;
    if (!assignment || state === 'waiting' || state === 'cancelled') continue;
    const { start, end } = isUnderWay(order) ? realTimeOf(order, now) : assignment;
    const ofCrew = placed.get(assignment.crewId) ?? [];
    ofCrew.push({ order, start, end });
    placed.set(assignment.crewId, ofCrew);
  }
  return placed;
}

function toJob({ order, start, end }: PlacedOrder, sources: PlanSources): PlannedJob {
  const obstructions = order.state === 'announced' ? listObstructions(sources, order) : [];
  const obstructedBy = [...new Set(obstructions.map(({ kind }) => kind))];
  return {
    ...(obstructedBy.length > 0 ? { obstructedBy } : {}),
    orderId: order._id,
    title: order.title,
    state: order.state,
    start,
    end,
    ...(order.assignment?.breaks && { breaks: order.assignment.breaks }),
    travelMinutes: order.assignment?.travelMinutes ?? 0,
    lateMinutes: countLateMinutes(end, order.dueAt),
    acceptedAt: order.acceptedAt,
    place: order.place,
  };
}

function realTimeOf(order: WorkOrder, now: Date): Interval {
  const { start, end } = findWorkTime(order) as Interval;
  return { start, end: max([end, now]) };
}

/** Those of the intervals that have a moment in one of the periods. */
function touching<Kind extends Interval>(intervals: readonly Kind[], periods: readonly Interval[]): Kind[] {
  return intervals.filter((one) => periods.some((period) => overlaps(one, period)));
}

function total(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, interval) => sum + minutesOf(interval), 0);
}

function minutesOf({ start, end }: Interval): number {
  return Math.round((end.getTime() - start.getTime()) / MINUTE_MS);
}

/** The crews that a view is about: one by its id, or all in the agency's order. */
export function chooseCrews(agency: Pick<Agency, 'crews'>, crewId: string | undefined): Crew[] {
  return crewId === undefined ? [...agency.crews] : agency.crews.filter(({ id }) => id === crewId);
}

type ReasonedAbsence = Interval & { reason: string };

/** Absences that overlap or adjoin as one, earliest first, with each of their reasons once. */
function mergeAbsences(absences: readonly ReasonedAbsence[]): ReasonedAbsence[] {
  const merged: (Interval & { reasons: Set<string> })[] = [];
  for (const { start, end, reason } of absences.toSorted((one, other) => +one.start - +other.start)) {
    const last = merged.at(-1);
    if (!last || start > last.end) merged.push({ start, end, reasons: new Set([reason]) });
    else {
      last.end = max([last.end, end]);
      last.reasons.add(reason);
    }
  }
  return merged.map(({ start, end, reasons }) => {
    const told = [...reasons].filter((reason) => reason !== '');
    return { start, end, reason: told.join(', ') };
  });
}
