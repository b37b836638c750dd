import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { type EmbeddedMongod, type EmbeddedMongodOptions, startEmbeddedMongod } from './embedded-mongod.ts';

/** A mongod that was adopted is no child of ours: nobody tells us of its end. */
const LOOK_EVERY_MS = 200;
/** The first of the restarts within a minute comes at once, the others after these pauses; then it is given up. */
const PAUSES_MS = [0, 1_000, 5_000];
const SPAN_MS = 60_000;

export interface SupervisedMongod {
  /** Address of the replica set, without a database name; the same after each restart. */
  uri: string;
  stop(): Promise<void>;
}

/**
 * Starts a mongod as `startEmbeddedMongod` does and, when somebody kills it, starts it again on the same port and
 * folder. `onGivenUp` is told when it keeps ending; from then on there is none.
 */
export async function superviseMongod(
  options: EmbeddedMongodOptions,
  onGivenUp: (error: AppError) => void,
): Promise<SupervisedMongod> {
  const stopping = new AbortController();
  let current = await startEmbeddedMongod(options);
  const { uri, port } = current;
  const again = { ...options, port, signal: stopping.signal };
  const watching = keepRunning(
    () => current,
    async () => {
      // It has ended: what is left is to forget it.
      await current.stop();
      current = await startEmbeddedMongod(again);
      options.log.warn('The embedded MongoDB was started again', { port });
    },
    stopping.signal,
  ).catch((error: unknown) => {
    if (!stopping.signal.aborted) onGivenUp(givenUp(options.dataDir, error));
  });
  return {
    uri,
    stop: async () => {
      stopping.abort();
      await watching;
      await current.stop();
    },
  };
}

/** Until `signal` is aborted; throws the last failure when the restarts of a minute are used up. */
async function keepRunning(
  current: () => EmbeddedMongod,
  restart: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let restarts: number[] = [];
  let failure: unknown;
  for (;;) {
    await delay(LOOK_EVERY_MS, undefined, { signal, ref: false });
    if (current().isRunning()) continue;
    restarts = restarts.filter((at) => performance.now() - at < SPAN_MS);
    const pause = PAUSES_MS[restarts.length];
    if (pause === undefined) throw failure ?? new Error('it was ended again and again');
    restarts.push(performance.now());
    await delay(pause, undefined, { signal, ref: false });
    failure = await restart().then(
      () => undefined,
      (error: unknown) => error,
    );
  }
}

function givenUp(dataDir: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError(`the embedded mongod keeps ending: ${reason}`, {
    code: 'mongod.keeps_ending',
    userMessage:
      `The embedded MongoDB keeps ending (${reason}). Its log is in ${dataDir}: is there enough memory and disk? ` +
      'Start Crewline again once there is, or set MONGODB_URI to use another MongoDB.',
    cause,
  });
}
