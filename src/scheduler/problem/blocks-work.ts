import type { Crew } from '../../core/agency/agency.ts';
import { type Interval, overlaps } from '../../core/agency/crew-calendar.ts';
import { type Assignment, setOutFor } from '../../core/work/work-order.ts';
import { findTour } from './build-plan-shifts.ts';

/**
 * Whether the crew cannot do the job as announced because it is absent in that time, or has promised it to other work: the
 * time lies in the work, or the crew is not there when its tour begins and comes too late to set out. In the middle of a
 * tour a road may cross it.
 */
export function blocksWork(
  time: Interval,
  assignment: Assignment,
  crew: Pick<Crew, 'shifts'>,
  timeZone: string,
): boolean {
  const { start } = assignment;
  if (overlaps(time, assignment)) return true;
  if (time.start >= start || time.end <= setOutFor(assignment)) return false;
  const tour = findTour(crew, timeZone, start);
  return tour !== null && time.start <= tour.start;
}
