import { listLocalDays, localDayInterval } from '../../core/agency/crew-calendar.ts';
import { HOUR_MS } from '../../core/values/duration.ts';
import type { SimulationResult } from '../replay/simulate-roster.ts';

/** What a simulation came to. Shares are between 0 and 1, null when there is nothing to share out. */
export interface Summary {
  requests: number;
  done: number;
  /** Of the jobs whose due time came within the range: those that were not done by then. */
  lateShare: number | null;
  /** Hours past their due times, of all jobs together: to the end of the work, or of the range. */
  lateHours: number;
  /** From report to done, of the jobs that were done; null without any. */
  medianHours: number | null;
  hours95: number | null;
  /** Open jobs at the end of each local day. */
  backlog: { day: string; open: number }[];
  openAtEnd: number;
  mostOpen: number;
  /** Work and travel of all the time crews are at work. */
  utilisation: number | null;
  /** Travel of work and travel. */
  travelShare: number | null;
  costCents: number;
  plans: number;
  /** Jobs by the local day they were due on: late ones and all. */
  due: { day: string; late: number; all: number }[];
}

/** The figures people ask for. */
export function summarise(result: SimulationResult): Summary {
  const { done, open, days } = result;
  const hours = done
    .map(({ job, end }) => (end.getTime() - job.createdAt.getTime()) / HOUR_MS)
    .sort((one, other) => one - other);
  const backlog = countBacklog(result);
  const due = countDue(result);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const work = sum(days.map(({ workMinutes }) => workMinutes));
  const travel = sum(days.map(({ travelMinutes }) => travelMinutes));
  return {
    requests: done.length + open.length,
    done: done.length,
    lateShare: share(sum(due.map(({ late }) => late)), sum(due.map(({ all }) => all))),
    lateHours: countLateHours(result),
    medianHours: quantile(hours, 0.5),
    hours95: quantile(hours, 0.95),
    backlog,
    due,
    openAtEnd: open.length,
    mostOpen: Math.max(0, ...backlog.map((day) => day.open)),
    utilisation: share(work + travel, sum(days.map(({ shiftMinutes }) => shiftMinutes))),
    travelShare: share(travel, work + travel),
    costCents: Math.round(sum(days.map(({ costCents }) => costCents))),
    plans: sum(days.map(({ plans }) => plans)),
  };
}

/** The smallest value that so large a part of the sorted `values` does not exceed. */
function quantile(values: readonly number[], part: number): number | null {
  return values[Math.max(0, Math.ceil(values.length * part) - 1)] ?? null;
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function countBacklog({ range, timeZone, done, open }: SimulationResult): Summary['backlog'] {
  const arrivals = [...done, ...open].map(({ job }) => job.createdAt.getTime()).sort(ascending);
  const ends = done.map(({ end }) => end.getTime()).sort(ascending);
  let [arrived, ended] = [0, 0];
  return listLocalDays(range, timeZone).map((day) => {
    const midnight = localDayInterval(day, timeZone).end.getTime();
    while ((arrivals[arrived] ?? Number.POSITIVE_INFINITY) < midnight) arrived += 1;
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= midnight) ended += 1;
    return { day, open: arrived - ended };
  });
}

function countLateHours({ range, done, open }: SimulationResult): number {
  const ends = [
    ...done.map(({ job, end }) => ({ dueAt: job.dueAt, end })),
    ...open.map(({ job }) => ({ dueAt: job.dueAt, end: range.end })),
  ];
  return ends.reduce(
    (sum, { dueAt, end }) => sum + (dueAt ? Math.max(0, end.getTime() - dueAt.getTime()) / HOUR_MS : 0),
    0,
  );
}

function countDue({ range, timeZone, done, open }: SimulationResult): Summary['due'] {
  const ends = [
    ...done.map(({ job, end }) => ({ dueAt: job.dueAt, end: end.getTime() })),
    ...open.map(({ job }) => ({ dueAt: job.dueAt, end: Number.POSITIVE_INFINITY })),
  ];
  const jobs = ends
    .flatMap(({ dueAt, end }) => (dueAt ? { due: dueAt.getTime(), isLate: end > dueAt.getTime() } : []))
    .sort((one, other) => one.due - other.due);
  let next = 0;
  return listLocalDays(range, timeZone).map((day) => {
    const midnight = localDayInterval(day, timeZone).end.getTime();
    const first = next;
    while ((jobs[next]?.due ?? Number.POSITIVE_INFINITY) < midnight) next += 1;
    const today = jobs.slice(first, next);
    return { day, late: today.filter(({ isLate }) => isLate).length, all: today.length };
  });
}

function ascending(one: number, other: number): number {
  return one - other;
}
