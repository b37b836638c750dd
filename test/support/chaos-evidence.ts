import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import type { DepotStock } from '../../src/store/stock/stock-entry.ts';
import type { CrewDay } from '../../src/store/work/crew-days.ts';
import type { Effective, ServiceLogLine } from './chaos-service.ts';
import type { FoundRun } from './found-run.ts';

/** Something that must not be: which rule it breaks, and where. */
export interface Finding {
  rule: string;
  subject: string;
  detail: string;
}

/** Everything the checker looks at, read once everything is quiet. */
export interface Evidence {
  runs: FoundRun[];
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
