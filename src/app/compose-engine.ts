import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ArchiveConfig, SeverityAgentConfig } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { createTopic, type Topic } from '../base/topic.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { createHandlers } from '../handlers/built-in-handlers.ts';
import { createHandlerRegistry } from '../handlers/handler-registry.ts';
import { createDueRunPump, type DueRunPump } from '../monitor/due-run-pump.ts';
import { createJobs, type Jobs, type JobWork } from '../monitor/jobs.ts';
import { createMetrics, type Metrics } from '../monitor/metrics.ts';
import { nudgeCrews } from '../monitor/nudge-crews.ts';
import { createProcessWatch, type ProcessWatch } from '../monitor/process-watch.ts';
import { createJobWork } from '../monitor/sweeps.ts';
import { createSystemSteps } from '../orchestrator/driving/system-steps.ts';
import { createFamily } from '../orchestrator/family.ts';
import { Orchestrator } from '../orchestrator/orchestrator.ts';
import { startRun } from '../orchestrator/run-starter.ts';
import { createRunWaiters, type RunWaiters } from '../orchestrator/run-waiters.ts';
import { createCrewPlanning } from '../scheduler/planning/crew-planning.ts';
import { createPlanEngine, type PlanEngine } from '../scheduler/threads/plan-engine.ts';
import { holdWhileApproving } from '../scheduler/work/hold-softly.ts';
import type { Database } from '../store/mongo/database.ts';
import type { ServerClock } from '../store/mongo/server-clock.ts';
import { createRelay, type Relay } from '../store/outbox/relay.ts';
import type { Stores } from '../store/stores.ts';
import { composeAdoption, findDefinitionElsewhere } from './compose-adoption.ts';
import { stopInOrder } from './stop-in-order.ts';

export interface EngineDeps {
  database: Database;
  stores: Stores;
  agency: Agency;
  clock: ServerClock;
  /** Filled once the handlers exist that definitions are checked against. */
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  severityAgent: SeverityAgentConfig;
  archive: ArchiveConfig;
  /** How long a step waits for a process that can do what it calls, before somebody is paged. */
  missingWaitMs: number;
  log: Log;
  findToken(variable: string): string | undefined;
  handlers?: readonly StepHandler[];
}

/** What parts of a process hear of each other. */
export interface EngineTopics {
  /** Messages for Slack may be due. */
  messages: Topic;
  /** Work waits for a crew. Said once it is committed; heard once the wish is stored. */
  planningWanted: Topic;
  /** A run was moved here: as it is now, and as it was before. */
  committed: Topic<[run: WorkflowRun, before: WorkflowRun]>;
}

/** Everything that moves runs: orchestrator, planning and timers. Nothing runs before `start`. */
export interface Engine {
  /** Names this process among those that share the database. */
  owner: string;
  topics: EngineTopics;
  /** Every agent and service that steps can name. */
  handlers: readonly StepHandler[];
  orchestrator: Orchestrator;
  waiters: RunWaiters;
  planEngine: PlanEngine;
  metrics: Metrics;
  /** A definition that only another running process has loaded, by its name or slash command. */
  findElsewhere(word: string): Promise<WorkflowDefinition | null>;
  /** What a process that died (each of them, for null) held is anybody's again: runs, jobs, messages in delivery. */
  takeOver(dead: string | null): Promise<void>;
  /** Begins to look at the time, at jobs, and at what other processes say. */
  start(): Promise<void>;
  /** Takes nothing new and lets go of what is under way; what is committed has been handed to the outbox then. */
  stop(): Promise<void>;
  /** Those who still wait are told that the process stops. */
  close(reason: Error): Promise<void>;
}

const LEASE_MS = 15_000;
/** Effects that one process executes at once, and that may wait before new runs are turned away. */
const MOST_EFFECTS = 200;
const MOST_WAITING = 5_000;

