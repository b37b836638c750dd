import type { AppOptions } from '../../src/app/app-options.ts';
import type { TestLocalSlack } from './local-slack.ts';
import type { TestDatabase } from './mongo.ts';

/** For `createApp` in the test's own process: the shipped definitions, on any free port, without the intake API. */
export function makeAppOptions(
  database: TestDatabase,
  { app, apiUrl }: TestLocalSlack,
  changes: Partial<AppOptions> = {},
): AppOptions {
  const { botToken, appToken } = app;
  return {
    mongo: { uri: database.uri, database: database.name },
    slack: { mode: 'socket', botToken, appToken, apiUrl, postsPerSecond: 0 },
    http: { port: 0 },
    workflowsDir: 'workflows',
    agencyFile: 'workflows/agency.json',
    severityAgent: { kind: 'rules' },
    archive: { afterDays: 90, keepDays: 0 },
    intake: { mostWaiting: 5_000, mostWaitingPerSource: 1_000 },
    missingWaitMs: 300_000,
    alone: true,
    repostCards: false,
    ...changes,
  };
}
