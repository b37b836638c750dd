import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeEngine, type Engine } from '../../src/app/compose-engine.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import type { OutboxMessage } from '../../src/core/run/run-parts.ts';
import { createDeliveryLoop } from '../../src/slack/delivery/delivery-loop.ts';
import { createLaneTurns } from '../../src/slack/delivery/pacing/lane-turns.ts';
import { createOutage } from '../../src/slack/delivery/pacing/outage.ts';
import { createPacing } from '../../src/slack/delivery/pacing/pacing.ts';
import { openDatabase } from '../../src/store/mongo/database.ts';
import { startServerClock } from '../../src/store/mongo/server-clock.ts';
import { createOutboxStore } from '../../src/store/outbox/outbox.ts';
import { createSettledMessages } from '../../src/store/outbox/settled-messages.ts';
import { createStores, ensureIndexes } from '../../src/store/stores.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';
import { demoAgency } from '../support/slack-runs.ts';
import { someTurn } from '../support/turns.ts';

const shared = useDatabase();
const { db } = shared;
const outbox = createOutboxStore(db);
const entries = db.collection<OutboxEntry>('outbox');
const settledMessages = createSettledMessages(db);

/** What is over, in each collection whose documents are ever over; what lives is a handful. */
const OVER = 1_000;
const OVER_IN_OUTBOX = 20_000;
const DAY_MS = 86_400_000;
const hourAgo = new Date(Date.now() - 3_600_000);
const lastYear = new Date(Date.now() - 300 * DAY_MS);

/** `count` documents of what is over, as they lie in the collection. */
async function store(collection: string, count: number, make: (index: number) => Document): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    _id: `over-${index}` as never,
    ...make(index),
  }));
  await db.collection(collection).insertMany(rows, { ordered: false, writeConcern: { w: 1, j: false } });
}

beforeAll(async () => {
  await ensureIndexes(db);
  const run = {
    status: 'completed',
    endedAt: hourAgo,
    wakeAt: null,
    relayAt: null,
    waitingFor: [],
    steps: {},
  };
  const warned = { warnedOf: ['absence|A-1'] };
  await Promise.all([
    store('runs', OVER, (index) => ({ ...run, parent: null, createdAt: new Date(index) })),
    store('outbox', OVER_IN_OUTBOX, (index) => ({
      ...{ kind: 'runCard', runId: `over-${index % OVER}`, dueAt: null, lane: null, createdAt: hourAgo },
      ...{ settledAt: hourAgo, delivered: 1, wanted: 1, ts: '1.1', channel: 'C0REQUESTS', turn: someTurn },
    })),
    store('work_orders', OVER, () => ({ state: 'done', weight: 5, createdAt: hourAgo, ...warned })),
    store('bulletins', OVER, () => ({ kind: 'absence', at: hourAgo, plannedAt: hourAgo, jobs: [] })),
    store('plan_proposals', OVER, () => ({ state: 'kept', createdAt: lastYear, decidedAt: lastYear })),
    store('disruptions', OVER, () => ({ kind: 'absence', start: lastYear, end: lastYear })),
    store('crew_days', OVER, (index) => ({ day: '2020-01-01', crewId: `c${index}`, reserved: [] })),
    store('external_events', OVER, () => ({ name: 'a', key: 'b', at: hourAgo, offered: true })),
    store('step_outputs', OVER, () => ({ output: {} })),
    store('audit_events', OVER, (index) => ({ runId: 'over-1', seq: index })),
  ]);
}, 60_000);

it('what stands in lanes is counted for one source and for all, no further than is asked for', async () => {
  const lanes = ['post|requests|system-1', 'update|C0REQUESTS|system-1', 'post|a|b|system-11'];
  const rows = lanes.flatMap((lane, index) =>
    Array.from({ length: 4 }, (_, number) => ({ _id: `stands-${index}-${number}`, lane, dueAt: hourAgo })),
  );
  await db.collection('outbox').insertMany(rows as never);
  expect(await outbox.countStanding(null, 100)).toBe(12);
  expect(await outbox.countStanding(null, 5)).toBe(5);
  expect(await outbox.countStanding('system-1', 100)).toBe(8);
  expect(await outbox.countStanding('system-1', 3)).toBe(3);
  expect(await outbox.countStanding('system-2', 3)).toBe(0);
  await db.collection<{ _id: string }>('outbox').deleteMany({ _id: { $in: rows.map(({ _id }) => _id) } });
});

