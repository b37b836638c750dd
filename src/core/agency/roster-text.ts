import type { Crew, Shift } from './agency.ts';

type Day = Shift['days'][number];

export const WEEK: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** What a truck without limits is said to carry. */
export const NO_LIMIT = 'none';

/** Shifts as people write them, one a line: "mon-fri 07:00-15:30 break 12:00-12:30". */
export function formatShifts(shifts: readonly Shift[]): string {
  return shifts
    .map(({ days, start, end, breaks = [] }) => {
      const pauses = breaks.map((pause) => `${pause.start}-${pause.end}`).join(', ');
      return `${formatDays(days)} ${start}-${end}${pauses === '' ? '' : ` break ${pauses}`}`;
    })
    .join('\n');
}

/** What limits a truck, as people write it: "asphalt 2000, traffic-cone 40", or "none". */
export function formatTruck(truck: Crew['truck']): string {
  if (truck.length === 0) return NO_LIMIT;
  return truck.map(({ material, quantity }) => `${material} ${quantity}`).join(', ');
}

/** Runs of three days and more as a range: "mon-fri", "mon, wed, sat-sun" stays "mon, wed, sat, sun". */
function formatDays(days: readonly Day[]): string {
  const runs: Day[][] = [];
  for (const day of WEEK.filter((one) => days.includes(one))) {
    const last = runs.at(-1);
    if (last && WEEK.indexOf(day) === WEEK.indexOf(last.at(-1) ?? day) + 1) last.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(', '))).join(', ');
}
