import { beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../../src/core/audit/read-event.ts';
import type { LateBulletin } from '../../src/core/work/bulletin.ts';
import { createRunFinders } from '../../src/store/runs/run-finders.ts';
import type { StoredRun } from '../../src/store/runs/stored-run.ts';
import { ensureIndexes } from '../../src/store/stores.ts';
import { createBulletinStore } from '../../src/store/work/bulletins.ts';
import { createPlanProposalStore } from '../../src/store/work/plan-proposals.ts';
import type { StoredWorkOrder } from '../../src/store/work/stored-work-order.ts';
import { createWorkOrderStore } from '../../src/store/work/work-orders.ts';
import { useDatabase } from '../support/mongo.ts';
import { SEED, startForTest } from '../support/runs.ts';
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

describe('a run that an older version called off without words', () => {
  const SENTENCE = 'Cancelled by <@U0CHEN>';

  it('is read as called off by that person, in its facts too, and no reader meets Slack’s markup', async () => {
    const { run } = called('R-OLD');
    await db.collection<StoredRun>('runs').insertOne(run);
    const { reason, cancelledBy, history } = (await createRunFinders(db.collection('runs')).find('R-OLD'))!;
    expect({ reason, cancelledBy }).toEqual({ reason: '', cancelledBy: 'U0CHEN' });
    expect(history.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'step.abandoned', data: { reason: 'Cancelled by U0CHEN' } },
      { type: 'run.ended', data: { status: 'cancelled', reason: '', cancelledBy: 'U0CHEN' } },
    ]);
  });

  it('while it was still ending is read so as well; what a person wrote stays word for word', async () => {
    const { run } = called('R-ENDING');
    const closing = { status: 'cancelled' as const, reason: SENTENCE, queue: ['undo'] };
    await db.collection<StoredRun>('runs').insertOne({ ...run, reason: '', closing, endedAt: null });
    const spoken = called('R-SPOKEN', `${SENTENCE}, says Ines`).run;
    await db.collection<StoredRun>('runs').insertOne(spoken);
    const { find } = createRunFinders(db.collection('runs'));
    expect(await find('R-ENDING')).toMatchObject({ closing: { reason: '', cancelledBy: 'U0CHEN' } });
    expect(await find('R-SPOKEN')).toMatchObject({ reason: `${SENTENCE}, says Ines` });
    expect(await find('R-SPOKEN')).not.toHaveProperty('cancelledBy');
  });

  function called(_id: string, reason = SENTENCE) {
    const at = new Date('2026-11-30T09:00:00Z');
    const fact = { at, task: null, actor: 'U0CHEN' };
    const history = [
      { ...fact, seq: 1, type: 'step.abandoned', task: 'assess', data: { reason } },
      { ...fact, seq: 2, type: 'run.ended', data: { status: 'cancelled', reason } },
    ];
    const run = { ...startForTest(SEED), _id, status: 'cancelled' as const, reason, endedAt: at, history };
    return { run };
  }
});

describe('what an older version told of late jobs', () => {
  const hopeless = 'no single change would';

  it('says in fields that nothing single would help, and keeps what would', async () => {
    const job = {
      orderId: 'R-1',
      title: 'Hole',
      crewName: 'North',
      end: new Date(),
      dueAt: new Date(),
      weight: 5,
    };
    const lateJobs = [
      { ...job, fix: hopeless },
      { ...job, orderId: 'R-2', fix: 'Crew North until 18:00' },
    ];
    const late = { _id: 'late-1', kind: 'late' as const, at: new Date(), lateJobs };
    await db.collection<LateBulletin>('bulletins').insertOne(late);
    expect(await createBulletinStore(db).find('late-1')).toMatchObject({
      lateJobs: [
        { orderId: 'R-1', fix: null, isHopeless: true },
        { orderId: 'R-2', fix: 'Crew North until 18:00' },
      ],
    });
    const fact = { seq: 1, at: new Date(), task: 'assign', actor: 'system', type: 'work.late' };
    const data = { end: new Date(), dueAt: new Date(), fix: hopeless };
    expect(readEvents([{ ...fact, data }])).toMatchObject([
      { type: 'work.late', data: { isHopeless: true } },
    ]);
    expect(readEvents([{ ...fact, data }])[0]!.data).not.toHaveProperty('fix');
  });

  it('is still in an open question about a plan, and a crew’s bulletin names who called its job off', async () => {
    const moves = [
      { orderId: 'R-1', lateFix: 'Crew North until 18:00' },
      { orderId: 'R-2', lateFix: hopeless },
    ];
    const proposal = { _id: 'p-1', state: 'open', createdAt: new Date(), version: 1, moves };
    await db.collection<{ _id: string }>('plan_proposals').insertOne(proposal);
    expect(await createPlanProposalStore(db).listOpen()).toMatchObject([
      { moves: [{ help: { fix: 'Crew North until 18:00' } }, { help: { fix: null, isHopeless: true } }] },
    ]);
    const change = {
      orderId: 'R-1',
      title: 'Hole',
      kind: 'calledOff',
      cause: 'Cancelled by <@U0CHEN>',
      to: null,
    };
    const bulletin = { _id: 'crew-1', kind: 'crew', crewId: 'north', at: new Date(), changes: [change] };
    await db.collection<{ _id: string }>('bulletins').insertOne(bulletin);
    expect(await createBulletinStore(db).find('crew-1')).toMatchObject({
      changes: [{ cause: '', cancelledBy: 'U0CHEN' }],
    });
  });
});
