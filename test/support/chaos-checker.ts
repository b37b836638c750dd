import { readFile } from 'node:fs/promises';
import type { Db } from 'mongodb';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import type { DepotStock } from '../../src/store/stock/stock-entry.ts';
import type { CrewDay } from '../../src/store/work/crew-days.ts';
import { checkEffects } from './chaos-check-effects.ts';
import { checkOutbox } from './chaos-check-outbox.ts';
import { checkResources } from './chaos-check-resources.ts';
import { checkRuns } from './chaos-check-runs.ts';
import type { Evidence, Expected, Finding } from './chaos-evidence.ts';
import type { Effective, ServiceLogLine } from './chaos-service.ts';
import type { FoundRun } from './found-run.ts';

/** Reads the database with nothing but the driver, and the service's own log. */
export async function readEvidence(db: Db, logFile: string): Promise<Evidence> {
  const all = async <Item extends { _id: string }>(name: string): Promise<Item[]> =>
    (await db.collection<Item>(name).find({}).toArray()) as Item[];
  const log = await readFile(logFile, 'utf8');
  return {
    runs: withOlderFacts(await all<FoundRun>('runs'), await all<OlderFact>('audit_events')),
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

type OlderFact = FoundRun['history'][number] & { _id: string; runId: string };

/** Long stories: the older facts lie beside the run. A copy of one that the run still has must say the same. */
function withOlderFacts(runs: FoundRun[], facts: OlderFact[]): FoundRun[] {
  const byRun = new Map<string, FoundRun['history']>();
  for (const { _id, runId, ...fact } of facts) byRun.set(runId, [...(byRun.get(runId) ?? []), fact]);
  return runs.map((run) => {
    const inside = new Map(run.history.map((fact) => [fact.seq, JSON.stringify(sorted(fact))]));
    const older = (byRun.get(run._id) ?? []).filter(
      (fact) => inside.get(fact.seq) !== JSON.stringify(sorted(fact)),
    );
    return { ...run, history: [...older.sort((one, other) => one.seq - other.seq), ...run.history] };
  });
}

function sorted(fact: object): [string, unknown][] {
  return Object.entries(fact).sort(([one], [other]) => (one < other ? -1 : 1));
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
