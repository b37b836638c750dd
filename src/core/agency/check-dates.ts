import type { Fault } from '../faults/problem.ts';
import { boundDate, isPlannableYear, OUTSIDE_YEARS } from '../values/far-away.ts';
import type { Agency, Crew } from './agency.ts';

/**
 * The dates of an agency that nobody can mean. No part of the schema: a roster that was stored with such a date is read
 * all the same, and refused when it is written anew.
 */
export function checkDates({ crews, depots }: Pick<Agency, 'crews' | 'depots'>): Fault[] {
  return [
    ...crews.flatMap(({ absences }, crew) =>
      absences.flatMap(({ from, to }, index) => [
        ...checkYear(from, `crews[${crew}].absences[${index}].from`),
        ...checkYear(to, `crews[${crew}].absences[${index}].to`),
      ]),
    ),
    ...depots.flatMap(({ incoming }, depot) =>
      incoming.flatMap(({ at }, index) => checkYear(at, `depots[${depot}].incoming[${index}].at`)),
    ),
  ];
}

/** The crews with such dates as near as they can be, as they may have been stored before anybody looked. */
export function boundAbsences<Someone extends Pick<Crew, 'absences'>>(crews: readonly Someone[]): Someone[] {
  return crews.map((crew) => ({
    ...crew,
    absences: crew.absences.map((absence) => ({
      ...absence,
      from: boundDate(absence.from),
      to: boundDate(absence.to),
    })),
  }));
}

function checkYear(written: string, path: string): Fault[] {
  return isPlannableYear(written)
    ? []
    : [{ path, wrong: `"${written}" is too far away`, right: OUTSIDE_YEARS }];
}
