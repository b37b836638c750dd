import { requireLanguageModel } from '../agents/llm-severity-agent.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import { warnOfTimeZone } from '../core/agency/warn-of-time-zone.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { requireAgency } from '../definitions/load-agency.ts';
import { requireWorkflows } from '../definitions/load-workflows.ts';
import type { ManagementLayer } from '../management/management-layer.ts';
import { openRoster } from '../scheduler/roster/open-roster.ts';
import { type Database, openDatabase } from '../store/mongo/database.ts';
import { startServerClock } from '../store/mongo/server-clock.ts';
import { createStores, ensureIndexes } from '../store/stores.ts';
import type { AppOptions } from './app-options.ts';
import { composeDoors } from './compose-doors.ts';
import { composeEngine } from './compose-engine.ts';
import { stopInOrder } from './stop-in-order.ts';

export interface App {
  managementLayer: ManagementLayer;
  /** Resolves when requests are taken, with the port HTTP listens on and what keeps Slack from being there. */
  start(): Promise<{ port: number; slackProblem: string | null }>;
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

/** The composition root: every part is made here once and handed what it needs. */
export async function createApp(options: AppOptions, deps: AppDeps): Promise<App> {
  const fileAgency = await requireAgency(options.agencyFile);
  for (const { wrong, right } of warnOfTimeZone(fileAgency))
    deps.log.warn('The time zone of the agency file is hardly meant', { wrong, right });
  if (options.severityAgent.kind === 'llm') await requireLanguageModel();
  const database = await openDatabase(options.mongo.uri, options.mongo.database);
  try {
    return await composeApp(options, deps, fileAgency, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function composeApp(
  options: AppOptions,
  deps: AppDeps,
  fileAgency: Agency,
  database: Database,
): Promise<App> {
  await ensureIndexes(database.db);
  const stores = createStores(database.db);
  const clock = await startServerClock(database.db);
  const log = deps.log.for('Scheduler');
  const roster = await openRoster({ fileAgency, stores, now: clock.now, log });
  const { severityAgent, archive, missingWaitMs } = options;
  const definitions = new Map<string, WorkflowDefinition>();
  const known = { database, stores, clock, agency: roster.agency, definitions };
  const engine = composeEngine({ ...deps, ...known, severityAgent, archive, missingWaitMs });
  // Against the file and not the roster of the day: no edit of a crew may keep the next start from happening.
  const { handlers } = engine;
  const loaded = await requireWorkflows(options.workflowsDir, { handlers, agency: fileAgency });
  for (const [name, definition] of loaded) definitions.set(name, definition);
  await stores.depotStock.ensureDepotStock(fileAgency);
  const doors = composeDoors({ ...known, options, live: roster, engine, log: deps.log });
  const { managementLayer } = doors;
  return {
    managementLayer,
    // The engine first, then the doors: nothing is taken that could not be worked on.
    start: async () => {
      if (options.alone) await engine.takeOver(null);
      if (options.repostCards) await doors.repostCards();
      await engine.start();
      await roster.follow(() => void engine.topics.planningWanted.say().catch(() => {}));
      return doors.start();
    },
    // The doors first, then the engine, then the database.
    stop: () =>
      stopInOrder(deps.log, [
        doors.stop,
        database.closeIfLost,
        roster.stop,
        engine.stop,
        doors.stopDelivery,
        async () => clock.stop(),
        () => engine.close(stopping()),
        database.close,
      ]),
  };
}

function stopping(): AppError {
  return new AppError('Crewline is stopping', { code: 'app.stopping', retryable: true });
}
