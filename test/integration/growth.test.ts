import { randomUUID } from 'node:crypto';
import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { note } from '../../src/core/run/transition.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const TEXT = 'x'.repeat(40_000);
let seen: unknown;
const handlers = [
  handlerForTest('service', 'Long', async () => ({ kind: 'done', output: { score: 7, report: TEXT } })),
  handlerForTest('service', 'Reader', async (input) => {
    seen = input.report;
    return { kind: 'done', output: {} };
  }),
];
let engine: Awaited<ReturnType<typeof createEngine>>;
beforeAll(async () => {
  engine = await createEngine(db, handlers);
});
afterAll(() => engine.stop());

describe('a run document stays small', () => {
  it('keeps a long output beside it, and hands it whole to whoever refers to it', async () => {
    const run = await engine.start({
      steps: [
        { task: 'write', service: 'Long' },
        { task: 'skip', service: 'Reader', when: { value: '$write.score', atLeast: 8 } },
        { task: 'read', service: 'Reader', with: { report: '$write.report' } },
      ],
    });
    const ended = await engine.ended(run._id);
    expect(ended.status).toBe('completed');
    expect(ended.steps.skip?.status).toBe('skipped');
    expect(ended.steps.write?.output).toEqual({ score: 7 });
    expect(ended.steps.write?.storedOutput).toContain(`${run._id}/write/`);
    expect(seen).toBe(TEXT);
  });

  it('moves the older facts of a long history out, and loses and doubles none', async () => {
    const run = await engine.start({ steps: [{ task: 'ask', role: 'Supervisor' }] });
    for (let count = 0; count < 450; count++) {
      await engine.orchestrator.apply(run._id, (transition, now) =>
        note(transition, now, { type: 'approval.reminded', data: { clock: `${count}`, dueAt: now } }),
      );
    }
    await engine.orchestrator.stop();
    const stored = await engine.stores.runs.find(run._id);
    expect(stored?.history.length).toBeLessThanOrEqual(200);
    const first = stored?.history[0]?.seq ?? 0;
    const older = (await engine.stores.auditEvents.list(run._id, 0)).filter(({ seq }) => seq < first);
    const all = [...older, ...(stored?.history ?? [])].map(({ seq }) => seq);
    expect(all).toEqual(Array.from({ length: stored?.lastSeq ?? 0 }, (_, index) => index + 1));
  });

  it('leaves the working set for the archive once it has ended and nothing of it is open', async () => {
    const other = await createEngine(db, handlers);
    const done = await other.start({ steps: [{ task: 'read', service: 'Reader' }] });
    const open = await other.start({ steps: [{ task: 'ask', role: 'Supervisor' }] });
    await other.ended(done._id);
    await other.stop();
    const { runs, archive, forgetting } = other.stores;
    expect(await archive.moveEnded(new Date(Date.now() + 1_000))).toBeGreaterThanOrEqual(1);
    expect(await runs.find(done._id)).toBeNull();
    expect(await archive.find(done._id)).toMatchObject({ status: 'completed' });
    expect(await runs.find(open._id)).not.toBeNull();
    expect(await forgetting.forgetEnded(new Date(Date.now() + 1_000))).toBeGreaterThanOrEqual(1);
    expect(await archive.find(done._id)).toBeNull();
  });
});

