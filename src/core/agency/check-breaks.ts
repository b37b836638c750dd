import type { Fault } from '../faults/problem.ts';
import type { Crew, Shift } from './agency.ts';

type Break = NonNullable<Shift['breaks']>[number];

const MINUTES_PER_DAY = 24 * 60;

/** Breaks that do not lie inside their shift, by the path of their crew: nothing would be planned then anyway. */
export function checkBreaks(crews: readonly Pick<Crew, 'shifts'>[]): Fault[] {
  return crews.flatMap(({ shifts }, crew) =>
    shifts.flatMap((shift, number) =>
      (shift.breaks ?? []).flatMap((pause, index): Fault[] => {
        if (isInside(shift, pause)) return [];
        const path = `crews[${crew}].shifts[${number}].breaks[${index}]`;
        const wrong = `the break ${pause.start}-${pause.end} is not inside the shift ${shift.start}-${shift.end}`;
        return [{ path, wrong, right: 'move it into the shift, or leave it out' }];
      }),
    ),
  );
}

/** The crews without such breaks, as they may have been stored before anybody looked. */
export function dropIdleBreaks<Someone extends Pick<Crew, 'shifts'>>(crews: readonly Someone[]): Someone[] {
  return crews.map((crew) => ({
    ...crew,
    shifts: crew.shifts.map((shift) =>
      shift.breaks ? { ...shift, breaks: shift.breaks.filter((pause) => isInside(shift, pause)) } : shift,
    ),
  }));
}

/** Times of a shift over midnight that come before its start are of the next day. */
function isInside(shift: Shift, pause: Break): boolean {
  const opens = minutesOf(shift.start);
  const closes = minutesOf(shift.end);
  const end = closes <= opens ? closes + MINUTES_PER_DAY : closes;
  const from = minutesOf(pause.start) + (minutesOf(pause.start) < opens ? MINUTES_PER_DAY : 0);
  const length = (minutesOf(pause.end) - minutesOf(pause.start) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return length > 0 && from + length <= end;
}

function minutesOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}
