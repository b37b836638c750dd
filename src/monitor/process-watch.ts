import { judgeSilence, type Watched } from '../core/judge-silence.ts';
import type { Log } from '../log.ts';
import type { ProcessBeatStore } from '../store/process-beats.ts';

export interface ProcessWatch {
  start(): void;
  /** Takes this process off the list, so that nobody mourns it. */
  stop(): Promise<void>;
}

const EVERY_MS = 200;
const SILENCE_MS = 1_200;
/** A look that comes later than this was held up itself. */
const LATEST_MS = 2 * EVERY_MS;

/**
 * Lets the processes of an installation notice each other's death within about a second and a half, and take over what
 * the dead one was doing, long before its leases end. Being wrong about one that only stalled is harmless: its runs are
 * taken over under their fences, and what it writes late is refused.
 */
export function createProcessWatch(deps: {
  beats: ProcessBeatStore;
  /** Names this process in leases. */
  owner: string;
  /** Gives what a dead process held to whoever comes first. May be called twice, and by several observers. */
  takeOver(owner: string): Promise<void>;
  log: Log;
}): ProcessWatch {
  const { beats, owner, takeOver, log } = deps;
  let watched: ReadonlyMap<string, Watched> = new Map();
  let lastLook = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  let stopped = true;

  const look = async (): Promise<void> => {
    await beats.beat(owner);
    const others = await beats.listOthers(owner);
    const looked = performance.now();
    const judged = judgeSilence(watched, others, {
      silenceMs: SILENCE_MS,
      isOnTime: looked - lastLook <= LATEST_MS,
    });
    lastLook = looked;
    watched = judged.watched;
    for (const silent of judged.silent) {
      log.warn('A process has fallen silent; its work is taken over', { silent });
      await takeOver(silent);
      await beats.remove(silent);
    }
  };
  const run = (): void => {
    turn = look()
      .catch((error: unknown) => log.debug('The other processes could not be seen', { error }))
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
      clearTimeout(timer);
      await beats.remove(owner);
    },
  };
}
