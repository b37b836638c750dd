import type { Crew } from '../../core/agency/agency.ts';
import { type Interval, listWorkingPeriods } from '../../core/agency/crew-calendar.ts';

/** Whether a crew would work at all in that time, absent or not. */
export function hasShiftIn(crew: Pick<Crew, 'shifts'>, timeZone: string, { start, end }: Interval): boolean {
  return listWorkingPeriods(crew.shifts, timeZone, start, end).length > 0;
}

/** Whether any of the time lies in no shift of the crew, such as after its shifts were edited. */
export function isOutsideShift(
  crew: Pick<Crew, 'shifts'>,
  timeZone: string,
  { start, end }: Interval,
): boolean {
  const periods = listWorkingPeriods(crew.shifts, timeZone, start, end);
  return !periods.some((period) => period.start <= start && period.end >= end);
}