describe('no loop reads what is over', () => {
  /** Collections with as many documents as there are processes, jobs, or materials in the depots. */
  const FEW = ['processes', 'jobs', 'planning_turns', 'depot_stock', 'roster', 'signals', 'walks'];
  /** Those that each loop is known to ask, once it has been round. */
  const ASKED = ['runs', 'outbox', 'work_orders', 'bulletins', 'plan_proposals', 'disruptions', 'crew_days'];
  const stores = createStores(db);
  let engine: Engine;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    await db.createCollection('system.profile', { capped: true, size: 64_000_000 });
    const database = await openDatabase(shared.uri, shared.name);
    const clock = await startServerClock(database.db);
    const log = createMemoryLog();
    const known = {
      database,
      stores: createStores(database.db),
      clock,
      agency: demoAgency,
      definitions: new Map(),
      log,
    };
    engine = composeEngine({
      ...known,
      severityAgent: { kind: 'rules' },
      archive: { afterDays: 90, keepDays: 365 },
      findToken: () => undefined,
      missingWaitMs: 60_000,
    });
    const nowMs = () => performance.now();
    const turns = createLaneTurns(createPacing(1, nowMs), createOutage(nowMs, noop), true);
    const { claim } = stores.outbox;
    const loop = createDeliveryLoop({
      outbox: stores.outbox,
      turns,
      now: clock.now,
      claim: ({ name }, order) => claim(name, order, 'test', clock.now(), new Date(Date.now() + 10_000)),
      deliver: (entry) =>
        stores.outbox.settle(entry, { channel: 'C1', ts: '1.1', delivered: 9 }, clock.now()),
      onError: noop,
    });
    // The walk over what older versions left is made once.
    await settledMessages.markOld(hourAgo);
    await db.command({ profile: 2 });
    await stores.outbox.request([card('live')], clock.now());
    await engine.takeOver(null);
    loop.start();
    await engine.start();
    await engine.metrics.registry.metrics();
    stop = async () => {
      await loop.stop();
      await engine.stop();
      clock.stop();
      await engine.close(new Error('over'));
      await database.close();
    };
  });
  afterAll(async () => {
    await db.command({ profile: 0 });
    await stop();
  });

  it('once every loop has been round', async () => {
    const ops = db.collection('system.profile');
    const asked = async () => {
      const found = await ops.distinct('ns', { op: { $in: ['query', 'update', 'command', 'remove'] } });
      return found.map((ns: string) => ns.slice(shared.name.length + 1));
    };
    await expect.poll(asked, { timeout: 20_000 }).toEqual(expect.arrayContaining(ASKED));
    // What a planning asks only when it has something to propose, or a crew is absent.
    await stores.planProposals.listKept(hourAgo);
    await stores.workOrders.listPromisedBy(['north']);
    await stores.workOrders.listWarned();
    await stores.runs.findOpenChildren('R-1');
    await stores.runs.findWaitingFor('a|b');
    await stores.outbox.releaseLocks('nobody');
    await stores.outbox.rouseAll(new Date());
    const few = FEW.map((collection) => `${shared.name}.${collection}`);
    const reads = { ns: { $nin: [...few, `${shared.name}.system.profile`] }, planSummary: { $exists: true } };
    const dear = await ops
      .find({
        ...reads,
        $or: [{ planSummary: 'COLLSCAN' }, { docsExamined: { $gt: 50 } }, { keysExamined: { $gt: 100 } }],
      })
      .project({ _id: 0, ns: 1, planSummary: 1, docsExamined: 1, keysExamined: 1, command: 1 })
      .toArray();
    expect(dear).toEqual([]);
    expect(await ops.countDocuments(reads)).toBeGreaterThan(30);
  });
});

