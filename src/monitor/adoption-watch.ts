import type { Log } from '../base/log.ts';

export interface AdoptionWatch {
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;
const SHARE_EVERY_MS = 3_600_000;

/**
 * Shares what this process has loaded, when it begins and every hour. Every second, and at once when the process has
 * begun, it takes up the runs that wait for a process that can do what this one can. Those who hand runs over tell so
 * themselves; this is the net under them.
 */
export function createAdoptionWatch(deps: {
  sweep(): Promise<void>;
  share(): Promise<void>;
  log: Log;
}): AdoptionWatch {
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  let stopped = true;
  let sharedAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    if (performance.now() - sharedAt > SHARE_EVERY_MS) {
      await deps.share();
      sharedAt = performance.now();
    }
    await deps.sweep();
  };
  const run = (): void => {
    turn = look()
      .catch((error: unknown) => {
        deps.log.warn('Runs that wait for this process could not be taken up; trying again', { error });
      })
      .then(() => {
        if (!stopped) timer = setTimeout(run, EVERY_MS);
      });
  };
  return {
    start: () => {
      stopped = false;
      run();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
