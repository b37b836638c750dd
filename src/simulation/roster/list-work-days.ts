import { type Interval, listShifts, listWorkingPeriods } from '../../core/agency/crew-calendar.ts';
import type { SimulatedRoster } from './create-roster.ts';
import type { SimulationOptions } from './simulation-options.ts';

/** From the first start of a shift on a date to the first start on the next date that has one. */
export interface WorkDay extends Interval {
  /** When a plan is made besides the start, in order: other shifts begin, or requests come in while crews work. */
  replans: Date[];
}

const QUARTER_HOUR_MS = 15 * 60_000;

/** The days on which somebody works between `from` and `to`, and when plans are made on them. */
export function listWorkDays(
  roster: SimulatedRoster,
  range: Interval,
  arrivals: readonly Date[],
  planAt: SimulationOptions['planAt'],
): WorkDay[] {
  const { start: from, end: to } = range;
  const shifts = roster.crews.flatMap((crew) => crew.shifts);
  const distinct = [...new Map(shifts.map((shift) => [JSON.stringify(shift), shift])).values()];
  const periods = listShifts(distinct, roster.timeZone, from, to).filter(({ start }) => start >= from);
  const first = new Map<string, Date>();
  for (const { day, start } of periods) if (!first.has(day)) first.set(day, start);
  const starts = [...first.values()];
  const working = listWorkingPeriods(distinct, roster.timeZone, from, to);
  const moments = [
    ...periods.map(({ start }) => start),
    ...(planAt === 'arrival'
      ? arrivals.map(toQuarterHour).filter((moment) => isWithin(working, moment))
      : []),
  ];
  const sorted = [...new Set(moments.map(Number))].sort((one, other) => one - other);
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? to;
    const replans = sorted.filter((moment) => moment > start.getTime() && moment < end.getTime());
    return { start, end, replans: replans.map((moment) => new Date(moment)) };
  });
}

/** Requests that come in together are planned together. */
function toQuarterHour(arrival: Date): Date {
  return new Date(Math.ceil(arrival.getTime() / QUARTER_HOUR_MS) * QUARTER_HOUR_MS);
}

function isWithin(periods: readonly Interval[], moment: Date): boolean {
  return periods.some(({ start, end }) => start < moment && moment < end);
}