describe('what waits is taken one by one', () => {
  const BACKLOG = 20_000;
  const now = new Date();
  beforeAll(async () => {
    const flood = (index: number) => ({
      ...{
        kind: 'approvalCard',
        runId: `R-${index}`,
        reference: 'ask',
        wanted: 1,
        delivered: 0,
        attempts: 0,
      },
      ...{ dueAt: now, lane: 'post|role Supervisor|system-1', createdAt: now, lockedUntil: null, ts: null },
      turn: { ...someTurn, place: 'role Supervisor', source: 'system-1', urgency: 2 },
    });
    await entries.deleteMany({ dueAt: { $type: 'date' } });
    await store('outbox', BACKLOG, (index) => ({ ...flood(index), _id: `approvalCard:R-${index}:ask` }));
    await db.setProfilingLevel('all');
  });
  afterAll(() => db.setProfilingLevel('off'));

  /** What the queries looked at that `act` led to. */
  async function examined(act: () => Promise<unknown>): Promise<{ docs: number; keys: number }> {
    const since = new Date();
    await act();
    const found = await db
      .collection('system.profile')
      .find({ ns: `${shared.name}.outbox`, ts: { $gte: since } })
      .toArray();
    const sum = (field: string) => found.reduce((total, op) => total + Number(op[field] ?? 0), 0);
    return { docs: sum('docsExamined'), keys: sum('keysExamined') };
  }

  it('by need or by age, a claim looks at one of 20,000, and finding the lanes at none', async () => {
    const until = new Date(now.getTime() + 60_000);
    for (const order of ['urgent', 'oldest'] as const) {
      const claimed = await examined(() =>
        outbox.claim('post|role Supervisor|system-1', order, 'test', now, until),
      );
      expect(claimed.docs).toBeLessThanOrEqual(2);
    }
    const listed = await examined(() => outbox.listLanes());
    expect(listed).toMatchObject({ docs: 0 });
    expect(listed.keys).toBeLessThanOrEqual(10);
    const looked = await examined(() => outbox.findNextDue());
    expect(looked.docs).toBeLessThanOrEqual(2);
    expect(await examined(() => outbox.rouse(now))).toMatchObject({ docs: 0 });
  });

  it('a queue is counted in the index', async () => {
    await entries.deleteMany({ lockedUntil: { $type: 'date' } });
    const counted = await examined(async () => {
      expect(await outbox.countPosts(['role Supervisor'])).toBe(BACKLOG - 2);
      expect(await outbox.countPosts(['role Super', '@dispatch'])).toBe(0);
    });
    expect(counted.docs).toBe(0);
  });
});

describe('the end of messages', () => {
  it('comes once a message was settled for so long and its run is gone from the live ones; what is due stays', async () => {
    await entries.deleteMany({});
    await store('outbox', 1_200, (index) => ({
      ...{ kind: 'runCard', runId: index < 1_150 ? `gone-${index}` : 'over-1', createdAt: lastYear },
      ...{ dueAt: index === 0 ? new Date() : null, settledAt: lastYear, lane: null },
    }));
    const now = new Date();
    expect(await settledMessages.drop(hourAgo, now)).toBe(1_149);
    expect(await entries.countDocuments({})).toBe(51);
    expect(await settledMessages.drop(hourAgo, now)).toBe(0);
  });

  it('comes for what older versions settled too, which are marked once', async () => {
    await entries.deleteMany({});
    await db.collection('walks').deleteMany({});
    await store('outbox', 1_200, (index) => ({
      ...{
        kind: 'runCard',
        runId: `gone-${index}`,
        createdAt: lastYear,
        dueAt: index < 10 ? new Date() : null,
      },
    }));
    await settledMessages.markOld(hourAgo);
    expect(await entries.countDocuments({ settledAt: { $type: 'date' } })).toBe(1_190);
    await entries.updateMany({}, { $unset: { settledAt: 1 } });
    await settledMessages.markOld(hourAgo);
    expect(await entries.countDocuments({ settledAt: { $type: 'date' } })).toBe(0);
  });
});

function card(runId: string): OutboxMessage {
  return { _id: `runCard:${runId}`, kind: 'runCard', runId, reference: '', wanted: 9, turn: someTurn };
}

function noop(): void {}
