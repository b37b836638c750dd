import type { Turn } from '../../src/core/run/run-parts.ts';

/** A turn for tests in which nothing depends on it: a person's run card in the requests channel. */
export const someTurn: Turn = {
  place: 'C0REQUESTS',
  source: 'person-1',
  urgency: 4,
  gravity: 5,
  needBy: new Date('2026-06-03T12:00:00Z'),
};
