import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../src/base/log.ts';
import type { StepHandler } from '../../src/core/definition/step-handler.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { createHandlerRegistry } from '../../src/handlers/handler-registry.ts';
import { createDueRunPump } from '../../src/monitor/due-run-pump.ts';
import { createProcessWatch } from '../../src/monitor/process-watch.ts';
import { createSystemSteps } from '../../src/orchestrator/driving/system-steps.ts';
import { createFamily } from '../../src/orchestrator/family.ts';
import { Orchestrator } from '../../src/orchestrator/orchestrator.ts';
import { createCrewPlanning } from '../../src/scheduler/planning/crew-planning.ts';
import { createPlanEngine } from '../../src/scheduler/threads/plan-engine.ts';
import { createCrewScheduler } from '../../src/services/crew-scheduler.ts';
import { createHttpService } from '../../src/services/http-service.ts';
import { createRepairService } from '../../src/services/repair-service.ts';
import type { Database } from '../../src/store/mongo/database.ts';
import type { ServerClock } from '../../src/store/mongo/server-clock.ts';
import { createRelay } from '../../src/store/outbox/relay.ts';
import { createStores } from '../../src/store/stores.ts';
import { chaosAgency, chaosDefinitions } from './chaos-definitions.ts';
import { createReferenceParts } from './chaos-reference.ts';

export interface ChaosEngineDeps {
  database: Database;
  clock: ServerClock;
  log: Log;
  owner: string;
  leaseMs: number;
  serviceUrl: string;
  /** Where effects are noted that are carried out in the process. */
  logFile: string;
}

/** Planning and the sweeps come in turns this far apart, in every process: Agenda's locks outlast these tests. */
const PLAN_EVERY_MS = 150;
const SWEEP_EVERY_MS = 500;
const LEFT_BEHIND_AFTER_MS = 1_000;

/** One process' worth of the product without Slack: composed as the product composes it, with short leases and sweeps. */
export function composeChaosEngine(deps: ChaosEngineDeps) {
  const { database, clock, log, owner, leaseMs } = deps;
  const agency = chaosAgency();
  const definitions = chaosDefinitions();
  const reference = createReferenceParts(deps.logFile);
  const stores = createStores(database.db);
  const relay = createRelay(stores, () => {}, clock.now);
  const orchestrator: Orchestrator = new Orchestrator({
    ...{ stepOutputs: stores.stepOutputs, auditEvents: stores.auditEvents },
    ...{ runs: stores.runs, relay, clock, log, owner, leaseMs, announces: true },
    ...{ mostEffects: 200, mostWaiting: 5_000 },
    missingWaitMs: 0,
    findHandler: createHandlerRegistry([...chaosHandlers(deps, stores), ...reference.handlers]).find,
    systemSteps: createSystemSteps({
      ...{ events: stores.externalEvents, stepOutputs: stores.stepOutputs },
      startRun: () => Promise.reject(new Error('no workflow here starts another')),
    }),
    onCommitted: (run, before) => onCommitted(run, before),
    tellOwner: (other, runId) => void stores.signals.send(other, runId, clock.now()).catch(() => {}),
  });
  const applyInTransaction = orchestrator.applyInTransaction.bind(orchestrator);
  const field = { client: database.client, agency, stores, now: clock.now, applyInTransaction };
  const engine = createPlanEngine(log);
  const planning = createCrewPlanning({ ...field, engine, log, wakeDelivery: () => {} });
  const family = createFamily({
    ...{ runs: stores.runs, stepOutputs: stores.stepOutputs },
    apply: orchestrator.apply.bind(orchestrator),
    cancel: orchestrator.cancel.bind(orchestrator),
  });
  const onCommitted = (run: WorkflowRun, before: WorkflowRun): void => {
    reference.onCommitted(run, orchestrator);
    if (!run.endedAt || before.endedAt) return;
    for (const work of [planning.releaseEnded(run), family.ended(run)]) work.catch(() => {});
  };
  const pump = createDueRunPump({
    advanceDue: (limit) => orchestrator.advanceDue(limit),
    findNextWake: stores.runs.findNextWake,
    ...{ clock, log },
  });
  const watch = createProcessWatch({
    beats: stores.processBeats,
    owner,
    takeOver: async (dead) => {
      await orchestrator.takeOver(dead);
      pump.wake();
    },
    log,
  });
  const sweep = async (): Promise<void> => {
    const before = new Date(clock.now().getTime() - LEFT_BEHIND_AFTER_MS);
    await relay.sweep(before);
    for (const event of await stores.externalEvents.findUnoffered(before, 500)) {
      await orchestrator.offerEvent(event);
      await stores.externalEvents.markOffered(event._id);
    }
    await planning.sweepEnded();
  };
  return {
    agency,
    definitions,
    stores,
    orchestrator,
    setGate: reference.setGate,
    reports: field,
    start: () => {
      stores.signals.listen(owner, (runId) => void orchestrator.hearOf(runId).catch(() => {}));
      pump.start();
      watch.start();
      void repeat(() => planning.planCrews(), PLAN_EVERY_MS, log);
      void repeat(sweep, SWEEP_EVERY_MS, log);
    },
  };
}

function chaosHandlers(
  { serviceUrl }: ChaosEngineDeps,
  { workOrders, runs }: ReturnType<typeof createStores>,
): StepHandler[] {
  const remote = (kind: 'agent' | 'service', name: string) =>
    createHttpService({ kind, name, url: `${serviceUrl}/${name}`, timeoutMs: 30_000 });
  return [
    remote('agent', 'SeverityAgent'),
    remote('service', 'Work'),
    remote('service', 'Flaky'),
    remote('service', 'Broken'),
    createCrewScheduler({
      ...{ agency: { timeZone: 'UTC' }, workOrders, runs },
      requestPlanning: async () => {},
    }),
    createRepairService({ workOrders }),
  ] as StepHandler[];
}

/** Until the process is killed; what fails is told, and done at the next turn. */
async function repeat(work: () => Promise<unknown>, everyMs: number, log: Log): Promise<void> {
  for (;;) {
    await work().catch((error: unknown) => log.error('A turn failed', { error }));
    await delay(everyMs);
  }
}
