import { describe, expect, it } from 'vitest';
import { after as later } from '../../src/core/values/duration.ts';
import { defer } from '../support/deferred.ts';
import { handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const WAIT_MS = 300_000;
const open = useEngines(db, { missingWaitMs: WAIT_MS });
const answering = (name: string) =>
  handlerForTest('service', name, async () => ({ kind: 'done', output: { by: name } }));
const both = answering('Both');
const brandNew = answering('BrandNew');
const steps = [
  { task: 'first', service: 'Both' },
  { task: 'second', service: 'BrandNew', timeout: '30s' },
  { task: 'third', service: 'Both' },
];

describe('while a new version is rolled out', () => {
  it('40 runs of the old process go through the step that only the new one can do, none of them an incident', async () => {
    const newer = await open([both, brandNew]);
    await newer.announce();
    const older = await open([both]);
    await older.announce();
    const runs = await Promise.all(Array.from({ length: 40 }, () => older.start({ steps })));
    const ends = await Promise.all(runs.map(({ _id }) => newer.ended(_id)));
    for (const { status, escalations, steps: done } of ends) {
      expect({ status, escalations }).toEqual({ status: 'completed', escalations: {} });
      expect(done.second?.attempts).toHaveLength(1);
    }
    expect(await older.stores.runs.findMissing(['service BrandNew'], 1)).toEqual([]);
  });

  it('a step waits without moving for a process that can, and goes on when one arrives', async () => {
    const older = await open([both]);
    const run = await older.start({ steps });
    const waiting = await older.reached(run._id, (one) => one.missing?.length === 1);
    expect(waiting).toMatchObject({
      lease: null,
      steps: {
        second: { status: 'waiting', timeoutAt: null, missing: { kind: 'service', name: 'BrandNew' } },
      },
    });
    await older.adoption.sweep();
    await older.orchestrator.advanceDue(100);
    expect((await older.stores.runs.find(run._id))?.version).toBe(waiting.version);
    const newer = await open([both, brandNew]);
    const end = newer.ended(run._id);
    await newer.announce();
    expect(await end).toMatchObject({ status: 'completed', escalations: {} });
  });

  it('a sub-workflow that only the new process has loaded is started by that one', async () => {
    const older = await open([both]);
    const run = await older.start({ steps: [{ task: 'inner', workflow: { workflow: 'brandNewFlow' } }] });
    await older.reached(run._id, (one) => one.missing?.[0] === 'workflow brandNewFlow');
    const definitions = [{ name: 'brandNewFlow', steps: [{ task: 'first', service: 'Both' }] }];
    const newer = await open([both], { definitions });
    const end = newer.ended(run._id);
    await newer.announce();
    expect(await end).toMatchObject({ status: 'completed', steps: { inner: { output: { by: 'Both' } } } });
  });

  it('the death of the only process that can is an incident after the wait, which the next one ends by itself', async () => {
    let now = new Date('2026-12-01T08:00:00Z');
    const clock = { now: () => now };
    const held = defer();
    const stuck = handlerForTest('service', 'BrandNew', (_, { signal }) => {
      held.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    const only = await open([both, stuck], { clock, owner: 'only' });
    const run = await only.start({ steps });
    await held.promise;
    const older = await open([both], { clock });
    await older.orchestrator.takeOver('only');
    await older.orchestrator.advanceDue(100);
    const waiting = await older.reached(run._id, (one) => one.missing?.length === 1);
    expect(waiting.nextAt).toEqual(later(now, WAIT_MS));
    now = later(now, WAIT_MS - 1);
    await older.orchestrator.advanceDue(100);
    expect((await older.stores.runs.find(run._id))?.escalations).toEqual({});
    now = later(now, 1);
    await older.orchestrator.advanceDue(100);
    expect(await older.stores.runs.find(run._id)).toMatchObject({
      escalations: { 'incident-second': { state: 'open' } },
      steps: {
        second: {
          status: 'incident',
          error: { message: expect.stringContaining('service “BrandNew” for 5 min') },
          missing: { since: new Date('2026-12-01T08:00:00Z') },
        },
      },
    });
    const next = await open([both, brandNew], { clock });
    const end = next.ended(run._id);
    await next.announce();
    expect(await end).toMatchObject({
      status: 'completed',
      escalations: { 'incident-second': { state: 'resolved' } },
    });
  });

  it('a process that can says so while another one executes a branch of the same run: no incident is made of it', async () => {
    let now = new Date('2026-12-01T08:00:00Z');
    const clock = { now: () => now };
    const slow = defer();
    const begun = defer();
    const long = handlerForTest('service', 'Long', async () => {
      begun.resolve();
      await slow.promise;
      return { kind: 'done', output: {} };
    });
    const branches = {
      one: [{ task: 'long', service: 'Long' }],
      other: [{ task: 'second', service: 'BrandNew' }],
    };
    const older = await open([long], { clock, leaseMs: 3_600_000 });
    const run = await older.start({ steps: [{ task: 'both', parallel: { branches } }] });
    await begun.promise;
    await older.reached(run._id, (one) => one.missing?.length === 1);
    const newer = await open([brandNew], { clock });
    now = later(now, WAIT_MS - 1_000);
    await newer.adoption.sweep();
    now = later(now, 2_000);
    await newer.orchestrator.advanceDue(100);
    expect((await newer.stores.runs.find(run._id))?.steps.second?.status).toBe('waiting');
    const free = older.reached(run._id, (one) => one.lease === null);
    slow.resolve();
    await free;
    const end = newer.ended(run._id);
    await newer.adoption.sweep();
    expect(await end).toMatchObject({ status: 'completed', escalations: {} });
  });
});