/** Makes the parts that move runs, and lets them hear of each other. */
export function composeEngine(deps: EngineDeps): Engine {
  const { stores, clock, log } = deps;
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const topics = createTopics();
  const handlers = composeHandlers(deps, topics);
  const relay = createRelay(stores, () => void topics.messages.say(), clock.now);
  const findElsewhere = findDefinitionElsewhere(stores, owner);
  const orchestrator = composeOrchestrator(deps, { owner, topics, handlers, relay, findElsewhere });
  const adoption = composeAdoption({ ...deps, owner, handlers, orchestrator, topic: topics.committed });
  const waiters = createRunWaiters(stores.runs);
  const metrics = createMetrics({
    countDueMessages: stores.outbox.countDue,
    countWaiting: () => orchestrator.backlog,
  });
  topics.committed.hear((run, before) => tellOfRun({ metrics, waiters }, run, before));
  const planEngine = createPlanEngine(log.for('Planner'));
  const jobs = composeJobs(deps, { owner, topics, relay, orchestrator, planEngine });
  const { calls } = adoption;
  const { pump, watch, takeOver } = composeTimers(deps, { owner, topics, orchestrator, jobs, calls });
  let hearing: { close(): Promise<void> } | null = null;
  return {
    owner,
    topics,
    handlers,
    orchestrator,
    waiters,
    planEngine,
    metrics,
    findElsewhere,
    takeOver,
    start: async () => {
      hearing = stores.signals.listen(owner, (runId) => void adoption.hearOf(runId).catch(() => {}));
      await jobs.start();
      pump.start();
      watch.start();
      adoption.start();
    },
    stop: () =>
      stopInOrder(log, [
        pump.stop,
        adoption.stop,
        jobs.stop,
        () => orchestrator.stop(),
        watch.stop,
        planEngine.stop,
        relay.drain,
      ]),
    close: async (reason) => {
      await hearing?.close();
      await waiters.close(reason);
    },
  };
}

function createTopics(): EngineTopics {
  return { messages: createTopic(), planningWanted: createTopic(), committed: createTopic() };
}

/** Those who count runs, and those who wait for their end. */
function tellOfRun(
  { metrics, waiters }: Pick<Engine, 'metrics' | 'waiters'>,
  run: WorkflowRun,
  before: WorkflowRun,
): void {
  if (before.version === 0) metrics.runStarted(run);
  if (!run.endedAt || before.endedAt) return;
  metrics.runEnded(run);
  waiters.ended(run);
}

function composeHandlers(deps: EngineDeps, { planningWanted }: EngineTopics): StepHandler[] {
  const { agency, severityAgent, findToken, stores, log } = deps;
  const builtIn = createHandlers({
    agency,
    severityAgent,
    findToken,
    workOrders: stores.workOrders,
    runs: stores.runs,
    requestPlanning: () => planningWanted.say(),
    log: log.for('Services'),
  });
  return [...builtIn, ...(deps.handlers ?? [])];
}

/** Steps start sub-workflows through the orchestrator that executes them. */
function composeOrchestrator(
  { agency, definitions, stores, clock, missingWaitMs, log }: EngineDeps,
  parts: Pick<Engine, 'owner' | 'topics' | 'handlers' | 'findElsewhere'> & { relay: Relay },
): Orchestrator {
  const { runs, stepOutputs, auditEvents, externalEvents, signals } = stores;
  const { owner, topics, handlers, relay, findElsewhere } = parts;
  const orchestrator: Orchestrator = new Orchestrator({
    runs,
    stepOutputs,
    auditEvents,
    relay,
    clock,
    log,
    owner,
    leaseMs: LEASE_MS,
    mostEffects: MOST_EFFECTS,
    mostWaiting: MOST_WAITING,
    announces: true,
    missingWaitMs,
    findHandler: createHandlerRegistry(handlers).find,
    systemSteps: createSystemSteps({
      events: externalEvents,
      stepOutputs,
      startRun: (request) => startRun({ agency, definitions, findElsewhere, orchestrator }, request),
    }),
    onCommitted: (run, before) => follow(log, run._id, topics.committed.say(run, before)),
    tellOwner: (other, runId) => void signals.send(other, runId, clock.now()).catch(() => {}),
  });
  return orchestrator;
}

