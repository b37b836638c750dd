import type { ArchiveConfig, SeverityAgentConfig } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import { checkWorkflow } from '../core/checks/check-workflow.ts';
import { listKnownNames } from '../core/checks/known-names.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { refuse, requireAgency, requireWorkflows } from '../definitions/require-definitions.ts';
import { createHealthRoutes } from '../http/health-routes.ts';
import { createRosterRoutes } from '../http/roster-routes.ts';
import { createRunRoutes } from '../http/run-routes.ts';
import { createHttpServer } from '../http/server.ts';
import { createManagementLayer } from '../management/create-management-layer.ts';
import type { ManagementLayer } from '../management/management-layer.ts';
import { type OpenRoster, openRoster } from '../scheduler/roster/open-roster.ts';
import { createSlackClient, type SlackClient } from '../slack/connection/slack-client.ts';
import { createOutboxDelivery } from '../slack/delivery/deliver-outbox.ts';
import { createRoleDirectory } from '../slack/role-directory.ts';
import { createSlackApp, type SlackAppCredentials } from '../slack/slack-app.ts';
import { type Database, openDatabase } from '../store/mongo/database.ts';
import { startServerClock } from '../store/mongo/server-clock.ts';
import { createStores, ensureIndexes } from '../store/stores.ts';
import { composeEngine, type Engine } from './compose-engine.ts';

/** How the bot reaches a Slack, real or local; `postsPerSecond` counts per channel, 0 means no limit. */
export type SlackConnection = SlackAppCredentials & { postsPerSecond: number };

export interface AppOptions {
  mongo: { uri: string; database: string };
  slack: SlackConnection;
  http: { port: number; apiToken?: string };
  workflowsDir: string;
  agencyFile: string;
  severityAgent: SeverityAgentConfig;
  archive: ArchiveConfig;
  /** No other process can be at work on this database: leases of dead ones are taken over at once. */
  alone: boolean;
  /** Slack has lost its messages (a local one that was started anew): cards of open runs are posted again. */
  repostCards: boolean;
}

export interface App {
  managementLayer: ManagementLayer;
  /** Resolves when commands are taken; with the port HTTP listens on. */
  start(): Promise<{ port: number }>;
  /** Takes nothing new, lets go of what is under way, and closes what was opened. */
  stop(): Promise<void>;
}

export interface AppDeps {
  log: Log;
  /** The value of an environment variable that the agency file names for a bearer token. */
  findToken(variable: string): string | undefined;
  /** Agents and services of your own, beside the built-in ones. */
  handlers?: readonly StepHandler[];
}

const MOST_REPOSTED = 500;

