import type { Agency, Crew } from '../core/agency.ts';
import {
  type Interval,
  listShiftBreaks,
  listShifts,
  localDayInterval,
  subtractIntervals,
} from '../core/crew-calendar.ts';
import type { WorkOrder } from '../core/resources.ts';
import { listCrewAbsences } from './build-plan-shifts.ts';
import type { CrewDayView, PlannedJob } from './crew-desk.ts';
import { isOutsideShift } from './outside-shift.ts';
import type { PlanSources } from './plan-sources.ts';

const MINUTE_MS = 60_000;

/** What each of the crews has to do on a local date, in the given order. */
export function viewCrewDays(sources: PlanSources, crews: readonly Crew[], day: string): CrewDayView[] {
  return crews.map((crew) => viewCrewDay(sources, crew, day));
}

function viewCrewDay(sources: PlanSources, crew: Crew, day: string): CrewDayView {
  const { timeZone } = sources.agency;
  const whole = localDayInterval(day, timeZone);
  const shifts = listShifts(crew.shifts, timeZone, whole.start, whole.end)
    .filter((shift) => shift.day === day)
    .map(({ start, end }) => ({ start, end }));
  const isBare = shifts.length === 0;
  const span = { start: shifts[0]?.start ?? whole.start, end: shifts.at(-1)?.end ?? whole.end };
  const breaks = within(listShiftBreaks(crew.shifts, timeZone, span.start, span.end), span);
  const absences = within(listCrewAbsences(sources, crew, span.start, span.end), span);
  const isToday = whole.start <= sources.now && sources.now < whole.end;
  const isInSpan = (one: Interval) => one.start < span.end && one.end > span.start;
  // Each job is in some row: with the shift it lies in, or else on the date it begins on.
  const isOfDay = (one: Interval) =>
    whole.start <= one.start && one.start < whole.end && isApart(crew, timeZone, one);
  const jobs = sources.orders
    .flatMap((order) => toJob(order, crew, sources))
    .filter((job) => (!isBare && isInSpan(job)) || isOfDay(job) || (isToday && isUnderWay(job)))
    .sort((one, other) => one.start.getTime() - other.start.getTime());
  const promised = jobs
    .filter((job) => !job.isOutsideShift)
    .reduce((sum, job) => sum + minutesOf(job) + job.travelMinutes, 0);
  return {
    ...{ crewId: crew.id, crewName: crew.name, day, shifts, breaks, absences, jobs },
    availableMinutes: total(subtractIntervals(shifts, [...breaks, ...absences])),
    plannedMinutes: promised,
  };
}

/** Whether no shift touches it. */
function isApart({ shifts }: Crew, timeZone: string, { start, end }: Interval): boolean {
  return listShifts(shifts, timeZone, start, end).length === 0;
}

function isUnderWay({ state }: Pick<WorkOrder, 'state'>): boolean {
  return state === 'started' || state === 'blocked';
}

/** A job under way stands where it really is: from when it was begun, to when it would be over at that, not before now. */
function toJob(order: WorkOrder, crew: Crew, { now, agency }: PlanSources): PlannedJob[] {
  const { assignment, dueAt } = order;
  if (assignment?.crewId !== crew.id || order.state === 'waiting' || order.state === 'cancelled') return [];
  const { travelMinutes = 0 } = assignment;
  const { start, end } = isUnderWay(order) ? realTimeOf(order, assignment, now) : assignment;
  const lateMinutes = dueAt ? Math.max(0, Math.ceil((end.getTime() - dueAt.getTime()) / MINUTE_MS)) : 0;
  const isOutside = order.state === 'announced' && isOutsideShift(crew, agency.timeZone, assignment);
  return [
    {
      ...(isOutside ? { isOutsideShift: true } : {}),
      ...{ orderId: order._id, title: order.title ?? order._id, state: order.state, start, end },
      ...{ travelMinutes, lateMinutes, acceptedAt: order.acceptedAt ?? null, place: order.place ?? null },
    },
  ];
}

function realTimeOf({ startedAt }: WorkOrder, planned: Interval, now: Date): Interval {
  if (!startedAt) return planned;
  const length = planned.end.getTime() - planned.start.getTime();
  return { start: startedAt, end: new Date(Math.max(startedAt.getTime() + length, now.getTime())) };
}

function within<Kind extends Interval>(intervals: readonly Kind[], span: Interval): Kind[] {
  return intervals.filter(({ start, end }) => start < span.end && end > span.start);
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
