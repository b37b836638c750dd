import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, inject, it } from 'vitest';
import { checkEvidence, readEvidence } from '../support/chaos-checker.ts';
import { STOCK_KILOS, WORKFLOW_DECK } from '../support/chaos-definitions.ts';
import { injectFaults, KILLS_FOR_EACH_FAULT } from '../support/chaos-faults.ts';
import { createRandom } from '../support/chaos-random.ts';
import { startChaosRig, untilQuiet } from '../support/chaos-rig.ts';
import { createChaosWorld } from '../support/chaos-world.ts';
import { testSize } from '../support/test-size.ts';

const RUNS = testSize('CHAOS_RUNS');
const KILLS = testSize('CHAOS_KILLS');
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const LEASE_MS = 1_500;
const WORKERS = 3;
/** The kills come while runs are in flight: all of them are started by the last fifth of the kills. */
const STARTED_BY = 0.8;
const QUIET_WITHIN_MS = 90_000;

const random = createRandom(SEED);
const rig = await startChaosRig({ mongodBinary: inject('mongodBinary'), random, leaseMs: LEASE_MS });
afterAll(() => rig.stop());

it(`loses and doubles nothing: ${RUNS} runs, ${KILLS} kills, seed ${SEED} (CHAOS_SEED repeats the choices)`, {
  timeout: 180_000 + KILLS * 6_000,
}, async () => {
  const { db, pool } = rig;
  await Promise.all(Array.from({ length: WORKERS }, () => pool.add()));
  const workflows = Array.from({ length: RUNS }, () => random.pick(WORKFLOW_DECK));
  let kills = 0;
  const allowed = () => Math.ceil((RUNS * (kills + 1)) / (KILLS * STARTED_BY));
  const world = createChaosWorld({ db, pool, random, workflows, allowed });
  const began = Date.now();
  let faults: Awaited<ReturnType<typeof injectFaults>> | null = null;
  const injecting = injectFaults({
    ...rig,
    ...{ random, kills: KILLS },
    beforeKill: (done) => {
      kills = done;
    },
  }).then((counts) => {
    faults = counts;
  });
  while (!faults) {
    await world.turn();
    await delay(30);
  }
  await injecting;
  const faultsOver = Date.now();
  const unrest = await untilQuiet(db, RUNS, QUIET_WITHIN_MS, world.turn);
  const quiet = Date.now();
  const evidence = await readEvidence(db, rig.logFile);
  const findings = checkEvidence(evidence, { runs: RUNS, initialKilos: STOCK_KILOS });
  const begun = evidence.serviceLog.filter((line) => line.phase === 'begun').map((line) => line.key);
  console.log('chaos', {
    ...{ seed: SEED, runs: RUNS, faults, unrest, findings: findings.slice(0, 20) },
    seconds: { faults: (faultsOver - began) / 1_000, untilQuiet: (quiet - faultsOver) / 1_000 },
    calls: { begun: begun.length, keys: new Set(begun).size, effective: evidence.effective.length },
    statuses: countBy(evidence.runs.map((run) => `${run.workflow} ${run.status}`)),
  });
  if (unrest.length > 0) console.log('what the workers complained of last', pool.complaints());
  // Every kind of fault was there: a run without one of them would prove less than it says.
  const missing = Object.entries(faults ?? {}).filter(([, count]) => count === 0);
  if (KILLS >= KILLS_FOR_EACH_FAULT) expect(missing, `seed ${SEED}`).toEqual([]);
  expect(pool.accidents(), `seed ${SEED}`).toEqual([]);
  expect(unrest, `seed ${SEED}`).toEqual([]);
  expect(findings.slice(0, 20), `seed ${SEED}`).toEqual([]);
});

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
