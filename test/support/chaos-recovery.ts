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

/**
 * Brings `count` runs in flight, each with its first effect begun and none answered, kills all workers at once, starts
 * one replacement and waits until all have ended. The rig's service answers at once when it answers.
 */
export async function measureRecovery(rig: ChaosRig, count: number): Promise<Recovery> {
  const { pool } = rig;
  await Promise.all(Array.from({ length: WORKERS }, () => pool.add()));
  await bringIntoFlight(rig, 'undisturbed', count);
  const undisturbed = await timeUntilDone(rig, count);
  const before = await countBegunTwice(rig);

  await bringIntoFlight(rig, 'killed', count);
  while (pool.kill(false));
  const began = performance.now();
  const ready = pool.add().then(() => Math.round(performance.now() - began));
  const allDone = await timeUntilDone(rig, 2 * count);
  const replacementReady = await ready;
  return { undisturbed, replacementReady, allDone, begunTwice: (await countBegunTwice(rig)) - before };
}

/** Every run has begun its first effect, and none of them has an answer yet. */
async function bringIntoFlight({ pool, service }: ChaosRig, name: string, count: number): Promise<void> {
  service.close();
  const starts = Array.from({ length: count }, (_, index) =>
    pool.ask({ kind: 'start', workflow: 'straight', input: {}, requestKey: `${name}:${index}` }),
  );
  await Promise.all(starts);
  while (service.waiting() < count) await delay(5);
}

/** How long all runs take from now on, with a service that answers. */
async function timeUntilDone({ db, service }: ChaosRig, count: number): Promise<number> {
  const began = performance.now();
  service.open();
  const ended = { endedAt: { $type: 'date' } } as const;
  while ((await db.collection('runs').countDocuments(ended)) < count) await delay(10);
  return Math.round(performance.now() - began);
}

async function countBegunTwice({ db, logFile }: ChaosRig): Promise<number> {
  const { serviceLog } = await readEvidence(db, logFile);
  const begun = serviceLog.filter((line) => line.phase === 'begun').map((line) => line.key);
  return begun.length - new Set(begun).size;
}
