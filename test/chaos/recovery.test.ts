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
  service.close();
  const starts = Array.from({ length: RUNS }, (_, index) =>
    pool.ask({ kind: 'start', workflow: 'straight', input: {}, requestKey: `recovery:${index}` }),
  );
  await Promise.all(starts);
  while (service.waiting() < RUNS) await delay(5);
  while (pool.kill(false));
  const killedAt = performance.now();
  service.open();
  const ready = pool.add().then(() => performance.now() - killedAt);
  const runs = db.collection('runs');
  let firstStepDone = 0;
  while ((await runs.countDocuments({ endedAt: { $ne: null } })) < RUNS) {
    if (firstStepDone === 0 && (await runs.countDocuments({ 'steps.assess.status': 'succeeded' })) > 0)
      firstStepDone = performance.now() - killedAt;
    await delay(5);
  }
  const done = performance.now() - killedAt;
  expect(await untilQuiet(db, RUNS, DONE_WITHIN_MS, async () => {})).toEqual([]);
  const evidence = await readEvidence(db, rig.logFile);
  const begun = evidence.serviceLog.filter((line) => line.phase === 'begun').map((line) => line.key);
  console.log('recovery, milliseconds after the kill', {
    leaseMs: LEASE_MS,
    replacementReady: Math.round(await ready),
    firstTakenOver: Math.round(firstStepDone),
    allDone: Math.round(done),
    beyondLease: Math.round(done - LEASE_MS),
    effectsBegunTwice: begun.length - new Set(begun).size,
  });
  expect(checkEvidence(evidence, { runs: RUNS, initialKilos: STOCK_KILOS })).toEqual([]);
  expect(done).toBeLessThan(DONE_WITHIN_MS);
});
