import { afterAll, expect, it } from 'vitest';
import { createDueRunPump } from '../../src/monitor/due-run-pump.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { useDatabase } from '../support/mongo.ts';
import { systemClock } from '../support/system-clock.ts';

const { db } = useDatabase();
const LEASE_MS = 600;
const never = handlerForTest('service', 'Never', () => new Promise(() => {}));
const engine = await createEngine(db, [never], { leaseMs: LEASE_MS });
const pump = createDueRunPump({
  advanceDue: (limit) => engine.orchestrator.advanceDue(limit),
  findNextWake: engine.stores.runs.findNextWake,
  ...{ clock: systemClock, log: engine.log },
});
pump.start();
afterAll(() => pump.stop());

const call = { task: 'call', service: 'Never', retry: { attempts: 1 } };

it('ends an attempt at its timeout although its handler hangs on and its lease is renewed', async () => {
  const run = await engine.start({ steps: [{ ...call, timeout: '1s' }] });
  expect(await engine.ended(run._id)).toMatchObject({ status: 'failed', reason: 'call: timed out' });
});

it('records a breach at its deadline while an effect goes on beyond it', async () => {
  const run = await engine.start({ sla: { within: '1s' }, steps: [call] });
  const ended = await engine.ended(run._id);
  expect(ended.status).toBe('escalated');
  const { breachedAt, dueAt } = ended.clocks.run!;
  expect(breachedAt!.getTime() - dueAt.getTime()).toBeLessThan(LEASE_MS);
});
