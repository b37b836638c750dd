import { expect, it } from 'vitest';
import { note } from '../../src/core/run/transition.ts';
import { createEngine } from '../support/engine.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();

it('a run with facts of other versions is read wherever it lies, goes on, and loses none of them', async () => {
  const engine = await createEngine(db, []);
  const { stores, orchestrator } = engine;
  const run = await engine.start({ steps: [{ task: 'ask', role: 'Supervisor' }] });
  const told = (await stores.runs.find(run._id))?.lastSeq ?? 0;
  const at = new Date('2026-06-01T12:00:00Z');
  const strange = [
    {
      seq: told + 1,
      at,
      type: 'work.teleported',
      task: 'ask',
      actor: 'U1',
      data: { to: 'R-2' },
      via: 'radio',
    },
    { seq: told + 2, at, type: 'work.done', task: null, actor: 'U1', data: { cost: 'a lot' } },
  ];
  await db
    .collection<{ _id: string; history: object[] }>('runs')
    .updateOne(
      { _id: run._id },
      { $push: { history: { $each: strange } }, $inc: { lastSeq: 2, version: 1 } },
    );

  const reads = [
    stores.runs.find(run._id),
    stores.runs.findMany([run._id]).then(([found]) => found),
    stores.runs.list({ status: 'running' }, 10).then(([found]) => found),
  ];
  for (const found of await Promise.all(reads)) {
    expect(found?.history.slice(told).map(({ data }) => data)).toEqual([
      { type: 'work.teleported', data: { to: 'R-2' } },
      { type: 'work.done', data: { cost: 'a lot' } },
    ]);
  }

  for (let count = 0; count < 250; count++) {
    await orchestrator.apply(run._id, (transition, now) =>
      note(transition, now, { type: 'work.blocked', data: { reason: String(count) } }),
    );
  }
  await orchestrator.cancel(run._id, 'U0RIVERA', '');
  await engine.stop();
  const copies = await db
    .collection('audit_events')
    .find({ runId: run._id, seq: { $gt: told, $lte: told + 2 } });
  expect(await copies.project({ _id: 0, runId: 0 }).sort({ seq: 1 }).toArray()).toEqual(strange);
  expect((await stores.auditEvents.list(run._id, told)).slice(0, 2)).toMatchObject([
    { seq: told + 1, type: 'unknown' },
    { seq: told + 2, type: 'unknown' },
  ]);

  await stores.archive.moveEnded(new Date(Date.now() + 1_000));
  expect(await stores.archive.find(run._id)).toMatchObject({ status: 'cancelled', cancelledBy: 'U0RIVERA' });
});

it('of many requests that wait for a role, the gravest are found with how many there are, but not one’s own', async () => {
  const engine = await createEngine(db, []);
  const { stores } = engine;
  const asks = await Promise.all(
    Array.from({ length: 12 }, () => engine.start({ steps: [{ task: 'ask', role: 'Manager' }] })),
  );
  const own = asks[0]!;
  await db
    .collection<{ _id: string }>('runs')
    .updateOne({ _id: own._id }, { $set: { 'requester.userId': 'U0OKAFOR' } });
  const outputs = [
    { severity: 3 },
    { severity: 8.5, grave: [] },
    { understood: false, severity: 5 },
    { grave: ['gas'] },
  ];
  for (const [index, output] of outputs.entries())
    await db
      .collection<{ _id: string }>('runs')
      .updateOne({ _id: asks[index + 1]!._id }, { $set: { 'steps.assess': { output } } });
  const found = await stores.runs.listAsking(['Manager'], 'U0OKAFOR', 5);
  const gravest = [4, 3, 2, 1].map((index) => asks[index]!._id);
  expect(found.runs.map(({ _id }) => _id).slice(0, 4)).toEqual(gravest);
  expect(found.count).toBe(11);
  expect(found.runs).toHaveLength(5);
  expect(found.runs.map(({ _id }) => _id)).not.toContain(own._id);
  expect(await stores.runs.listAsking(['Nobody'], 'U0OKAFOR', 5)).toEqual({ runs: [], count: 0 });
  expect(await stores.runs.count({ requesterId: 'U0OKAFOR' }, 100)).toBe(1);
  await engine.stop();
});
