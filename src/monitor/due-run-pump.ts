import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

export interface DueRunPump {
  start(): void;
  /** Looks at once: something is known to be due. */
  wake(): void;
  stop(): Promise<void>;
}

const BATCH = 500;
/** A deadline armed by another process is seen after this long at the latest. */
const LONGEST_NAP_MS = 250;
/** Keeps a run that cannot be advanced from turning the pump into a busy loop. */
const SHORTEST_NAP_MS = 5;

/**
 * Watches the clocks: sleeps until the next run is due, then advances all that are due, in batches from an index. Every
 * process may do it: each transition is fenced, so that a breach is recorded once whoever sees it first.
 */
export function createDueRunPump(deps: {
  advanceDue(limit: number): Promise<number>;
  findNextWake(): Promise<Date | null>;
  clock: Clock;
  log: Log;
}): DueRunPump {
  let stopped = true;
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();

  const tick = async (): Promise<void> => {
    let nap = LONGEST_NAP_MS;
    try {
      const advanced = await deps.advanceDue(BATCH);
      const next = await deps.findNextWake();
      const wait = next ? next.getTime() - deps.clock.now().getTime() : LONGEST_NAP_MS;
      nap = Math.min(LONGEST_NAP_MS, Math.max(advanced === BATCH ? 0 : SHORTEST_NAP_MS, wait));
    } catch (error) {
      deps.log.warn('The due runs could not be swept; trying again', { error });
    }
    if (!stopped) timer = setTimeout(run, nap);
  };
  const run = (): void => {
    timer = undefined;
    turn = tick();
  };
  const wake = (): void => {
    // While a turn is under way, the next one comes by itself.
    if (stopped || timer === undefined) return;
    clearTimeout(timer);
    run();
  };

  return {
    start: () => {
      stopped = false;
      run();
    },
    wake,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await turn;
      clearTimeout(timer);
    },
  };
}
