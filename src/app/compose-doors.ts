import type { Log } from '../base/log.ts';
import type { RoleDirectory } from '../core/agency/role-directory.ts';
import { checkWorkflow } from '../core/checks/check-workflow.ts';
import { listKnownNames } from '../core/checks/known-names.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { refuseProblems } from '../core/faults/problem.ts';
import { createHealthRoutes, type ReadinessCheck, type ReadinessDoubt } from '../http/health-routes.ts';
import { createRosterRoutes } from '../http/roster-routes.ts';
import { createRunRoutes } from '../http/run-routes.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import { createIntakeLimit } from '../management/intake-limit.ts';
import { createManagementLayer, type ManagementLayer } from '../management/management-layer.ts';
import type { LiveAgency } from '../scheduler/roster/live-agency.ts';
import { createSlackClient, type SlackClient } from '../slack/connection/slack-client.ts';
import { createSlackSession, type SlackSession } from '../slack/connection/slack-session.ts';
import { createSlackStanding, type SlackStanding } from '../slack/connection/slack-standing.ts';
import { createOutboxDelivery, type OutboxDelivery } from '../slack/delivery/deliver-outbox.ts';
import { createRoleDirectory } from '../slack/role-directory.ts';
import { createSlackApp, type SlackApp } from '../slack/slack-app.ts';
import type { Database } from '../store/mongo/database.ts';
import { explainingUnreachable } from '../store/mongo/explain-unreachable.ts';
import type { ServerClock } from '../store/mongo/server-clock.ts';
import type { Stores } from '../store/stores.ts';
import type { AppOptions } from './app-options.ts';
import type { Engine } from './compose-engine.ts';
import { stopInOrder } from './stop-in-order.ts';
import { createNamedWatch } from './watch-named.ts';

export interface DoorsDeps {
  options: Pick<AppOptions, 'slack' | 'http' | 'intake'>;
  database: Database;
  stores: Stores;
  clock: ServerClock;
  /** The agency, with the roster of the moment. */
  live: LiveAgency;
  definitions: ReadonlyMap<string, WorkflowDefinition>;
  engine: Engine;
  log: Log;
}

/** The facade over the engine, and the doors to it: Slack and HTTP. */
export interface Doors {
  managementLayer: ManagementLayer;
  /** Has the cards of open runs and questions posted anew, for a Slack that lost its messages. */
  repostCards(): Promise<void>;
  /** Resolves when requests are taken, with the port HTTP listens on and what keeps Slack from being there. */
  start(): Promise<{ port: number; slackProblem: string | null }>;
  /** Takes no requests any more. */
  stop(): Promise<void>;
  /** Delivers nothing more to Slack. */
  stopDelivery(): Promise<void>;
}

const MOST_REPOSTED = 500;

/** Makes the doors; nobody comes in before `start`. */
export function composeDoors(deps: DoorsDeps): Doors {
  const { options, live, stores, clock, engine } = deps;
  const { agency } = live;
  const log = deps.log.for('Slack');
  const { botToken: token, apiUrl, hasTimePicker = true } = options.slack;
  const { client, standing, session } = connectSlack({ token, apiUrl, clock, log }, () => {
    void engine.topics.messages.say();
  });
  const roles = createRoleDirectory({ agency, client, clock, log });
  const management = composeManagement(deps, roles);
  const delivery = composeDelivery(deps, management, client);
  engine.topics.messages.hear(delivery.wake);
  const credentials = options.slack;
  const slack = createSlackApp({
    credentials,
    standing,
    session,
    client,
    roles,
    management,
    agency,
    clock,
    log: deps.log,
    hasTimePicker,
    announce: (change) => void stores.signals.announce(change, clock.now()).catch(() => {}),
  });
  let hearing: { close(): Promise<void> } | undefined;
  const named = createNamedWatch({ client, agency, definitions: [...deps.definitions.values()], log });
  const server = composeServer(deps, management, slack, [delivery.describeTrouble, named.describe]);
  return {
    managementLayer: management,
    repostCards: async () => {
      const runs = await stores.runs.listOpen(MOST_REPOSTED);
      await delivery.repostLive(runs, await stores.planProposals.listOpen());
    },
    start: async () => {
      delivery.start();
      hearing = stores.signals.listenToAll(roles.forget);
      await slack.start();
      named.start();
      const { port } = await server.start();
      return { port, slackProblem: slack.problem() };
    },
    stop: () =>
      stopInOrder(deps.log, [
        async () => named.stop(),
        slack.stop,
        async () => hearing?.close(),
        server.stop,
      ]),
    stopDelivery: delivery.stop,
  };
}

