import { type ClientSession, MongoClient } from 'mongodb';
import { afterAll, beforeEach } from 'vitest';
import type { ReservationDeps } from '../../src/scheduler/reserving/reserve-assignment.ts';
import { createDepotStockStore, indexes as depotStockIndexes } from '../../src/store/stock/depot-stock.ts';
import type { DepotStock } from '../../src/store/stock/stock-entry.ts';
import {
  type CrewDay,
  createCrewDayStore,
  indexes as crewDayIndexes,
} from '../../src/store/work/crew-days.ts';
import { useDatabase } from './mongo.ts';
import { makeAgency, makeCrew } from './scheduling.ts';

/** One process at work on the depots. */
export interface DepotProcess extends ReservationDeps {
  client: MongoClient;
  /** The hot mix at `north` as it is stored. */
  read(session?: ClientSession): Promise<DepotStock | null>;
  transact<Result>(work: (session: ClientSession) => Promise<Result>): Promise<Result>;
}

/**
 * Two processes on one database, each with a client of its own. Before each test the database is empty but for 1,000 kg
 * of hot mix at the depot `north`.
 */
export function useDepots() {
  const database = useDatabase();
  const otherClient = new MongoClient(database.uri);
  afterAll(() => otherClient.close());

  const agency = makeAgency([makeCrew('north')], { north: 1_000 });
  const process = openProcess(database.client, database.name);
  const otherProcess = openProcess(otherClient, database.name);
  const { crewDays, depotStock } = process;

  beforeEach(async () => {
    for (const { collection, indexes } of [crewDayIndexes, depotStockIndexes]) {
      await database.db.collection(collection).deleteMany({});
      await database.db.collection(collection).createIndexes(indexes);
    }
    await depotStock.ensureDepotStock(agency);
  });

  return {
    ...{ db: database.db, agency, process, otherProcess, crewDays, depotStock },
    listDays: () => database.db.collection<CrewDay>('crew_days').find().sort({ _id: 1 }).toArray(),
    /** The entry of hot mix at a depot. */
    async findStock(depotId = 'north'): Promise<DepotStock> {
      const entry = (await depotStock.list()).find(({ _id }) => _id === `${depotId}|hotMix`);
      if (!entry) throw new Error(`no hot mix at ${depotId}`);
      return entry;
    },
  };
}

function openProcess(client: MongoClient, databaseName: string): DepotProcess {
  const db = client.db(databaseName);
  return {
    client,
    crewDays: createCrewDayStore(db),
    depotStock: createDepotStockStore(db),
    timeZone: 'America/Chicago',
    read: (session) =>
      db.collection<DepotStock>('depot_stock').findOne({ _id: 'north|hotMix' }, session && { session }),
    transact: (work) => client.withSession((session) => session.withTransaction(() => work(session))),
  };
}
