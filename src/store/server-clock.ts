import type { Db } from 'mongodb';
import type { Clock } from '../clock.ts';

export interface ServerClock extends Clock {
  /** Compares with the server; also done by itself every 30 s. */
  adjust(): Promise<void>;
  stop(): void;
}

const ADJUST_EVERY_MS = 30_000;
const SAMPLES = 3;

/**
 * The time of the database server: this machine's clock, corrected by the offset that was measured. All processes of an
 * installation thus agree on leases and deadlines, however far their own clocks are apart; what remains is half the
 * fastest round trip of three.
 */
export async function startServerClock(db: Db, local: Clock): Promise<ServerClock> {
  let offsetMs = 0;
  const adjust = async (): Promise<void> => {
    let best = Number.POSITIVE_INFINITY;
    let measured = offsetMs;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const sent = local.now().getTime();
      const { localTime } = await db.command({ hello: 1 });
      const roundTrip = local.now().getTime() - sent;
      if (roundTrip >= best) continue;
      best = roundTrip;
      measured = (localTime as Date).getTime() - (sent + roundTrip / 2);
    }
    // The server tells whole milliseconds: a smaller difference is none.
    offsetMs = Math.abs(measured) <= 2 ? 0 : Math.round(measured);
  };
  await adjust();
  // Without an answer the last offset stays: clocks drift by milliseconds in a minute.
  const timer = setInterval(() => void adjust().catch(() => {}), ADJUST_EVERY_MS).unref();
  return { now: () => new Date(local.now().getTime() + offsetMs), adjust, stop: () => clearInterval(timer) };
}
