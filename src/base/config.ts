import { join } from 'node:path';
import {
  ADDRESS_VARIABLES,
  databaseInAddress,
  Environment,
  findForeignSigns,
  SECRET_VARIABLES,
} from './config-environment.ts';
import { AppError } from './errors.ts';
import { createSecrets, credentialsIn, queryValuesIn, type Secrets } from './secrets.ts';

export type MongoConfig =
  | { kind: 'external'; uri: string; database: string }
  | { kind: 'embedded'; binary?: string; database: string };

/** `postsPerSecond` counts per channel; 0 means no limit. */
export type SlackConfig =
  | ({ kind: 'real'; botToken: string; apiUrl: string; postsPerSecond: number } & (
      | { mode: 'socket'; appToken: string; signingSecret?: string }
      | { mode: 'http'; signingSecret: string }
    ))
  | { kind: 'embedded'; port: number; postsPerSecond: number };

export type SeverityAgentConfig =
  | { kind: 'rules' }
  | { kind: 'llm'; baseUrl: string; model: string; apiKey?: string; timeoutSeconds: number }
  | { kind: 'http'; url: string };

/** After how many days ended runs leave the working set, and the archive; 0 is never. */
export interface ArchiveConfig {
  afterDays: number;
  keepDays: number;
}

/** How many messages may wait for Slack before other systems are turned away: of one of them, and in all. */
export interface IntakeConfig {
  mostWaiting: number;
  mostWaitingPerSource: number;
}

/** Everything the product is told from outside; paths are as given, relative ones to the working directory. */
export interface Config {
  production: boolean;
  /** `port` 0 asks the system for any free port. Without `apiToken` the intake API is off. */
  http: { port: number; apiToken?: string };
  mongo: MongoConfig;
  slack: SlackConfig;
  home: string;
  workflowsDir: string;
  agencyFile: string;
  log: { level: 'debug' | 'info' | 'warn' | 'error'; format: 'json' | 'pretty' };
  severityAgent: SeverityAgentConfig;
  archive: ArchiveConfig;
  intake: IntakeConfig;
  /** How long a step waits for a process that can do what it calls, before somebody is paged. */
  missingWaitMs: number;
}

type Present = Record<string, string>;

/** A variable, or the variables, that cannot be used, and what to do. */
export interface ConfigProblem {
  variable: string;
  remedy: string;
}

/**
 * Reads the configuration from `env`; an empty value counts as unset. `isTerminal` says whether a person reads
 * the output, which only decides the default log format; every secret it reads is noted in `secrets`.
 * Throws one `AppError` `config.invalid` whose `userMessage` names every wrong variable and its remedy, and no
 * value of any.
 */
export function loadConfig(
  env: Record<string, string | undefined>,
  isTerminal = false,
  secrets: Secrets = createSecrets(),
): Config {
  const read = readConfig(env, isTerminal, secrets);
  if ('problems' in read) throw invalidConfiguration(read.problems);
  return read.config;
}

/** The same, with every wrong variable told alone instead of thrown. */
export function readConfig(
  env: Record<string, string | undefined>,
  isTerminal = false,
  secrets: Secrets = createSecrets(),
): { config: Config } | { problems: ConfigProblem[] } {
  const present = presentVariables(env);
  registerSecrets(present, secrets);
  const parsed = Environment.safeParse(present);
  const problems = [...foreignProblems(present), ...combinationProblems(present)];
  if (!parsed.success) {
    const known = new Set(problems.map(({ variable }) => variable));
    for (const issue of parsed.error.issues) {
      const variable = issue.path.join('.');
      if (!known.has(variable)) problems.unshift({ variable, remedy: issue.message });
    }
  }
  return !parsed.success || problems.length > 0
    ? { problems }
    : { config: buildConfig(parsed.data, isTerminal) };
}

/** A token whose variable the agency file names; undefined when it is not set. Throws `config.invalid` as `loadConfig` does. */
export function readToken(
  env: Record<string, string | undefined>,
  variable: string,
  secrets: Secrets,
): string | undefined {
  const remedy = findForeignSigns(env[variable] ?? '');
  if (remedy !== null) throw invalidConfiguration([{ variable, remedy }]);
  return secrets.register(env[variable]);
}

