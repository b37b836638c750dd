import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import { nudgeCrews } from '../monitor/nudge-crews.ts';
import type { Orchestrator } from '../orchestrator/orchestrator.ts';
import { createCrewDesk } from '../scheduler/desk/create-crew-desk.ts';
import { createCrewPlanning } from '../scheduler/planning/crew-planning.ts';
import { createPlanEngine } from '../scheduler/threads/plan-engine.ts';
import type { Database } from '../store/mongo/database.ts';
import type { ServerClock } from '../store/mongo/server-clock.ts';
import type { Stores } from '../store/stores.ts';

/** Planning, the thread it computes in, reminders, and the desk through which people change the plan. */
export function composeScheduling(deps: {
  database: Database;
  agency: Agency;
  clock: ServerClock;
  stores: Stores;
  orchestrator: Orchestrator;
  log: Log;
  requestPlanning(): Promise<void>;
  wakeDelivery(): void;
}) {
  const { database, agency, clock, stores, orchestrator, log } = deps;
  const applyInTransaction = orchestrator.applyInTransaction.bind(orchestrator);
  const engine = createPlanEngine(log.for('Planner'));
  const base = { client: database.client, agency, stores, now: clock.now, applyInTransaction };
  const { requestPlanning, wakeDelivery } = deps;
  const planning = createCrewPlanning({ ...base, engine, wakeDelivery, log: log.for('Scheduler') });
  const { workOrders } = stores;
  return {
    planEngine: engine,
    planning,
    nudgeCrews: (now: Date) =>
      nudgeCrews({ client: database.client, agency, workOrders, applyInTransaction }, now),
    crewDesk: createCrewDesk({ ...base, engine, requestPlanning, wakeDelivery }),
  };
}
