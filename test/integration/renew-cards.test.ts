import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import { rosterOf } from '../../src/core/roster/roster.ts';
import type { OutboxMessage } from '../../src/core/run/run-parts.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { createEditableRoster, type EditableRoster } from '../../src/management/roster.ts';
import { type OpenRoster, openRoster } from '../../src/scheduler/roster/open-roster.ts';
import { openDatabase } from '../../src/store/mongo/database.ts';
import { createStores } from '../../src/store/stores.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';
import { assignmentOf } from '../support/planners.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';
import { someTurn } from '../support/turns.ts';

const shared = useDatabase();
const { outbox, workOrders } = createStores(shared.db);
const entries = shared.db.collection<OutboxEntry>('outbox');
const now = new Date('2026-06-01T12:00:00Z');
const closers: (() => Promise<void>)[] = [];
const noNews = { requestPlanning: async () => {}, wakeDelivery: () => {} };
const file = makeAgency([makeCrew('north', { lead: 'U0SANTOS' }), makeCrew('south')]);

beforeEach(async () => {
  for (const name of ['roster', 'work_orders', 'outbox']) await shared.db.collection(name).deleteMany({});
  await announce('R-1');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const cardOf = (runId: string, crewId = 'north', wanted = 7): OutboxMessage => ({
  ...{ _id: `assignmentCard:${runId}:${crewId}`, kind: 'assignmentCard', runId, reference: crewId },
  ...{ turn: someTurn, wanted },
});

/** A job of a crew whose card Slack has. */
async function announce(id: string, changes: Partial<WorkOrder> = {}, crewId = 'north'): Promise<void> {
  const assignment = assignmentOf({ crewId });
  await workOrders.insert({ ...makeOrder(id), state: 'announced', assignment, ...changes });
  await outbox.request([cardOf(id, crewId)], now);
  await settleAll();
}

/** Slack has the newest form of every message. */
const settleAll = () => entries.updateMany({}, [{ $set: { dueAt: null, lane: null, delivered: '$wanted' } }]);

async function listDue(): Promise<string[]> {
  const due = await entries.find({ dueAt: { $type: 'date' } }).toArray();
  return due.filter(({ wanted, delivered }) => wanted > delivered).map(({ _id }) => _id);
}

/** A process of its own as far as the database is concerned. */
async function open(agency = file): Promise<OpenRoster & { desk: EditableRoster }> {
  const database = await openDatabase(shared.uri, shared.name);
  closers.push(database.close);
  const stores = createStores(database.db);
  const known = { stores, now: () => now };
  const roster = await openRoster({ ...known, fileAgency: agency, log: createMemoryLog() });
  closers.push(roster.stop);
  return { ...roster, desk: createEditableRoster({ ...known, ...noNews, live: roster }) };
}

const crewsWith = (changes: Parameters<typeof makeCrew>[1]) =>
  file.crews.map((crew) => (crew.id === 'north' ? { ...crew, ...changes } : crew));
const save = ({ desk }: { desk: EditableRoster }, changes: Parameters<typeof makeCrew>[1]) =>
  desk.save({ roster: { ...rosterOf(file), crews: crewsWith(changes) }, version: 1, by: 'U0CHEN' });

describe('a roster that gives a crew another lead', () => {
  it('has the cards made anew that wait for the crew’s answer, and no other', async () => {
    await announce('R-2', { acceptedAt: now });
    await announce('R-3', { state: 'started' });
    await announce('R-4', {}, 'south');
    expect(await save(await open(), { lead: 'U0LIND' })).toMatchObject({ version: 2 });
    expect(await listDue()).toEqual(['assignmentCard:R-1:north']);
  });

  it('leaves the cards alone when it changes anything else', async () => {
    expect(await save(await open(), { size: 6 })).toMatchObject({ version: 2 });
    expect(await listDue()).toEqual([]);
  });

  it('does so too when it is the agency file’s at a start', async () => {
    await open();
    await open({ ...file, crews: crewsWith({ lead: 'U0LIND' }) });
    expect(await listDue()).toEqual(['assignmentCard:R-1:north']);
  });

  it('is asked for again by a process that hears of it later, because it may have made the card meanwhile', async () => {
    const [one, other] = [await open(), await open()];
    await save(one, { lead: 'U0LIND' });
    await settleAll();
    await other.follow();
    expect(await listDue()).toEqual(['assignmentCard:R-1:north']);
    expect(other.agency.crews[0]?.lead).toBe('U0LIND');
  });

  it('never hides the next fact of the run, however often it is asked for', async () => {
    for (let times = 0; times < 50; times += 1) await outbox.renewAssignmentCards(['R-1'], ['north'], now);
    await settleAll();
    await outbox.request([cardOf('R-1', 'north', 8)], now);
    expect(await listDue()).toEqual(['assignmentCard:R-1:north']);
  });
});
