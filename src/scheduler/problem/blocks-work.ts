import type { Crew } from '../../core/agency/agency.ts';
import type { Interval } from '../../core/agency/crew-calendar.ts';
import { type Assignment, setOutFor } from '../../core/work/work-order.ts';
import { findTour } from './build-plan-shifts.ts';

/**
 * Whether the crew cannot do the job as announced because of an absence: it lies in the work, or the crew is not there
 * when its tour begins and comes too late to set out. In the middle of a tour a road may cross an absence.
 */
export function blocksWork(
  absence: Interval,
  assignment: Assignment,
  crew: Pick<Crew, 'shifts'>,
  timeZone: string,
): boolean {
  const { start, end } = assignment;
  if (absence.start < end && absence.end > start) return true;
  if (absence.start >= start || absence.end <= setOutFor(assignment)) return false;
  const tour = findTour(crew, timeZone, start);
  return tour !== null && absence.start <= tour.start;
}