/** The composition root: every part is made here once and handed what it needs. */
export async function createApp(options: AppOptions, deps: AppDeps): Promise<App> {
  const fileAgency = await requireAgency(options.agencyFile);
  const database = await openDatabase(options.mongo.uri, options.mongo.database);
  try {
    await ensureIndexes(database.db);
    const { botToken: token, apiUrl } = options.slack;
    const client = createSlackClient({ token, apiUrl, log: deps.log.for('Slack') });
    const clock = await startServerClock(database.db);
    const log = deps.log.for('Scheduler');
    const roster = await openRoster({ fileAgency, ...createStores(database.db), now: clock.now, log });
    const { agency } = roster;
    const definitions = new Map<string, WorkflowDefinition>();
    const engine = composeEngine({
      ...deps,
      database,
      agency,
      clock,
      definitions,
      severityAgent: options.severityAgent,
      archive: options.archive,
    });
    const { handlers } = engine;
    // Against the file and not the roster of the day: no edit of a crew may keep the next start from happening.
    const loaded = await requireWorkflows(options.workflowsDir, { handlers, agency: fileAgency });
    for (const [name, definition] of loaded) definitions.set(name, definition);
    await engine.stores.depotStock.ensureDepotStock(fileAgency);
    return composeDoors({ options, agency, roster, database, client, engine, definitions, log: deps.log });
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface DoorParts {
  options: AppOptions;
  agency: Agency;
  roster: OpenRoster;
  database: Database;
  client: SlackClient;
  engine: Engine;
  definitions: Awaited<ReturnType<typeof requireWorkflows>>;
  log: Log;
}

/** The facade over the engine, and the doors to it: Slack and HTTP. */
function composeDoors(parts: DoorParts): App {
  const { options, agency, client, engine, definitions } = parts;
  const { clock, stores, handlers, owner, crewDesk } = engine;
  const log = parts.log.for('Slack');
  const roles = createRoleDirectory({ agency, client, clock, log });
  const managementLayer = createManagementLayer({
    ...{ agency, definitions, roles, orchestrator: engine.orchestrator, waiters: engine.waiters },
    ...{
      events: stores.externalEvents,
      auditEvents: stores.auditEvents,
      archive: stores.archive,
      now: clock.now,
    },
    ...{ runs: stores.runs, reports: { ...engine.field, ...stores, onShortage: warnOfShortage(parts.log) } },
    checkDefinition: (source) => checkDefinition(source, handlers, agency, [...definitions.keys()]),
  });
  const { postsPerSecond } = options.slack;
  const { outbox } = stores;
  const delivery = createOutboxDelivery({
    ...{ outbox, managementLayer, crewDesk, client, agency, clock, log, owner, postsPerSecond },
  });
  engine.later.wakeDelivery = delivery.wake;
  const credentials = options.slack;
  const slack = createSlackApp({
    ...{ credentials, client, roles, managementLayer, crewDesk, agency, clock },
    rosterDesk: parts.roster.desk,
    log: parts.log,
  });
  const checks = {
    mongodb: async () => ((await parts.database.db.command({ ping: 1 })).ok === 1 ? null : 'no answer'),
    slack: async () => (slack.isConnected() ? null : 'not connected'),
  };
  const server = createHttpServer({
    port: options.http.port,
    routes: [
      ...createRunRoutes(managementLayer, options.http.apiToken, agency),
      ...createRosterRoutes(parts.roster.desk, options.http.apiToken),
      ...createHealthRoutes(checks, engine.metrics.registry),
    ],
    slackListener: slack.requestListener,
    log: parts.log.for('HTTP'),
  });
  return {
    managementLayer,
    start: () => startParts(parts, { delivery, slack, server }),
    stop: () => stopParts(parts, { delivery, slack, server }),
  };
}

interface Doors {
  delivery: ReturnType<typeof createOutboxDelivery>;
  slack: ReturnType<typeof createSlackApp>;
  server: ReturnType<typeof createHttpServer>;
}

/** Engine first, then the doors: nothing is taken that could not be worked on. */
async function startParts({ options, engine, roster }: DoorParts, doors: Doors): Promise<{ port: number }> {
  const { stores, jobs, pump, watch } = engine;
  if (options.alone) await engine.takeOver(null);
  if (options.repostCards) {
    const runs = await stores.runs.listOpen(MOST_REPOSTED);
    await doors.delivery.repostLive(runs, await stores.planProposals.listOpen());
  }
  engine.later.hearing = stores.signals.listen(engine.owner, (runId) => {
    void engine.orchestrator.hearOf(runId).catch(() => {});
  });
  await jobs.start();
  await roster.follow(() => void jobs.requestPlanning().catch(() => {}));
  pump.start();
  watch.start();
  doors.delivery.start();
  await doors.slack.start();
  return doors.server.start();
}

/** The doors first, then the engine, then the database. A part that cannot let go properly does not keep the others. */
async function stopParts({ engine, roster, database, log }: DoorParts, doors: Doors): Promise<void> {
  const { pump, jobs, watch, orchestrator, relay, waiters } = engine;
  const reason = new AppError('Crewline is stopping', { code: 'app.stopping', retryable: true });
  const stops = [
    ...[doors.slack.stop, doors.server.stop, database.closeIfLost, roster.stop, pump.stop, jobs.stop],
    ...[
      () => orchestrator.stop(),
      watch.stop,
      engine.planEngine.stop,
      relay.drain,
      doors.delivery.stop,
      async () => engine.clock.stop(),
      async () => engine.later.hearing?.close(),
      () => waiters.close(reason),
      database.close,
    ],
  ];
  for (const stop of stops) {
    await stop().catch((error: unknown) => {
      log.warn('A part did not stop properly; the next start takes over what it left', { error });
    });
  }
}

function checkDefinition(
  source: unknown,
  handlers: readonly StepHandler[],
  agency: Agency,
  workflows: string[],
) {
  const checked = checkWorkflow(source, 'workflow', listKnownNames(handlers, agency, workflows));
  if (checked.ok) return checked.definition;
  throw refuse('workflow.invalid', 'The workflow definition cannot be used', checked.problems);
}

/** A crew used more than the depot is said to have had: somebody has to count. */
function warnOfShortage(log: Log) {
  return (orderId: string, shortages: readonly object[]): void => {
    log.for('Scheduler').warn('A job used more than the depot had: count its stock', { orderId, shortages });
  };
}