/** Found here, before anybody is asked with it. */
function foreignProblems(present: Present): ConfigProblem[] {
  return [...SECRET_VARIABLES, ...ADDRESS_VARIABLES].flatMap((variable) => {
    const remedy = findForeignSigns(present[variable] ?? '');
    return remedy === null ? [] : [{ variable, remedy }];
  });
}

/** Whatever of it is a secret is known as one from here on, also when the configuration turns out to be wrong. */
function registerSecrets(present: Present, secrets: Secrets): void {
  for (const variable of SECRET_VARIABLES) secrets.register(present[variable]);
  for (const variable of ADDRESS_VARIABLES) {
    const address = present[variable] ?? '';
    for (const secret of [...credentialsIn(address), ...queryValuesIn(address)]) secrets.register(secret);
  }
}

function presentVariables(env: Record<string, string | undefined>): Present {
  const present: Present = {};
  for (const name of Object.keys(Environment.shape)) {
    const value = env[name]?.trim();
    if (value) present[name] = value;
  }
  return present;
}

function invalidConfiguration(problems: ConfigProblem[]): AppError {
  const lines = problems.map(({ variable, remedy }) => `  ${variable}: ${remedy}`);
  return new AppError(`invalid configuration: ${problems.map(({ variable }) => variable).join(', ')}`, {
    code: 'config.invalid',
    userMessage: `The configuration cannot be used:\n${lines.join('\n')}\nCorrect these environment variables and start again.`,
  });
}

function combinationProblems(env: Present): ConfigProblem[] {
  return [...slackProblems(env), ...severityAgentProblems(env), ...productionProblems(env)];
}

function slackProblems(env: Present): ConfigProblem[] {
  if (env.SLACK_BOT_TOKEN) {
    if (env.SLACK_APP_TOKEN || env.SLACK_SIGNING_SECRET) return [];
    const remedy =
      'SLACK_BOT_TOKEN alone cannot receive anything. Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP';
    return [{ variable: 'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET', remedy }];
  }
  const others = ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'].filter((name) => env[name]);
  if (others.length === 0) return [];
  const remedy = `is missing while ${others.join(' and ')} is set. Set it to use that Slack, or unset ${others.join(' and ')} to use the local one`;
  return [{ variable: 'SLACK_BOT_TOKEN', remedy }];
}

function severityAgentProblems(env: Present): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const agent = env.SEVERITY_AGENT;
  const given = ['LLM_BASE_URL', 'LLM_MODEL', 'LLM_API_KEY'].filter((name) => env[name]);
  if (agent === 'llm' || given.length > 0) {
    const reason = agent === 'llm' ? 'SEVERITY_AGENT is llm' : `${given.join(' and ')} is set`;
    for (const variable of ['LLM_BASE_URL', 'LLM_MODEL'].filter((name) => !env[name])) {
      problems.push({ variable, remedy: `is missing while ${reason}. Set it, or unset the others` });
    }
  }
  if (agent === 'http' && !env.SEVERITY_AGENT_URL) {
    const remedy = 'is missing while SEVERITY_AGENT is http. Set it to the address of your agent';
    problems.push({ variable: 'SEVERITY_AGENT_URL', remedy });
  }
  // Settings for an agent that is not asked for would be ignored in silence; only an explicit choice says so.
  if (agent === undefined && (given.length > 0 || env.SEVERITY_AGENT_URL)) {
    const wanted = given.length > 0 ? 'llm to use LLM_*' : 'http to use SEVERITY_AGENT_URL';
    problems.push({ variable: 'SEVERITY_AGENT', remedy: `is missing. Set it to ${wanted}, or to rules` });
  }
  return problems;
}

function productionProblems(env: Present): ConfigProblem[] {
  if (env.NODE_ENV !== 'production') return [];
  const problems: ConfigProblem[] = [];
  if (!env.MONGODB_URI) {
    const remedy = 'is missing; with NODE_ENV=production no embedded MongoDB is started. Set it';
    problems.push({ variable: 'MONGODB_URI', remedy });
  }
  if (!env.SLACK_BOT_TOKEN && slackProblems(env).length === 0) {
    const remedy = 'is missing; with NODE_ENV=production no local Slack is started. Set it';
    problems.push({ variable: 'SLACK_BOT_TOKEN', remedy });
  }
  return problems;
}

