import type { Interval } from '../../core/agency/crew-calendar.ts';
import type { Assignment } from '../../core/work/work-order.ts';

/**
 * What marks an obstruction as told: the same as long as the same thing stands in the way. It is stored with work orders,
 * so its form must not change.
 */
export const OBSTRUCTION_KEY = {
  absence: (crewId: string, { start, end }: Interval) =>
    `absence:${crewId}:${start.toISOString()}:${end.toISOString()}`,
  closure: (id: string) => `closure:${id}`,
  crew: (crewId: string) => `roster:${crewId}`,
  shift: ({ crewId, start, end }: Assignment) =>
    `shift:${crewId}:${start.toISOString()}:${end.toISOString()}`,
};

/** An instant as a key has it: 2026-06-01T12:00:00.000Z. */
const INSTANT_LENGTH = 24;

export function isAbsenceKey(key: string): boolean {
  return key.startsWith('absence:');
}

/** The time of an absence of this crew; null when the key is of something else. */
export function readAbsenceKey(key: string, crewId: string): Interval | null {
  const beginning = `absence:${crewId}:`;
  const period = key.slice(beginning.length);
  if (!key.startsWith(beginning) || period.length !== 2 * INSTANT_LENGTH + 1) return null;
  return {
    start: new Date(period.slice(0, INSTANT_LENGTH)),
    end: new Date(period.slice(INSTANT_LENGTH + 1)),
  };
}

/** The id of the closure; null when the key is of something else. */
export function readClosureKey(key: string): string | null {
  const beginning = OBSTRUCTION_KEY.closure('');
  return key.startsWith(beginning) ? key.slice(beginning.length) : null;
}
