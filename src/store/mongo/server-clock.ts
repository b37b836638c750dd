import type { Db } from 'mongodb';
import type { Clock } from '../../base/clock.ts';

export interface ServerClock extends Clock {
  /** Compares with the server; also done by itself every 30 s. */
  adjust(): Promise<void>;
  stop(): void;
}

const ADJUST_EVERY_MS = 30_000;
const SAMPLES = 3;

/**
 * The time of the database server, counted on from the last comparison by `elapsed` (milliseconds that only ever grow,
 * whatever happens to this machine's wall clock: a step of it by an hour would breach deadlines for good). All processes
 * of an installation thus agree on leases and deadlines; what remains is half the fastest round trip of three.
 */
export async function startServerClock(
  db: Db,
  elapsed: () => number = () => performance.now(),
): Promise<ServerClock> {
  let offsetMs = 0;
  const adjust = async (): Promise<void> => {
    let best = Number.POSITIVE_INFINITY;
    let measured = offsetMs;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const sent = elapsed();
      const { localTime } = await db.command({ hello: 1 });
      const roundTrip = elapsed() - sent;
      if (roundTrip >= best) continue;
      best = roundTrip;
      measured = (localTime as Date).getTime() - (sent + roundTrip / 2);
    }
    // The server tells whole milliseconds: a smaller difference is none.
    if (Math.abs(measured - offsetMs) > 2) offsetMs = measured;
  };
  await adjust();
  // Without an answer the last comparison stays: clocks drift by milliseconds in a minute.
  const timer = setInterval(() => void adjust().catch(() => {}), ADJUST_EVERY_MS).unref();
  return {
    now: () => new Date(Math.round(elapsed() + offsetMs)),
    adjust,
    stop: () => clearInterval(timer),
  };
}