function composeDelivery(
  { options, live, stores, clock, engine, log }: DoorsDeps,
  management: ManagementLayer,
  client: SlackClient,
): OutboxDelivery {
  return createOutboxDelivery({
    outbox: explainingUnreachable(stores.outbox),
    management,
    client,
    agency: live.agency,
    clock,
    log: log.for('Slack'),
    owner: engine.owner,
    postsPerSecond: options.slack.postsPerSecond,
    counts: engine.metrics.messages,
  });
}

/** The bot's client, and what its answers tell: where Slack comes back, messages are delivered at once. */
function connectSlack(
  { token, apiUrl, clock, log }: { token: string; apiUrl: string; clock: ServerClock; log: Log },
  onHealed: () => void,
): { client: SlackClient; standing: SlackStanding; session: SlackSession } {
  const standing = createSlackStanding({ clock, onHealed, onDoubt: () => session.doubt() });
  const client = standing.watch(createSlackClient({ token, apiUrl, log }));
  const session = createSlackSession({ client, standing, apiUrl, log });
  return { client, standing, session };
}

function composeManagement(deps: DoorsDeps, roles: RoleDirectory): ManagementLayer {
  const { database, stores, clock, live, definitions, engine } = deps;
  const { orchestrator, waiters, handlers, planEngine, topics, findElsewhere } = engine;
  return createManagementLayer({
    client: database.client,
    stores,
    now: clock.now,
    live,
    definitions,
    findElsewhere,
    intakeLimit: createIntakeLimit(stores.outbox, deps.options.intake),
    orchestrator,
    waiters,
    engine: planEngine,
    roles,
    log: deps.log.for('Scheduler'),
    requestPlanning: () => topics.planningWanted.say(),
    wakeDelivery: () => void topics.messages.say(),
    checkDefinition: (source) => {
      const inputs = new Map([...definitions].map(([name, { input }]) => [name, input]));
      const names = listKnownNames(handlers, live.agency, [...definitions.keys()], inputs);
      const checked = checkWorkflow(source, 'workflow', names);
      if (checked.ok) return checked.definition;
      throw refuseProblems('workflow.invalid', 'The workflow definition cannot be used', checked.problems);
    },
  });
}

function composeServer(
  { options, database, live, engine, log }: DoorsDeps,
  management: ManagementLayer,
  slack: SlackApp,
  doubts: readonly ReadinessDoubt[],
): HttpServer {
  const { port, apiToken } = options.http;
  const checks: Record<string, ReadinessCheck> = {
    mongodb: async () => ((await database.db.command({ ping: 1 })).ok === 1 ? null : 'no answer'),
    slack: async () => slack.problem(),
  };
  return createHttpServer({
    port,
    routes: [
      ...createRunRoutes(management, live.agency),
      ...createRosterRoutes(management),
      ...createHealthRoutes(checks, engine.metrics.registry, { slack: () => joinDoubts(doubts) }),
    ],
    apiToken,
    slackListener: slack.requestListener,
    log: log.for('HTTP'),
  });
}

function joinDoubts(doubts: readonly ReadinessDoubt[]): string | null {
  const told = doubts.flatMap((doubt) => doubt() ?? []);
  return told.length === 0 ? null : told.join('; ');
}
