import { afterAll, expect, inject, it } from 'vitest';
import { checkEvidence, readEvidence } from '../support/chaos-checker.ts';
import { STOCK_KILOS } from '../support/chaos-definitions.ts';
import { createRandom } from '../support/chaos-random.ts';
import { LOADS, measureRecovery } from '../support/chaos-recovery.ts';
import { startChaosRig, untilQuiet } from '../support/chaos-rig.ts';
import { testSize } from '../support/test-size.ts';

/** As in the product: what is taken over sooner was taken from a process that was seen to have died. */
const LEASE_MS = 15_000;
const RUNS = testSize('RECOVERY_RUNS');

const rig = await startChaosRig({
  mongodBinary: inject('mongodBinary'),
  random: createRandom(1),
  leaseMs: LEASE_MS,
  answersAtOnce: true,
});
afterAll(() => rig.stop());

it.each(Object.entries(LOADS))(
  `finishes ${RUNS} runs (%s) that were in flight when every worker was killed, long before their leases end, once one replacement started`,
  async (name, load) => {
    const earlier = await rig.db.collection('runs').countDocuments();
    const recovery = await measureRecovery(rig, RUNS, load);
    console.log('recovery, milliseconds', name, recovery);
    // Each first effect was under way at the kill.
    expect(recovery.begunTwice).toBeGreaterThanOrEqual(RUNS);
    const total = earlier + 2 * RUNS;
    expect(await untilQuiet(rig.db, total, LEASE_MS, async () => {})).toEqual([]);
    const evidence = await readEvidence(rig.db, rig.logFile);
    expect(checkEvidence(evidence, { runs: total, initialKilos: STOCK_KILOS })).toEqual([]);
    // The figure is printed; that nobody waited for a lease to end is what can be told on any machine.
    expect(recovery.allDone).toBeLessThan(LEASE_MS);
  },
);