describe('a run of the archive that others still need', () => {
  const before = new Date('2026-06-01T00:00:00Z');
  const old = new Date('2026-05-01T00:00:00Z');
  const archived = (_id: string, parent: string | null = null, endedAt = old) => ({
    ...{ _id: _id as never, endedAt, history: [], steps: {}, reason: '', closing: null },
    parent: parent === null ? null : { runId: parent, step: 'inner' },
  });
  const order = (_id: string, state: string, after: string | null = null) => ({
    ...{ _id: _id as never, state, after: after === null ? null : { orderId: after, minutes: 0 } },
  });
  const left = async () =>
    (await db.collection('runs_archive').find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

  it('stays, and goes with the last that needs it; news from before then go, and what goes on loses the job', async () => {
    await db.collection('runs_archive').deleteMany({});
    await db
      .collection('runs_archive')
      .insertMany([
        ...[archived('A-parent', null, new Date('2026-05-20T00:00:00Z')), archived('B-child', 'A-parent')],
        ...[archived('C-first'), archived('D-follower'), archived('E-open'), archived('F-of-open', 'G-runs')],
      ]);
    await db
      .collection('runs')
      .insertOne({ _id: 'G-runs' as never, createdAt: old, wakeAt: null, relayAt: null });
    await db
      .collection('work_orders')
      .insertMany([
        ...[order('C-first', 'done'), order('D-follower', 'done', 'C-first'), order('E-open', 'announced')],
      ]);
    const news = { at: old, jobs: [{ orderId: 'C-first' }, { orderId: 'E-open' }] };
    await db.collection('bulletins').insertMany([
      {
        _id: 'past' as never,
        kind: 'crew',
        at: old,
        changes: [{ orderId: 'E-open', cause: 'C-first street' }],
      },
      { _id: 'goes on' as never, kind: 'absence', end: new Date('2026-12-01T00:00:00Z'), ...news },
    ]);
    expect(await engine.stores.forgetting.forgetEnded(before)).toBe(4);
    expect(await left()).toEqual(['E-open', 'F-of-open']);
    expect(await db.collection('bulletins').find().toArray()).toMatchObject([
      { _id: 'goes on', jobs: [{ orderId: 'E-open' }] },
    ]);
    await db.collection('work_orders').updateOne({ _id: 'E-open' as never }, { $set: { state: 'done' } });
    await db.collection('runs').deleteOne({ _id: 'G-runs' as never });
    expect(await engine.stores.forgetting.forgetEnded(before)).toBe(2);
    expect(await left()).toEqual([]);
  });
});

describe('every query on the hot path uses an index, whatever else is stored', () => {
  const far = new Date(Date.now() + 86_400_000);
  beforeAll(async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({
      _id: randomUUID() as never,
      status: 'completed',
      createdAt: new Date(index),
      endedAt: new Date(),
      wakeAt: index % 2 ? far : null,
      relayAt: null,
    }));
    await db.collection('runs').insertMany(rows);
  });

  const now = new Date();
  const date = { $type: 'date' };
  const text = { $type: 'string' };
  it.each<[string, string, Document, Document]>([
    ['due runs', 'runs', { wakeAt: { ...date, $lte: now } }, { wakeAt: 1 }],
    ['the next due run', 'runs', { wakeAt: date }, { wakeAt: 1 }],
    ['unrelayed runs', 'runs', { relayAt: { ...date, $lte: now } }, { relayAt: 1 }],
    ['runs that wait for an event', 'runs', { waitingFor: { ...text, $eq: 'a|b' } }, {}],
    ['children', 'runs', { 'parent.runId': { ...text, $eq: 'R-1' }, endedAt: null }, {}],
    ['runs by status, newest first', 'runs', { status: 'running' }, { createdAt: -1 }],
    ['the newest runs', 'runs', {}, { createdAt: -1 }],
    ['messages that sleep', 'outbox', { lane: 'a', dueAt: { ...date, $lte: now } }, { dueAt: 1 }],
    ['waiting work orders', 'work_orders', { state: 'waiting' }, { weight: -1, createdAt: 1 }],
    ['the stock of an order', 'depot_stock', { 'holds.orderId': 'R-1' }, {}],
    ['what an order holds softly', 'depot_stock', { 'softHolds.orderId': 'R-1' }, {}],
    ['expired soft holds', 'depot_stock', { 'softHolds.until': { $lte: now } }, {}],
    ['deliveries that are due', 'depot_stock', { 'incoming.at': { $lte: now } }, {}],
    ['early events', 'external_events', { name: 'a', key: 'b' }, { at: 1 }],
  ])('%s', async (_name, collection, filter, sort) => {
    const plan = await db.collection(collection).find(filter).sort(sort).limit(100).explain('executionStats');
    const stages = JSON.stringify(plan.queryPlanner.winningPlan);
    expect(stages).toContain('IXSCAN');
    expect(stages).not.toContain('COLLSCAN');
    expect(stages).not.toContain('"stage":"SORT"');
    expect(plan.executionStats.totalDocsExamined).toBeLessThanOrEqual(100);
  });
});
