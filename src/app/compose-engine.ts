import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ArchiveConfig, SeverityAgentConfig } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { createHandlers } from '../handlers/built-in-handlers.ts';
import { createHandlerRegistry } from '../handlers/handler-registry.ts';
import { createDueRunPump } from '../monitor/due-run-pump.ts';
import { createJobs, type Jobs, type JobWork } from '../monitor/jobs.ts';
import { createMetrics } from '../monitor/metrics.ts';
import { createProcessWatch } from '../monitor/process-watch.ts';
import { createJobWork } from '../monitor/sweeps.ts';
import { createSystemSteps, type SystemSteps } from '../orchestrator/driving/system-steps.ts';
import { createFamily } from '../orchestrator/family.ts';
import { Orchestrator } from '../orchestrator/orchestrator.ts';
import { findDefinition, startRun } from '../orchestrator/run-starter.ts';
import { createRunWaiters } from '../orchestrator/run-waiters.ts';
import { holdWhileApproving } from '../scheduler/work/hold-softly.ts';
import type { Database } from '../store/mongo/database.ts';
import type { ServerClock } from '../store/mongo/server-clock.ts';
import { createRelay } from '../store/outbox/relay.ts';
import { createStores, type Stores } from '../store/stores.ts';
import { composeScheduling } from './compose-scheduling.ts';

export interface EngineDeps {
  database: Database;
  agency: Agency;
  clock: ServerClock;
  /** Filled once the handlers exist that definitions are checked against. */
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  severityAgent: SeverityAgentConfig;
  archive: ArchiveConfig;
  log: Log;
  findToken(variable: string): string | undefined;
  handlers?: readonly StepHandler[];
}

interface Later {
  wakeDelivery(): void;
  jobs: Jobs | null;
  /** The open ear for signals of other processes. */
  hearing: { close(): Promise<void> } | null;
}

export type Engine = ReturnType<typeof composeEngine>;

const LEASE_MS = 15_000;
/** Effects that one process executes at once, and that may wait before new runs are turned away. */
const MOST_EFFECTS = 200;
const MOST_WAITING = 5_000;

/** Everything that moves runs: stores, orchestrator, planning and timers. Nothing runs yet. */
export function composeEngine(deps: EngineDeps) {
  const { database, agency, clock, log } = deps;
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const stores = createStores(database.db);
  const waiters = createRunWaiters(stores.runs);
  // Parts that call each other in a circle over time: what is made later is reached through here.
  const later: Later = { wakeDelivery: () => {}, jobs: null, hearing: null };
  const handlers = composeHandlers(deps, stores, later);
  const relay = createRelay(stores, () => later.wakeDelivery(), clock.now);
  const orchestrator: Orchestrator = new Orchestrator({
    ...{ runs: stores.runs, stepOutputs: stores.stepOutputs, auditEvents: stores.auditEvents },
    ...{ relay, clock, log, owner, leaseMs: LEASE_MS, announces: true },
    ...{ mostEffects: MOST_EFFECTS, mostWaiting: MOST_WAITING },
    findHandler: createHandlerRegistry(handlers).find,
    systemSteps: composeSystemSteps(deps, stores, () => orchestrator),
    onCommitted: (run, before) => onCommitted(run, before),
    tellOwner: (other, runId) => void stores.signals.send(other, runId, clock.now()).catch(() => {}),
  });
  const metrics = createMetrics({
    countDueMessages: stores.outbox.countDue,
    countWaiting: () => orchestrator.backlog,
  });
  const applyInTransaction = orchestrator.applyInTransaction.bind(orchestrator);
  const field = { client: database.client, agency, now: clock.now, applyInTransaction };
  const scheduling = composeScheduling({
    ...{ database, agency, clock, stores, orchestrator, log },
    requestPlanning: async () => later.jobs?.requestPlanning(),
    wakeDelivery: () => later.wakeDelivery(),
  });
  const { planning, nudgeCrews } = scheduling;
  const family = createFamily({
    ...{ runs: stores.runs, stepOutputs: stores.stepOutputs },
    apply: orchestrator.apply.bind(orchestrator),
    cancel: orchestrator.cancel.bind(orchestrator),
  });
  const { externalEvents: events, archive, depotStock, stepOutputs } = stores;
  const softHolds = { agency, depotStock, findRun: stores.runs.find, log: log.for('Scheduler') };
  const onCommitted = (run: WorkflowRun, before: WorkflowRun): void => {
    if (before.version === 0) metrics.runStarted(run);
    follow(log, run._id, family.moved(run, before));
    follow(log, run._id, holdWhileApproving(softHolds, run, before, clock.now()));
    if (!run.endedAt || before.endedAt) return;
    metrics.runEnded(run);
    waiters.ended(run);
    follow(log, run._id, planning.releaseEnded(run));
    follow(log, run._id, family.ended(run));
  };
  const recovered = { planning, nudgeCrews, relay, events, archive, stepOutputs, depotStock, family };
  const work = createJobWork({ clock, orchestrator, ...recovered, policy: deps.archive });
  const jobs = createJobs(database.db, owner, work, log.for('Scheduler'));
  later.jobs = jobs;
  const timers = composeTimers(deps, { owner, stores, orchestrator, jobs, work, later });
  const parts = { clock, owner, stores, waiters, metrics, handlers, relay, orchestrator, field, jobs, later };
  return { ...parts, ...scheduling, ...timers };
}