function buildConfig(env: Environment, isTerminal: boolean): Config {
  const production = env.NODE_ENV === 'production';
  const workflowsDir = env.WORKFLOWS_DIR ?? './workflows';
  return {
    production,
    http: { port: env.PORT ?? 3000, ...(env.API_TOKEN && { apiToken: env.API_TOKEN }) },
    mongo: buildMongo(env),
    slack: buildSlack(env),
    home: env.CREWLINE_HOME ?? '.crewline',
    workflowsDir,
    agencyFile: env.AGENCY_FILE ?? join(workflowsDir, 'agency.json'),
    log: {
      level: env.LOG_LEVEL ?? 'info',
      format: env.LOG_FORMAT ?? (isTerminal && !production ? 'pretty' : 'json'),
    },
    severityAgent: buildSeverityAgent(env),
    missingWaitMs: (env.MISSING_HANDLER_MINUTES ?? 5) * 60_000,
    intake: {
      mostWaiting: env.INTAKE_MOST_WAITING ?? 5_000,
      mostWaitingPerSource: env.INTAKE_MOST_WAITING_PER_SOURCE ?? 1_000,
    },
    archive: buildArchive(env),
  };
}

/** A run is forgotten out of the archive: whoever is to be forgotten sooner than archived is archived sooner, too. */
function buildArchive(env: Environment): ArchiveConfig {
  const [afterDays, keepDays] = [env.ARCHIVE_AFTER_DAYS ?? 90, env.ARCHIVE_KEEP_DAYS ?? 0];
  const isSooner = keepDays > 0 && (afterDays === 0 || keepDays < afterDays);
  return { afterDays: isSooner ? keepDays : afterDays, keepDays };
}

function buildMongo(env: Environment): MongoConfig {
  const uri = env.MONGODB_URI;
  const database = env.MONGODB_DATABASE ?? (uri && databaseInAddress(uri)) ?? 'crewline';
  if (uri) return { kind: 'external', uri, database };
  return { kind: 'embedded', database, ...(env.MONGOD_BINARY && { binary: env.MONGOD_BINARY }) };
}

function buildSlack(env: Environment): SlackConfig {
  if (!env.SLACK_BOT_TOKEN) {
    const postsPerSecond = env.SLACK_POSTS_PER_SECOND ?? 0;
    return { kind: 'embedded', port: env.LOCAL_SLACK_PORT ?? 3300, postsPerSecond };
  }
  const connection = {
    kind: 'real' as const,
    botToken: env.SLACK_BOT_TOKEN,
    apiUrl: (env.SLACK_API_URL ?? 'https://slack.com/api/').replace(/\/*$/, '/'),
    postsPerSecond: env.SLACK_POSTS_PER_SECOND ?? 1,
  };
  // Both given: Socket Mode. Neither was refused before.
  return env.SLACK_APP_TOKEN
    ? {
        ...connection,
        mode: 'socket',
        appToken: env.SLACK_APP_TOKEN,
        ...(env.SLACK_SIGNING_SECRET && { signingSecret: env.SLACK_SIGNING_SECRET }),
      }
    : { ...connection, mode: 'http', signingSecret: env.SLACK_SIGNING_SECRET ?? '' };
}

function buildSeverityAgent(env: Environment): SeverityAgentConfig {
  if (env.SEVERITY_AGENT === 'http' && env.SEVERITY_AGENT_URL) {
    return { kind: 'http', url: env.SEVERITY_AGENT_URL };
  }
  if (env.SEVERITY_AGENT === 'llm' && env.LLM_BASE_URL && env.LLM_MODEL) {
    return {
      kind: 'llm',
      baseUrl: env.LLM_BASE_URL,
      model: env.LLM_MODEL,
      ...(env.LLM_API_KEY && { apiKey: env.LLM_API_KEY }),
      timeoutSeconds: env.LLM_TIMEOUT_SECONDS ?? 20,
    };
  }
  return { kind: 'rules' };
}
