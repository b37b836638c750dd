import { setTimeout as pause } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Does the work, again after a growing pause each time it fails, until it is done: null when `signal` ended that first.
 * For work that nobody else will do, while the database is away for a moment.
 */
export async function insist<Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
  onFailed: (error: unknown) => void,
): Promise<Result | null> {
  for (let wait = FIRST_PAUSE_MS; !signal.aborted; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      onFailed(error);
    }
    await pause(wait, undefined, { signal, ref: false }).catch(() => {});
  }
  return null;
}
