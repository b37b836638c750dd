import type { Log } from '../base/log.ts';

/** Stops parts one after the other. One that cannot let go properly does not keep the others from it. */
export async function stopInOrder(log: Log, stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) {
    await stop().catch((error: unknown) => {
      log.warn('A part did not stop properly; the next start takes over what it left', { error });
    });
  }
}
