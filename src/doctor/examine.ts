import { type Config, readConfig } from '../base/config.ts';
import { findForeignSigns } from '../base/config-environment.ts';
import { toAppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { KnownHandler } from '../core/checks/known-names.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { describeProblem } from '../core/faults/problem.ts';
import { loadAgency } from '../definitions/load-agency.ts';
import { loadWorkflows } from '../definitions/load-workflows.ts';
import { createSlackClient } from '../slack/connection/slack-client.ts';
import { openDatabase } from '../store/mongo/database.ts';
import { examineNamed } from './examine-named.ts';
import { examineSlack } from './examine-slack.ts';
import { doubtful, type Finding, fine, wrong } from './finding.ts';
import { listNamed } from './list-named.ts';

export interface ExamineDeps {
  env: Record<string, string | undefined>;
  handlers: readonly KnownHandler[];
  log: Log;
}

const OLDEST_MONGODB = 5;
const CORRECT = 'correct it, and ask again';

/**
 * Looks at everything an installation stands on, before it is started: configuration, files, database, Slack, and
 * whatever the files name there. Changes nothing anywhere, and posts nothing.
 */
export async function examine({ env, handlers, log }: ExamineDeps): Promise<Finding[]> {
  const read = readConfig(env);
  if ('problems' in read)
    return read.problems.map(({ variable, remedy }) =>
      wrong('Configuration', `${variable}: ${remedy}`, CORRECT),
    );
  const { config } = read;
  const files = await examineFiles(config, handlers);
  return [
    ...examineTokens(env, files.agency),
    ...files.findings,
    await examineDatabase(config),
    ...(await examineWorkspace(config, files, log)),
  ];
}

/** The variables have been read by now; those of tokens are named by the agency file. */
function examineTokens(env: ExamineDeps['env'], agency: Agency | null): Finding[] {
  const named = [...(agency?.agents ?? []), ...(agency?.services ?? [])];
  const faults = named.flatMap(({ tokenVariable }) => {
    const fault = findForeignSigns(env[tokenVariable ?? ''] ?? '');
    return fault === null ? [] : [wrong('Configuration', `${tokenVariable}: ${fault}`, CORRECT)];
  });
  return faults.length > 0 ? faults : [fine('Configuration', 'can be used')];
}

interface Files {
  findings: Finding[];
  agency: Agency | null;
  definitions: readonly WorkflowDefinition[];
}

async function examineFiles(config: Config, handlers: readonly KnownHandler[]): Promise<Files> {
  const checked = await loadAgency(config.agencyFile);
  const agency = checked.ok ? checked.agency : checked.readable;
  const { definitions, problems } = await loadWorkflows(config.workflowsDir, { handlers, agency });
  const all = [...(checked.ok ? [] : checked.problems), ...problems];
  const findings = all.map((problem) =>
    wrong('File', describeProblem(problem), 'mend it; crewline check tells more'),
  );
  if (all.length === 0)
    findings.push(fine('Files', `the agency file and ${definitions.length} definitions can be used`));
  return { findings, agency, definitions };
}

async function examineDatabase({ mongo }: Config): Promise<Finding> {
  if (mongo.kind === 'embedded')
    return doubtful(
      'Database',
      'an embedded one is started',
      'set MONGODB_URI for one that is kept elsewhere',
    );
  try {
    const database = await openDatabase(mongo.uri, mongo.database);
    try {
      const { version } = (await database.db.admin().command({ buildInfo: 1 })) as { version: string };
      if (Number(version.split('.')[0]) < OLDEST_MONGODB)
        return wrong('Database', `is MongoDB ${version}`, `use version ${OLDEST_MONGODB} or newer`);
      return fine('Database', `MongoDB ${version}, a replica set`);
    } finally {
      await database.close();
    }
  } catch (error) {
    return wrong('Database', 'cannot be used', toAppError(error).userMessage);
  }
}

async function examineWorkspace({ slack }: Config, files: Files, log: Log): Promise<Finding[]> {
  if (slack.kind === 'embedded')
    return [doubtful('Slack', 'a local one is started', 'set SLACK_BOT_TOKEN to connect a workspace')];
  const { botToken, apiUrl } = slack;
  const client = createSlackClient({ token: botToken, apiUrl, log });
  const appClient =
    slack.mode === 'socket' ? createSlackClient({ token: slack.appToken, apiUrl, log }) : null;
  const { findings, isUsable } = await examineSlack(slack, client, appClient);
  if (!isUsable || files.agency === null) return findings;
  return [...findings, ...(await examineNamed(client, listNamed(files.agency, files.definitions)))];
}
