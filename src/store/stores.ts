import { type Db, MongoServerError } from 'mongodb';
import { createForgetting } from './forget-runs.ts';
import { createOutboxStore, OUTBOX, outboxIndexes } from './outbox/outbox.ts';
import { createSettledMessages } from './outbox/settled-messages.ts';
import { createProcessBeatStore } from './processes/process-beats.ts';
import {
  createSharedDefinitionStore,
  indexes as sharedDefinitionIndexes,
} from './processes/shared-definitions.ts';
import { createSignalStore, indexes as signalIndexes } from './processes/signals.ts';
import { indexes as auditEventIndexes, createAuditEventStore } from './runs/audit-events.ts';
import { createExternalEventStore, indexes as externalEventIndexes } from './runs/external-events.ts';
import { indexes as archiveIndexes, createRunArchive } from './runs/run-archive.ts';
import { ARCHIVE, RUNS, runIndexes } from './runs/run-finders.ts';
import { createRunStore } from './runs/runs.ts';
import { createStepOutputStore, indexes as stepOutputIndexes } from './runs/step-outputs.ts';
import type { StoredRun } from './runs/stored-run.ts';
import { createDepotStockStore, indexes as depotStockIndexes } from './stock/depot-stock.ts';
import { traceIndexes } from './traces.ts';
import { indexes as bulletinIndexes, createBulletinStore } from './work/bulletins.ts';
import { createCrewDayStore, indexes as crewDayIndexes } from './work/crew-days.ts';
import { createDisruptionStore, indexes as disruptionIndexes } from './work/disruptions.ts';
import { createPlanProposalStore, indexes as planProposalIndexes } from './work/plan-proposals.ts';
import { createRosterStore } from './work/roster.ts';
import { createWorkOrderStore, WORK_ORDERS, indexes as workOrderIndexes } from './work/work-orders.ts';

const INDEXES = [
  { collection: RUNS, indexes: runIndexes },
  { collection: OUTBOX, indexes: outboxIndexes },
  archiveIndexes,
  auditEventIndexes,
  bulletinIndexes,
  externalEventIndexes,
  sharedDefinitionIndexes,
  signalIndexes,
  crewDayIndexes,
  depotStockIndexes,
  disruptionIndexes,
  planProposalIndexes,
  stepOutputIndexes,
  workOrderIndexes,
  ...traceIndexes,
];

export type Stores = ReturnType<typeof createStores>;

/** All collections of an installation, over one database. */
export function createStores(db: Db) {
  return {
    runs: createRunStore(db),
    outbox: createOutboxStore(db),
    settledMessages: createSettledMessages(db),
    workOrders: createWorkOrderStore(db),
    archive: createRunArchive(db, db.collection<StoredRun>(RUNS)),
    forgetting: createForgetting(db),
    auditEvents: createAuditEventStore(db),
    stepOutputs: createStepOutputStore(db),
    signals: createSignalStore(db),
    processBeats: createProcessBeatStore(db),
    sharedDefinitions: createSharedDefinitionStore(db),
    externalEvents: createExternalEventStore(db),
    bulletins: createBulletinStore(db),
    crewDays: createCrewDayStore(db),
    depotStock: createDepotStockStore(db),
    disruptions: createDisruptionStore(db),
    planProposals: createPlanProposalStore(db),
    rosters: createRosterStore(db),
  };
}

/** What older versions made and nobody reads any more: it would be paid for at every write. */
const RETIRED = [
  { collection: WORK_ORDERS, index: 'recent' },
  { collection: WORK_ORDERS, index: 'warned' },
  { collection: OUTBOX, index: 'due' },
  { collection: ARCHIVE, index: 'byEnd' },
];
/** The collection, or the index, is not there. */
const NOTHING_TO_DROP = [26, 27];

/**
 * Creates the collections and their indexes where they are missing, and drops those of older versions that nobody reads
 * any more. Safe beside other processes that do the same.
 */
export async function ensureIndexes(db: Db): Promise<void> {
  await Promise.all(
    INDEXES.map(({ collection, indexes }) => db.collection(collection).createIndexes(indexes)),
  );
  await Promise.all(RETIRED.map(({ collection, index }) => dropIndex(db, collection, index)));
}

async function dropIndex(db: Db, collection: string, index: string): Promise<void> {
  try {
    await db.collection(collection).dropIndex(index);
  } catch (error) {
    if (error instanceof MongoServerError && NOTHING_TO_DROP.includes(Number(error.code))) return;
    throw error;
  }
}
