import type { Log } from '../base/log.ts';
import type { ProcessBeatStore, SeenBeat } from '../store/processes/process-beats.ts';
import { type Beat, judgeSilence, type Watched } from './judge-silence.ts';

export interface ProcessWatch {
  start(): void;
  /** Takes this process off the list, so that nobody mourns it. */
  stop(): Promise<void>;
}

const EVERY_MS = 200;
/** So long without a sign while the connections stand: it may be stopped, or its machine has lost its power. */
const SILENCE_MS = 1_200;
/** So long without a sign and without a connection: it has ended. */
const GONE_MS = 2 * EVERY_MS;
/** The second look at one that is gone comes sooner: nothing but chance could bring it back. */
const LOOK_AGAIN_MS = 50;
/** A look that takes longer than this was held up itself. */
const LONGEST_LOOK_MS = 2 * EVERY_MS;

/**
 * Lets the processes of an installation notice each other's death within about half a second where the database tells
 * that its connections are gone, else within a second and a half, and take over what the dead one was doing, long before
 * its leases end. Being wrong about one that only stalled is harmless: its runs are taken over under their fences, and
 * what it writes late is refused.
 */
export function createProcessWatch(deps: {
  beats: ProcessBeatStore;
  /** Names this process in leases. */
  owner: string;
  /** What this process can do, as `kind name`. */
  calls?(): readonly string[];
  /** Gives what a dead process held to whoever comes first. May be called twice, and by several observers. */
  takeOver(owner: string): Promise<void>;
  log: Log;
}): ProcessWatch {
  const { beats, owner, takeOver, log } = deps;
  let watched: ReadonlyMap<string, Watched> = new Map();
  let heldUpAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  let stopped = true;

  /** How long to wait for the next look. */
  const look = async (): Promise<number> => {
    const began = performance.now();
    await beats.beat(owner, deps.calls?.());
    // After a break everybody's connections are new or still to come: whoever has none yet may be on its way.
    const mayAsk = began - heldUpAt > SILENCE_MS;
    const others = await withConnections(beats, await beats.listOthers(owner), mayAsk);
    const isOnTime = performance.now() - began <= LONGEST_LOOK_MS;
    if (!isOnTime) heldUpAt = performance.now();
    const judged = judgeSilence(watched, others, { silenceMs: SILENCE_MS, goneMs: GONE_MS, isOnTime });
    watched = judged.watched;
    await Promise.all(judged.silent.map(mourn));
    const isSuspected = others.some((other) => other.isGone && !judged.silent.includes(other.owner));
    return isSuspected ? LOOK_AGAIN_MS : EVERY_MS;
  };
  const mourn = async (silent: string): Promise<void> => {
    log.warn('A process has fallen silent; its work is taken over', { silent });
    await takeOver(silent);
    await beats.remove(silent);
  };
  const run = (): void => {
    const looked = look().catch((error: unknown) => {
      heldUpAt = performance.now();
      watched = new Map();
      log.debug('The other processes could not be seen', { error });
      return EVERY_MS;
    });
    turn = looked.then((wait) => {
      if (!stopped) timer = setTimeout(run, wait);
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

/** Asks the database for the connections of those who are silent; of the others the sign of life says enough. */
async function withConnections(
  beats: ProcessBeatStore,
  others: readonly SeenBeat[],
  mayAsk: boolean,
): Promise<Beat[]> {
  const suspects = others.filter(({ silentMs }) => silentMs >= GONE_MS);
  const names = suspects.flatMap(({ connection }) => connection ?? []);
  const connected = mayAsk && names.length > 0 ? await beats.findConnected(names) : null;
  return others.map(({ connection, ...beat }) => ({
    ...beat,
    isGone:
      connected !== null && connection !== null && beat.silentMs >= GONE_MS && !connected.has(connection),
  }));
}
