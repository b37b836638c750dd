import { localDay } from '../../core/agency/crew-calendar.ts';
import type { CrewDayView } from '../../core/work/crew-day-view.ts';
import { formatDay } from './local-time.ts';

/**
 * How many jobs the rows have, each once. Those that begin before the row's date, which a tour over midnight brings into
 * it, are counted apart: `2 jobs, 1 more from Mon`.
 */
export function countJobs(views: readonly CrewDayView[], timeZone: string): string {
  const early = new Map<string, string>();
  const own = new Set<string>();
  for (const { day, jobs } of views) {
    for (const { orderId, start } of jobs) {
      const begins = localDay(start, timeZone);
      if (begins < day) early.set(orderId, begins);
      else own.add(orderId);
    }
  }
  for (const orderId of own) early.delete(orderId);
  const jobs = (count: number) => `${count} ${count === 1 ? 'job' : 'jobs'}`;
  if (early.size === 0) return jobs(own.size);
  const [before = ''] = [...early.values()].sort();
  const [weekday = ''] = formatDay(before).split(' ');
  const from = new Set(early.values()).size === 1 ? weekday : 'days before';
  return own.size === 0
    ? `${jobs(early.size)} from ${from}`
    : `${jobs(own.size)}, ${early.size} more from ${from}`;
}
