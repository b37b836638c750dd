import { beforeAll, describe, expect, it } from 'vitest';
import { ensureIndexes } from '../../src/store/stores.ts';
import type { StoredWorkOrder } from '../../src/store/work/stored-work-order.ts';
import { createWorkOrderStore } from '../../src/store/work/work-orders.ts';
import { useDatabase } from '../support/mongo.ts';
import { makeOrder } from '../support/scheduling.ts';

const { db } = useDatabase();
const orders = () => db.collection<StoredWorkOrder>('work_orders');

beforeAll(() => ensureIndexes(db));

describe('a work order of an older version', () => {
  it('that says nothing of a place, a crew’s answer or a reminder is read as one of which nothing is known', async () => {
    const { _id, state, requirements, weight, dueAt, createdAt, task, assignment, version } =
      makeOrder('R-first');
    const ended = { startedAt: null, blockedReason: null, endedAt: null };
    const known = { _id, state, requirements, weight, dueAt, createdAt, task, assignment, version };
    await orders().insertOne({ ...known, ...ended });
    expect(await createWorkOrderStore(db).find(_id)).toEqual(makeOrder('R-first'));
    await orders().deleteOne({ _id });
  });

  const sentence = 'of 2 crew-days 2 lack the skill diving; smallest fix: Crew North with the skill diving';

  it('has its reason, a sentence then, as what is in the way, and is rewritten in today’s form', async () => {
    const { unplaced: _, ...known } = makeOrder('R-old');
    await orders().insertOne({ ...known, unplacedReason: sentence, unplacedKind: 'skill:diving' });
    const store = createWorkOrderStore(db);
    const unplaced = { why: sentence, fix: null, kind: 'skill:diving' };
    const order = await store.find('R-old');
    expect(order).toEqual({ ...known, unplaced });
    expect(await store.listWaiting()).toEqual([order]);
    await store.save(order!);
    expect(await orders().findOne({ _id: 'R-old' })).toEqual({ ...known, unplaced, version: 1 });
  });

  it('without a reason, or a kind of it, has none', async () => {
    const { unplaced: _, ...known } = makeOrder('R-new');
    await orders().insertOne({ ...known, unplacedReason: null });
    await orders().insertOne({ ...known, _id: 'R-older', unplacedReason: sentence });
    const store = createWorkOrderStore(db);
    expect(await store.find('R-new')).toMatchObject({ unplaced: null });
    expect(await store.find('R-older')).toMatchObject({ unplaced: { why: sentence, kind: sentence } });
  });
});

it('an index that nobody reads any more is dropped at the start, and its lack does no harm', async () => {
  await orders().createIndex({ createdAt: -1 }, { name: 'recent' });
  for (let start = 0; start < 2; start += 1) {
    await ensureIndexes(db);
    expect(await orders().indexExists('recent')).toBe(false);
    expect(await orders().indexExists('waiting_by_weight')).toBe(true);
  }
});
