import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, inject, it } from 'vitest';
import { checkEvidence, readEvidence } from '../support/chaos-checker.ts';
import { STOCK_KILOS } from '../support/chaos-definitions.ts';
import { createRandom } from '../support/chaos-random.ts';
import { startChaosRig, untilQuiet } from '../support/chaos-rig.ts';

const LEASE_MS = 1_500;
const RUNS = 200;
const WORKERS = 2;
/** The mark is 2 s beyond the lease; what a crowded machine adds is not what this test is about. */
const DONE_WITHIN_MS = 20_000;

const rig = await startChaosRig({
  mongodBinary: inject('mongodBinary'),
  random: createRandom(1),
  leaseMs: LEASE_MS,
  answersAtOnce: true,
});
afterAll(() => rig.stop());

it(`finishes ${RUNS} runs that were in flight when every worker was killed, soon after one replacement started`, async () => {
  const { db, pool, service } = rig;
  await Promise.all(Array.from({ length: WORKERS }, () => pool.add()));
  await bringIntoFlight('undisturbed');
  const undisturbed = await timeUntilDone(RUNS);

  await bringIntoFlight('killed');
  while (pool.kill(false));
  const ready = pool.add();
  const done = await timeUntilDone(2 * RUNS);
  expect(await untilQuiet(db, 2 * RUNS, DONE_WITHIN_MS, async () => {})).toEqual([]);
  const evidence = await readEvidence(db, rig.logFile);
  const begun = evidence.serviceLog.filter((line) => line.phase === 'begun').map((line) => line.key);
  console.log('recovery, milliseconds', {
    leaseMs: LEASE_MS,
    undisturbed,
    replacementReady: Math.round(await ready),
    afterTheKill: done,
    beyondLease: done - LEASE_MS,
    beyondLeaseAndWork: done - LEASE_MS - undisturbed,
    effectsBegunTwice: begun.length - new Set(begun).size,
  });
  expect(checkEvidence(evidence, { runs: 2 * RUNS, initialKilos: STOCK_KILOS })).toEqual([]);
  expect(done).toBeLessThan(DONE_WITHIN_MS);

  /** Every run has begun its first effect, and none of them has an answer yet. */
  async function bringIntoFlight(name: string): Promise<void> {
    service.close();
    const starts = Array.from({ length: RUNS }, (_, index) =>
      pool.ask({ kind: 'start', workflow: 'straight', input: {}, requestKey: `${name}:${index}` }),
    );
    await Promise.all(starts);
    while (service.waiting() < RUNS) await delay(5);
  }

  /** How long all runs take from now on, with a service that answers. */
  async function timeUntilDone(count: number): Promise<number> {
    const began = performance.now();
    service.open();
    while ((await db.collection('runs').countDocuments({ endedAt: { $ne: null } })) < count) await delay(5);
    return Math.round(performance.now() - began);
  }
});
