import { max } from 'date-fns/max';
import type { Interval } from '../../core/agency/crew-calendar.ts';

type ReasonedAbsence = Interval & { reason: string };

/** Absences that overlap or adjoin as one, earliest first, with each of their reasons once. */
export function mergeAbsences(absences: readonly ReasonedAbsence[]): ReasonedAbsence[] {
  const merged: (Interval & { reasons: Set<string> })[] = [];
  for (const { start, end, reason } of absences.toSorted((one, other) => +one.start - +other.start)) {
    const last = merged.at(-1);
    if (!last || start > last.end) merged.push({ start, end, reasons: new Set([reason]) });
    else {
      last.end = max([last.end, end]);
      last.reasons.add(reason);
    }
  }
  return merged.map(({ start, end, reasons }) => {
    const told = [...reasons].filter((reason) => reason !== '');
    return { start, end, reason: told.join(', ') };
  });
}