/** What looks at the time by itself: for runs that are due, and for other processes that have fallen silent. */
function composeTimers(
  { clock, log }: EngineDeps,
  parts: {
    owner: string;
    stores: Stores;
    orchestrator: Orchestrator;
    jobs: Jobs;
    work: Pick<JobWork, 'recover'>;
    later: Later;
  },
) {
  const { owner, stores, orchestrator, jobs, work, later } = parts;
  const pump = createDueRunPump({
    advanceDue: (limit) => orchestrator.advanceDue(limit),
    findNextWake: stores.runs.findNextWake,
    ...{ clock, log: log.for('Monitor') },
  });
  /** What a process that died (each of them, for null) held is anybody's again: runs, jobs, messages in delivery. */
  const takeOver = async (dead: string | null): Promise<void> => {
    await orchestrator.takeOver(dead);
    pump.wake();
    await jobs.takeOver(dead, clock.now());
    await stores.outbox.releaseLocks(dead);
    later.wakeDelivery();
    // What a dead one had committed to and not told anybody of need not wait for the next sweep.
    follow(log, dead ?? 'everybody', work.recover());
  };
  const watch = createProcessWatch({
    ...{ beats: stores.processBeats, owner, takeOver },
    log: log.for('Monitor'),
  });
  return { pump, takeOver, watch };
}

/** Work that need not be waited for: should it fail, the sweep does it. */
function follow(log: Log, subject: string, work: Promise<void>): void {
  work.catch((error: unknown) => log.warn('What follows is left to the sweep', { subject, error }));
}

function composeHandlers(deps: EngineDeps, { workOrders, runs }: Stores, later: Later): StepHandler[] {
  const { agency, severityAgent, findToken, log } = deps;
  const requestPlanning = async () => later.jobs?.requestPlanning();
  const builtIn = createHandlers({
    ...{ agency, severityAgent, findToken, workOrders, runs, requestPlanning },
    log: log.for('Services'),
  });
  return [...builtIn, ...(deps.handlers ?? [])];
}

/** The orchestrator starts sub-workflows through these steps, so it can only be reached once it is there. */
function composeSystemSteps(deps: EngineDeps, stores: Stores, orchestrator: () => Orchestrator): SystemSteps {
  const { agency, definitions } = deps;
  return createSystemSteps({
    ...{ events: stores.externalEvents, stepOutputs: stores.stepOutputs },
    startRun: async ({ workflow, step, parent, ...wish }) => {
      const { requester, origin } = parent;
      const child = step === null ? null : { runId: parent._id, step };
      const known = { agency, definitions, orchestrator: orchestrator() };
      const definition = findDefinition(known, workflow);
      return (await startRun(known, definition, { ...wish, requester, origin, parent: child })).run;
    },
  });
}
