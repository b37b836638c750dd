import type { Crew } from '../core/agency.ts';
import {
  type Interval,
  listLocalDays,
  listShiftBreaks,
  listWorkingPeriods,
  localDay,
  localDayInterval,
  subtractIntervals,
  type WorkingPeriod,
} from '../core/crew-calendar.ts';
import { after } from '../core/duration.ts';
import type { PlanShift, Span } from '../planner/plan-problem.ts';
import type { PlanSources, TimeScale } from './plan-sources.ts';

const DAY_MS = 86_400_000;

/**
 * The tours that crews can make between now and the horizon. A crew that works around the clock has a tour a day. What
 * is pinned stays possible: its time is never closed, and a tour reaches back to where its pinned work began.
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
  const from = new Date(Math.min(now.getTime(), ...starts));
  const to = after(now, agency.planning.horizonDays * DAY_MS);
  const absences = listCrewAbsences(sources, crew, from, to);
  const breaks = listShiftBreaks(crew.shifts, agency.timeZone, from, to);
  return listWorkingPeriods(crew.shifts, agency.timeZone, from, to)
    .flatMap((period) => splitByDay(period, now, agency.timeZone))
    .map((period) => {
      const away = overlapping(absences, period);
      const closed = subtractIntervals([...overlapping(breaks, period), ...away], pinned);
      const isAway = subtractIntervals([period], away).length === 0;
      return {
        crew: index,
        day: period.day,
        start: scale.toMinute(period.start),
        end: scale.toMinute(period.end),
        closed: mergeSpans(closed.map((span) => toSpan(span, scale))),
        absent: isAway ? (away[0]?.reason ?? null) : null,
      };
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

/** A period of several days, of a crew that works around the clock, as one tour a day, counted from now. */
function splitByDay(period: WorkingPeriod, now: Date, timeZone: string): WorkingPeriod[] {
  const parts: WorkingPeriod[] = [];
  const first = period.start < now && period.end > now ? now : period.start;
  let { start } = period;
  for (let end = after(first, DAY_MS); start < period.end; end = after(end, DAY_MS)) {
    const isLast = end >= period.end;
    const part = { start, end: isLast ? period.end : end };
    parts.push({ ...part, day: localDay(start < now && part.end > now ? now : start, timeZone) });
    start = part.end;
  }
  return parts;
}

function overlapping<Kind extends Interval>(intervals: readonly Kind[], period: Interval): Kind[] {
  return intervals.filter(({ start, end }) => start < period.end && end > period.start);
}

function toSpan({ start, end }: Interval, scale: TimeScale): Span {
  return { start: scale.toMinute(start), end: scale.toMinute(end) };
}

/** In order, without overlaps. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else if (span.end > span.start) merged.push({ ...span });
  }
  return merged;
}
