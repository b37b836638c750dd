import type { Db } from 'mongodb';
import { indexes as auditEventIndexes, createAuditEventStore } from './audit-events.ts';
import { indexes as bulletinIndexes, createBulletinStore } from './bulletins.ts';
import { createCrewDayStore, indexes as crewDayIndexes } from './crew-days.ts';
import { createDepotStockStore, indexes as depotStockIndexes } from './depot-stock.ts';
import { createDisruptionStore, indexes as disruptionIndexes } from './disruptions.ts';
import { createExternalEventStore, indexes as externalEventIndexes } from './external-events.ts';
import { createOutboxStore, OUTBOX, outboxIndexes } from './outbox.ts';
import { createPlanProposalStore, indexes as planProposalIndexes } from './plan-proposals.ts';
import { createProcessBeatStore } from './process-beats.ts';
import { createRosterStore } from './roster.ts';
import { indexes as archiveIndexes, createRunArchive } from './run-archive.ts';
import { RUNS, runIndexes, type StoredRun } from './run-finders.ts';
import { createRunStore } from './runs.ts';
import { createSignalStore, indexes as signalIndexes } from './signals.ts';
import { createStepOutputStore, indexes as stepOutputIndexes } from './step-outputs.ts';
import { createWorkOrderStore, indexes as workOrderIndexes } from './work-orders.ts';

const INDEXES = [
  { collection: RUNS, indexes: runIndexes },
  { collection: OUTBOX, indexes: outboxIndexes },
  archiveIndexes,
  auditEventIndexes,
  bulletinIndexes,
  externalEventIndexes,
  signalIndexes,
  crewDayIndexes,
  depotStockIndexes,
  disruptionIndexes,
  planProposalIndexes,
  stepOutputIndexes,
  workOrderIndexes,
];

export type Stores = ReturnType<typeof createStores>;

/** All collections of an installation, over one database. */
export function createStores(db: Db) {
  return {
    runs: createRunStore(db),
    outbox: createOutboxStore(db),
    workOrders: createWorkOrderStore(db),
    archive: createRunArchive(db, db.collection<StoredRun>(RUNS)),
    auditEvents: createAuditEventStore(db),
    stepOutputs: createStepOutputStore(db),
    signals: createSignalStore(db),
    processBeats: createProcessBeatStore(db),
    externalEvents: createExternalEventStore(db),
    bulletins: createBulletinStore(db),
    crewDays: createCrewDayStore(db),
    depotStock: createDepotStockStore(db),
    disruptions: createDisruptionStore(db),
    planProposals: createPlanProposalStore(db),
    rosters: createRosterStore(db),
  };
}

/** Creates the collections and their indexes where they are missing. Safe beside other processes that do the same. */
export async function ensureIndexes(db: Db): Promise<void> {
  await Promise.all(
    INDEXES.map(({ collection, indexes }) => db.collection(collection).createIndexes(indexes)),
  );
}