/** Planning, families and soft holds follow each commit; what they should miss is done by the jobs. */
function composeJobs(
  deps: EngineDeps,
  parts: {
    owner: string;
    topics: EngineTopics;
    relay: Relay;
    orchestrator: Orchestrator;
    planEngine: PlanEngine;
  },
): EngineJobs {
  const { database, stores, agency, clock } = deps;
  const { owner, topics, relay, orchestrator, planEngine } = parts;
  const { client } = database;
  const log = deps.log.for('Scheduler');
  const applyInTransaction = orchestrator.applyInTransaction.bind(orchestrator);
  const planning = createCrewPlanning({
    client,
    agency,
    stores,
    engine: planEngine,
    now: clock.now,
    applyInTransaction,
    wakeDelivery: () => void topics.messages.say(),
    log,
  });
  const family = createFamily({
    runs: stores.runs,
    stepOutputs: stores.stepOutputs,
    apply: orchestrator.apply.bind(orchestrator),
    cancel: orchestrator.cancel.bind(orchestrator),
  });
  const softHolds = { agency, depotStock: stores.depotStock, findRun: stores.runs.find, log };
  topics.committed.hear((run, before) => {
    follow(deps.log, run._id, family.moved(run, before));
    follow(deps.log, run._id, holdWhileApproving(softHolds, run, before, clock.now()));
    if (!run.endedAt || before.endedAt) return;
    follow(deps.log, run._id, planning.releaseEnded(run));
    follow(deps.log, run._id, family.ended(run));
  });
  const nudges = { client, agency, workOrders: stores.workOrders, applyInTransaction };
  const work = createJobWork({
    clock,
    stores,
    orchestrator,
    planning,
    relay,
    family,
    nudgeCrews: (now) => nudgeCrews(nudges, now),
    policy: deps.archive,
  });
  const jobs = createJobs(database.db, owner, work, log);
  topics.planningWanted.hear(jobs.requestPlanning);
  return { ...jobs, recover: work.recover };
}

/** The jobs, and what they do about the dead, which need not wait for its turn. */
type EngineJobs = Jobs & Pick<JobWork, 'recover'>;

/** What looks at the time by itself: for runs that are due, and for other processes that have fallen silent. */
function composeTimers(
  { stores, clock, log }: EngineDeps,
  parts: {
    owner: string;
    topics: EngineTopics;
    orchestrator: Orchestrator;
    jobs: EngineJobs;
    calls(): readonly string[];
  },
): { pump: DueRunPump; watch: ProcessWatch; takeOver(dead: string | null): Promise<void> } {
  const { owner, topics, orchestrator, jobs, calls } = parts;
  const pump = createDueRunPump({
    advanceDue: (limit) => orchestrator.advanceDue(limit),
    findNextWake: stores.runs.findNextWake,
    clock,
    log: log.for('Monitor'),
  });
  const takeOver = async (dead: string | null): Promise<void> => {
    await orchestrator.takeOver(dead);
    pump.wake();
    await jobs.takeOver(dead, clock.now());
    await stores.outbox.releaseLocks(dead);
    follow(log, dead ?? 'everybody', topics.messages.say());
    // What a dead one had committed to and not told anybody of need not wait for the next sweep.
    follow(log, dead ?? 'everybody', jobs.recover());
  };
  const beats = stores.processBeats;
  const watch = createProcessWatch({ beats, owner, calls, takeOver, log: log.for('Monitor') });
  return { pump, watch, takeOver };
}

/** Work that need not be waited for: should it fail, the sweep does it. */
function follow(log: Log, subject: string, work: Promise<void>): void {
  work.catch((error: unknown) => log.warn('What follows is left to the sweep', { subject, error }));
}
