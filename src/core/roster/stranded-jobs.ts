import type { Crew } from '../agency/agency.ts';
import { type Interval, isOutsideShift, listLocalDays } from '../agency/crew-calendar.ts';
import { formatLocal } from '../values/wall-time.ts';

/** An announced job that its crew can no longer do when it was promised, since the roster was edited. */
export interface StrandedJob {
  orderId: string;
  title: string;
  crewId: string;
  crewName: string;
  start: Date;
  end: Date;
}

/** A job as far as it is looked at here. */
interface PromisedJob {
  _id: string;
  title: string;
  state: string;
  assignment: (Interval & { crewId: string; crewName: string }) | null;
}

/** What an edit of the roster leaves where nobody works; of very many, only the first are named. */
export interface StrandedJobs {
  count: number;
  jobs: StrandedJob[];
}

const MOST_NAMED = 50;

/** The crews whose working time is another one after an edit. */
export function listRetimedCrews(before: readonly Crew[], after: readonly Crew[]): string[] {
  const timeOf = ({ shifts, absences }: Crew) => JSON.stringify([shifts, absences]);
  return after.flatMap((crew) => {
    const old = before.find(({ id }) => id === crew.id);
    return old && timeOf(old) !== timeOf(crew) ? crew.id : [];
  });
}

/** The announced of these orders that lay in their crew's working time before an edit, and do not after it, by their start. */
export function listStrandedJobs(
  orders: readonly PromisedJob[],
  before: readonly Crew[],
  after: readonly Crew[],
  timeZone: string,
): StrandedJobs {
  const isFree = (crews: readonly Crew[], assignment: Interval & { crewId: string }) => {
    const crew = crews.find(({ id }) => id === assignment.crewId);
    return crew === undefined || !isAtWork(crew, timeZone, assignment);
  };
  const jobs = orders
    .flatMap(({ _id: orderId, title, state, assignment }) => {
      if (state !== 'announced' || !assignment) return [];
      if (isFree(before, assignment) || !isFree(after, assignment)) return [];
      const { crewId, crewName, start, end } = assignment;
      return [{ orderId, title, crewId, crewName, start, end }];
    })
    .sort((one, other) => one.start.getTime() - other.start.getTime());
  return { count: jobs.length, jobs: jobs.slice(0, MOST_NAMED) };
}

function isAtWork(crew: Crew, timeZone: string, assignment: Interval): boolean {
  const days = listLocalDays(assignment, timeZone);
  const isAway = crew.absences.some(({ from, to }) => days.some((day) => day >= from && day <= to));
  return !isAway && !isOutsideShift(crew, timeZone, assignment);
}

/** For a terminal, a line each: `Water main, R-1: Crew North on Mon 1 Jun 13:00`. */
export function describeStranded({ count, jobs }: StrandedJobs, timeZone: string): string[] {
  const named = jobs.map(
    ({ orderId, title, crewName, start }) =>
      `${title}, ${orderId}: ${crewName} on ${formatLocal(start, timeZone, 'EEE d MMM HH:mm')}`,
  );
  return count > jobs.length ? [...named, `and ${count - jobs.length} more`] : named;
}
