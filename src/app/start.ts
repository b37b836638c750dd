import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { startEmbeddedSlack } from '../embedded/embedded-slack.ts';
import { lockHome } from '../embedded/home-lock.ts';
import { writeLocalSlackWorkspace } from '../embedded/local-slack-workspace.ts';
import { obtainMongodBinary } from '../embedded/mongod-binary.ts';
import { replaceFile } from '../embedded/state-file.ts';
import { superviseMongod } from '../embedded/supervised-mongod.ts';
import { unlessAborted } from '../embedded/unless-aborted.ts';
import { explainUnreachable } from '../store/mongo/explain-unreachable.ts';
import { type App, createApp } from './app.ts';
import type { AppOptions, SlackConnection } from './app-options.ts';
import { describeReady } from './banner.ts';

export interface RunningCrewline {
  /** Stops the product first and then, in order, whatever was started for it. */
  stop(): Promise<void>;
}

export interface StartDeps {
  log: Log;
  findToken(variable: string): string | undefined;
  /** Has a secret that was made here hidden in all that is written. */
  noteSecret(secret: string): void;
  /** Writes a line for the person who started the program. */
  write(text: string): void;
  /** Aborted when a person wants to stop before the start is over. */
  signal: AbortSignal;
  /** Told when a part that Crewline cannot do without is lost for good. */
  onLost(error: AppError): void;
}

type Stop = () => Promise<void>;

const START_ATTEMPTS = 3;

/** The packaged files: `workflows/local-slack.yaml` is found also when another folder's definitions are used. */
const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Brings Crewline up as configured: what is not configured is started here, embedded. When any part fails, or the start
 * is called off (`start.aborted`), whatever was started is stopped again and the error is thrown.
 */
export async function start(config: Config, deps: StartDeps): Promise<RunningCrewline> {
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    await bringUp(config, deps, stops);
    return { stop };
  } catch (error) {
    await stop();
    throw deps.signal.aborted ? aborted() : error;
  }
}

async function bringUp(config: Config, deps: StartDeps, stops: Stop[]): Promise<void> {
  const embedded = config.mongo.kind === 'embedded' || config.slack.kind === 'embedded';
  const home = resolve(config.home);
  if (embedded) {
    const lock = await lockHome(home);
    stops.push(() => lock.release());
  }
  const [mongo, slack] = await startEmbedded(config, home, deps, stops);
  const apiToken = config.http.apiToken ?? (embedded ? await keepApiToken(home) : undefined);
  const options = {
    ...config,
    mongo: mongo.connection,
    slack: slack.connection,
    http: { port: config.http.port, ...(apiToken === undefined ? {} : { apiToken }) },
    alone: mongo.alone,
    repostCards: slack.fresh,
  };
  if (apiToken !== undefined) deps.noteSecret(apiToken);
  const app = await startApp(options, deps);
  stops.push(() => app.stop());
  deps.signal.throwIfAborted();
  const { port, slackProblem } = app;
  // The command line finds the installation on this machine by it.
  if (embedded) await replaceFile(join(home, 'http-port'), String(port));
  deps.write(
    describeReady({
      config,
      port,
      localSlackUrl: slack.url,
      slackProblem,
      definitions: [...app.managementLayer.runs.definitions.values()],
    }),
  );
}

/** The product, started. An embedded database that is killed meanwhile comes back: that is worth another try or two. */
async function startApp(
  options: AppOptions,
  deps: StartDeps,
): Promise<Pick<App, 'managementLayer' | 'stop'> & Awaited<ReturnType<App['start']>>> {
  for (let attempt = 1; ; attempt++) {
    let app: App | undefined;
    try {
      // It may wait long for a database of yours that does not answer.
      app = await unlessAborted(createApp(options, deps), deps.signal);
      const { managementLayer, start, stop } = app;
      return { managementLayer, stop, ...(await start()) };
    } catch (error) {
      await app?.stop();
      const known = explainUnreachable(error);
      const isAway = known instanceof AppError && known.code === 'store.unreachable';
      // One of yours was waited for already.
      const mayReturn = isAway && options.alone && !deps.signal.aborted;
      if (!mayReturn || attempt === START_ATTEMPTS) throw known;
      deps.log.warn('The database went away during the start; trying again', { error });
    }
  }
}

/** Side by side; when one fails the other is called off, and nothing is left under way. */
async function startEmbedded(config: Config, home: string, deps: StartDeps, stops: Stop[]) {
  const abort = new AbortController();
  const onAbort = () => abort.abort();
  deps.signal.addEventListener('abort', onAbort, { once: true });
  if (deps.signal.aborted) onAbort();
  const { signal } = abort;
  const parts = [
    startMongo(config, home, { ...deps, signal }, stops),
    startSlack(config, home, { ...deps, signal }, stops),
  ] as const;
  try {
    return await Promise.all(parts);
  } catch (error) {
    onAbort();
    await Promise.allSettled(parts);
    throw error;
  } finally {
    deps.signal.removeEventListener('abort', onAbort);
  }
}

/** `alone`: no other process can be at work on this database, so what a dead one left is taken over at once. */
async function startMongo(config: Config, home: string, deps: StartDeps, stops: Stop[]) {
  const { mongo } = config;
  if (mongo.kind === 'external') return { connection: mongo, alone: false };
  const binary = await obtainMongodBinary({
    ...(mongo.binary ? { binary: mongo.binary } : {}),
    cacheDir: join(home, 'bin'),
    onProgress: deps.write,
    signal: deps.signal,
  });
  const options = {
    binary,
    dataDir: join(home, 'mongodb'),
    log: deps.log.for('MongoDB'),
    signal: deps.signal,
  };
  const mongod = await superviseMongod(options, deps.onLost);
  stops.push(() => mongod.stop());
  return { connection: { uri: mongod.uri, database: mongo.database }, alone: true };
}

async function startSlack(
  config: Config,
  home: string,
  deps: StartDeps,
  stops: Stop[],
): Promise<{ connection: SlackConnection; fresh: boolean; url: string | null }> {
  const { slack } = config;
  if (slack.kind === 'real') return { connection: slack, fresh: false, url: null };
  const workspaceFile = join(home, 'local-slack.yaml');
  const template = join(PACKAGE, 'workflows', 'local-slack.yaml');
  const app = await writeLocalSlackWorkspace({ template, target: workspaceFile, mode: 'socket' });
  const filesDir = join(home, 'slack-files');
  const local = await startEmbeddedSlack({
    workspaceFile,
    port: slack.port,
    filesDir,
    log: deps.log.for('Slack'),
    signal: deps.signal,
  });
  stops.push(() => local.stop());
  const { botToken, appToken, signingSecret } = app;
  for (const secret of [botToken, appToken, signingSecret]) deps.noteSecret(secret);
  const { postsPerSecond } = slack;
  return {
    connection: {
      mode: 'socket',
      botToken,
      appToken,
      apiUrl: local.apiUrl,
      postsPerSecond,
      hasTimePicker: false,
    },
    fresh: local.fresh,
    url: local.url,
  };
}

/** The demo's own API token, kept between starts where the command line finds it. */
async function keepApiToken(home: string): Promise<string> {
  const file = join(home, 'api-token');
  try {
    const token = (await readFile(file, 'utf8')).trim();
    if (token.length >= 16) return token;
  } catch {
    // The first start: there is none yet.
  }
  const token = randomBytes(24).toString('base64url');
  await replaceFile(file, token);
  return token;
}

function aborted(): AppError {
  return new AppError('stopped while starting', { code: 'start.aborted' });
}
