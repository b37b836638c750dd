import { type ClientSession, MongoClient } from 'mongodb';
import { afterAll, beforeEach } from 'vitest';
import type { Agency } from '../../src/core/agency/agency.ts';
import { RunRefusal } from '../../src/core/run/apply-event.ts';
import { begin, isRefusal } from '../../src/core/run/transition.ts';
import type { Assignment, WorkOrder } from '../../src/core/work/work-order.ts';
import type { PlanningDeps } from '../../src/scheduler/planning/planning-deps.ts';
import { createPlanEngine } from '../../src/scheduler/threads/plan-engine.ts';
import { createStores, ensureIndexes } from '../../src/store/stores.ts';
import type { CrewDay } from '../../src/store/work/crew-days.ts';
import { createMemoryLog } from './memory-log.ts';
import { useDatabase } from './mongo.ts';
import { startForTest } from './runs.ts';
import { makeAgency, makeCrew } from './scheduling.ts';

/** Monday 10:36 in Chicago. */
export const now = new Date('2026-06-01T15:36:00Z');
export const at = (text: string) => new Date(text);
export const hotMix = (quantity: number) => ({ materials: [{ material: 'hotMix', quantity }] });

/**
 * Two planners on one database, each with a client of its own as two processes have it. Before each test the database
 * is empty but for 1,000 kg of hot mix at the depot `north`. What the runs are told is written in the planners' transactions.
 */
export function usePlanners() {
  const database = useDatabase();
  const { db, client } = database;
  const otherClient = new MongoClient(database.uri);
  afterAll(() => otherClient.close());

  // As many tries as ever for the few jobs of a test, but not a second for each plan of a rush.
  const made = makeAgency([makeCrew('north')], { north: 1_000 });
  const agency = { ...made, planning: { ...made.planning, milliseconds: 200 } };
  const planner = makePlanner(client, database.name, agency);
  const otherPlanner = makePlanner(otherClient, database.name, agency);
  const { workOrders, crewDays, depotStock } = planner.stores;

  beforeEach(async () => {
    await ensureIndexes(db);
    for (const name of ['crew_days', 'depot_stock', 'work_orders', 'disruptions', 'plan_proposals', 'told']) {
      await db.collection(name).deleteMany({});
    }
    await depotStock.ensureDepotStock(agency);
  });

  return {
    db,
    agency,
    planner,
    otherPlanner,
    workOrders,
    crewDays,
    depotStock,
    /** Throws when there is no such order. */
    findOrder: async (id: string): Promise<WorkOrder> => {
      const order = await workOrders.find(id);
      if (!order) throw new Error(`no order ${id}`);
      return order;
    },
    listDays: () => db.collection<CrewDay>('crew_days').find().sort({ _id: 1 }).toArray(),
    /** The one entry of the stock. */
    findStock: async () => (await depotStock.list())[0]!,
    listTold: (type: string) =>
      db
        .collection<Told>('told')
        .find({ type }, { projection: { _id: 0, type: 0 } })
        .toArray(),
    listAnnouncements: () =>
      db
        .collection<Pick<Assignment, 'crewId' | 'start' | 'end'> & { orderId: string }>('told')
        .find({ type: 'work.announced' })
        .toArray(),
  };
}

export function assignmentOf(changes: Partial<Assignment> = {}): Assignment {
  return {
    crewId: 'north',
    crewName: 'north crew',
    start: at('2026-06-01T16:00:00Z'),
    end: at('2026-06-01T18:00:00Z'),
    depotId: 'north',
    ...hotMix(400),
    reason: 'only crew with asphalt',
    ...changes,
  };
}

export function inTransaction<Result>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<Result>,
) {
  return client.withSession((session) => session.withTransaction(() => work(session)));
}

/** What was told about an order's run: its type and its data. */
export interface Told {
  orderId: string;
  type: string;
  [key: string]: unknown;
}

/** A run that waits for a crew, whatever was told about it before. */
const RUN = startForTest({ steps: [{ task: 'assignCrew', service: 'CrewScheduler' }] });

function makePlanner(client: MongoClient, databaseName: string, agency: Agency): PlanningDeps {
  const own = client.db(databaseName);
  return {
    client,
    agency,
    stores: createStores(own),
    engine: createPlanEngine(createMemoryLog()),
    async applyInTransaction(runId, event, session) {
      const outcome = event(begin({ ...RUN, _id: runId }), now);
      if (isRefusal(outcome)) throw new RunRefusal(outcome);
      const told = outcome.audit
        .filter(({ type }) => type.startsWith('work.'))
        .map(({ type, data }) => ({ orderId: runId, type, ...data }));
      if (told.length > 0) await own.collection('told').insertMany(told, { session });
      return { run: outcome.run, afterCommit: () => {} };
    },
  };
}
