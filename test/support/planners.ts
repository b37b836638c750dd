import { type ClientSession, MongoClient } from 'mongodb';
import { afterAll, beforeEach } from 'vitest';
import type { Agency } from '../../src/core/agency.ts';
import type { Assignment } from '../../src/core/resources.ts';
import type { PlanningDeps } from '../../src/scheduler/plan-waiting-orders.ts';
import { type CrewDay, createCrewDayStore, indexes as crewDayIndexes } from '../../src/store/crew-days.ts';
import { createDepotStockStore, indexes as depotStockIndexes } from '../../src/store/depot-stock.ts';
import { createWorkOrderStore, indexes as workOrderIndexes } from '../../src/store/work-orders.ts';
import { useDatabase } from './mongo.ts';
import { makeAgency, makeCrew } from './scheduling.ts';

/** Monday 10:36 in Chicago. */
export const now = new Date('2026-06-01T15:36:00Z');
export const at = (text: string) => new Date(text);
export const hotMix = (quantity: number) => ({ materials: [{ material: 'hotMix', quantity }] });

/**
 * Two planners on one database, each with a client of its own as two processes have it. Before each test the database
 * is empty but for 1,000 kg of hot mix at the depot `north`. Announcements and reports are written in the planners'
 * transactions.
 */
export function usePlanners() {
  const database = useDatabase();
  const { db, client } = database;
  const otherClient = new MongoClient(database.uri);
  afterAll(() => otherClient.close());

  const agency = makeAgency([makeCrew('north')], { north: 1_000 });
  const planner = makePlanner(client, database.name, agency);
  const otherPlanner = makePlanner(otherClient, database.name, agency);
  const { workOrders, crewDays, depotStock } = planner;

  beforeEach(async () => {
    for (const { collection, indexes } of [crewDayIndexes, depotStockIndexes, workOrderIndexes]) {
      await db.collection(collection).deleteMany({});
      await db.collection(collection).createIndexes(indexes);
    }
    await db.collection('announcements').deleteMany({});
    await db.collection('reports').deleteMany({});
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
    listDays: () => db.collection<CrewDay>('crew_days').find().sort({ _id: 1 }).toArray(),
    /** The one entry of the stock. */
    findStock: async () => (await depotStock.list())[0]!,
    listAnnouncements: () =>
      db.collection<Assignment & { orderId: string }>('announcements').find().toArray(),
    listReports: () =>
      db
        .collection('reports')
        .find({}, { projection: { _id: 0 } })
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

function makePlanner(client: MongoClient, databaseName: string, agency: Agency): PlanningDeps {
  const own = client.db(databaseName);
  return {
    client,
    agency,
    workOrders: createWorkOrderStore(own),
    crewDays: createCrewDayStore(own),
    depotStock: createDepotStockStore(own),
    horizonDays: 14,
    async announce(order, assignment, session) {
      await own.collection('announcements').insertOne({ orderId: order._id, ...assignment }, { session });
      return () => {};
    },
    async reportUnplaced(order, reason, session) {
      await own.collection('reports').insertOne({ orderId: order._id, reason }, { session });
      return () => {};
    },
  };
}
