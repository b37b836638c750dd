import type { Clock } from '../../src/base/clock.ts';

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };
