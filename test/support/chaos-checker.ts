import { readFile } from 'node:fs/promises';
import type { Db } from 'mongodb';
import type { WorkOrder } from '../../src/core/resources.ts';
import type { CrewDay } from '../../src/store/crew-days.ts';
import type { DepotStock } from '../../src/store/depot-stock.ts';
import type { OutboxEntry } from '../../src/store/outbox.ts';
import type { StoredRun } from '../../src/store/run-finders.ts';
import { checkEffects } from './chaos-check-effects.ts';
import { checkOutbox } from './chaos-check-outbox.ts';
import { checkResources } from './chaos-check-resources.ts';
import { checkRuns } from './chaos-check-runs.ts';
import type { Effective, ServiceLogLine } from './chaos-service.ts';

/** Something that must not be: which rule it breaks, and where. */
export interface Finding {
  rule: string;
  subject: string;
  detail: string;
}

/** Everything the checker looks at, read once everything is quiet. */
export interface Evidence {
  runs: StoredRun[];
  orders: WorkOrder[];
  crewDays: CrewDay[];
  stock: DepotStock[];
  outbox: OutboxEntry[];
  effective: Effective[];
  serviceLog: ServiceLogLine[];
}

export interface Expected {
  /** How many runs were asked for, each once. */
  runs: number;
  /** What lay in each depot at the beginning, of each material. */
  initialKilos: number;
}

/** Reads the database with nothing but the driver, and the service's own log. */
export async function readEvidence(db: Db, logFile: string): Promise<Evidence> {
  const all = async <Item extends { _id: string }>(name: string): Promise<Item[]> =>
    (await db.collection<Item>(name).find({}).toArray()) as Item[];
  const log = await readFile(logFile, 'utf8');
  return {
    runs: await all<StoredRun>('runs'),
    orders: await all<WorkOrder>('work_orders'),
    crewDays: await all<CrewDay>('crew_days'),
    stock: await all<DepotStock>('depot_stock'),
    outbox: await all<OutboxEntry>('outbox'),
    effective: await all<Effective>('effective'),
    serviceLog: log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ServiceLogLine),
  };
}

/** All that is wrong. It knows the product's documents and none of its code. */
export function checkEvidence(evidence: Evidence, expected: Expected): Finding[] {
  return [
    ...checkRuns(evidence, expected),
    ...checkEffects(evidence),
    ...checkResources(evidence, expected),
    ...checkOutbox(evidence),
  ];
}
