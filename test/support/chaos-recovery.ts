import { setTimeout as delay } from 'node:timers/promises';
import { readEvidence } from './chaos-checker.ts';
import type { ChaosRig } from './chaos-rig.ts';

/** How a killed crowd of workers was replaced. Times in milliseconds. */
export interface Recovery {
  /** The same runs, in flight in the same way, when nobody is killed. */
  undisturbed: number;
  /** From the start of the replacement, which is at once after the kill, until it was ready. */
  replacementReady: number;
  /** From the start of the replacement until every run had ended. */
  allDone: number;
  /** Effects that were begun before the kill and again after it, with the same key. */
  begunTwice: number;
}

const WORKERS = 2;

/** What is in flight when the workers are killed, and what holds it there. */
interface Load {
  workflow: string;
  hold(rig: ChaosRig): Promise<void>;
  /** How many first effects are held. */
  held(rig: ChaosRig, started: number): number;
  release(rig: ChaosRig): Promise<void>;
}

/** `calls`: four calls of an HTTP service each. `reference`: what engines are compared by, without any call. */
export const LOADS: Record<'calls' | 'reference', Load> = {
  calls: {
    workflow: 'straight',
    hold: async ({ service }) => service.close(),
    held: ({ service }) => service.waiting(),
    release: async ({ service }) => service.open(),
  },
  reference: {
    workflow: 'reference',
    hold: ({ pool }) => pool.askAll({ kind: 'gate', isOpen: false }),
    // A run that was started has its first effect under way.
    held: (_rig, started) => started,
    // The gate of a worker that was just started is open.
    release: ({ pool }) => pool.askAll({ kind: 'gate', isOpen: true }),
  },
};

/**
 * Brings `count` runs in flight, each with its first effect begun and none answered, kills all workers at once, starts
 * one replacement and waits until all have ended. The rig's service answers at once when it answers.
 */
export async function measureRecovery(rig: ChaosRig, count: number, load: Load): Promise<Recovery> {
  const { pool } = rig;
  while (pool.kill(false));
  await Promise.all(Array.from({ length: WORKERS }, () => pool.add()));
  const earlier = await countEnded(rig);
  await bringIntoFlight(rig, load, 'undisturbed', count);
  const undisturbed = await timeUntilDone(rig, load, earlier + count);
  const before = await countBegunTwice(rig);

  await bringIntoFlight(rig, load, 'killed', count);
  while (pool.kill(false));
  const began = performance.now();
  const ready = pool.add().then(() => Math.round(performance.now() - began));
  const allDone = await timeUntilDone(rig, load, earlier + 2 * count);
  const replacementReady = await ready;
  return { undisturbed, replacementReady, allDone, begunTwice: (await countBegunTwice(rig)) - before };
}

/** Every run has begun its first effect, and none of them has an answer yet. */
async function bringIntoFlight(rig: ChaosRig, load: Load, name: string, count: number): Promise<void> {
  const { workflow } = load;
  await load.hold(rig);
  const starts = Array.from({ length: count }, (_, index) => {
    const requestKey = `${workflow}:${name}:${index}`;
    return rig.pool.ask({ kind: 'start', workflow, input: {}, requestKey });
  });
  await Promise.all(starts);
  while (load.held(rig, starts.length) < count) await delay(5);
}

/** How long it takes from now on, with nothing held any more, until that many runs have ended. */
async function timeUntilDone(rig: ChaosRig, load: Load, total: number): Promise<number> {
  const began = performance.now();
  await load.release(rig);
  while ((await countEnded(rig)) < total) await delay(10);
  return Math.round(performance.now() - began);
}

function countEnded({ db }: ChaosRig): Promise<number> {
  return db.collection('runs').countDocuments({ endedAt: { $type: 'date' } });
}

async function countBegunTwice({ db, logFile }: ChaosRig): Promise<number> {
  const { serviceLog } = await readEvidence(db, logFile);
  const begun = serviceLog.filter((line) => line.phase === 'begun').map((line) => line.key);
  return begun.length - new Set(begun).size;
}
