import { readFile, writeFile } from 'node:fs/promises';
import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkEvidence, readEvidence } from '../support/chaos-checker.ts';
import { STOCK_KILOS, WORKFLOW_NAMES } from '../support/chaos-definitions.ts';
import { PLANTED_FAULTS } from '../support/chaos-planted-faults.ts';
import { createRandom } from '../support/chaos-random.ts';
import { startChaosRig, untilQuiet } from '../support/chaos-rig.ts';
import { createChaosWorld } from '../support/chaos-world.ts';

const PER_WORKFLOW = 3;
/** A crew that never comes keeps the job it was given in time; where all were given too late, more are asked for. */
const MOST_LATE = 20;
const COLLECTIONS = ['runs', 'work_orders', 'crew_days', 'depot_stock', 'outbox', 'effective'];

const random = createRandom(7);
const rig = await startChaosRig({ mongodBinary: inject('mongodBinary'), random, leaseMs: 5_000 });
const { db, logFile } = rig;
const healthy = new Map<string, Document[]>();
let healthyLog = '';
let runs = WORKFLOW_NAMES.length * PER_WORKFLOW;

beforeAll(async () => {
  await rig.pool.add();
  const usual = Array.from({ length: PER_WORKFLOW }, () => WORKFLOW_NAMES).flat();
  const workflows = [...usual, ...Array.from({ length: MOST_LATE }, () => 'late')];
  const world = createChaosWorld({ db, pool: rig.pool, random, workflows, allowed: () => runs });
  expect(await untilQuiet(db, runs, 60_000, world.turn)).toEqual([]);
  while (!(await db.collection('crew_days').findOne({ 'reserved.0': { $exists: true } }))) {
    expect(runs).toBeLessThan(workflows.length);
    runs += 1;
    expect(await untilQuiet(db, runs, 60_000, world.turn)).toEqual([]);
  }
  await rig.pool.stop();
  for (const name of COLLECTIONS) healthy.set(name, await db.collection(name).find({}).toArray());
  healthyLog = await readFile(logFile, 'utf8');
});
afterEach(async () => {
  for (const [name, documents] of healthy) {
    await db.collection(name).deleteMany({});
    if (documents.length > 0) await db.collection(name).insertMany(documents);
  }
  await writeFile(logFile, healthyLog);
});
afterAll(() => rig.stop());

describe('the checker', () => {
  it('finds nothing in a healthy database', async () => {
    expect(await findings()).toEqual([]);
  });

  it.each(PLANTED_FAULTS)('finds it when %s (%s)', async (_name, rule, corrupt) => {
    await corrupt(db, logFile);
    expect((await findings()).map((finding) => finding.rule)).toContain(rule);
  });
});

async function findings() {
  return checkEvidence(await readEvidence(db, logFile), { runs, initialKilos: STOCK_KILOS });
}
