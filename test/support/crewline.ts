import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startLocalSlack, type TestLocalSlack } from './local-slack.ts';
import type { TestDatabase } from './mongo.ts';
import { findStablePort } from './stable-port.ts';

export const API_TOKEN = 'token-for-the-tests';

export interface TestCrewline {
  slack: TestLocalSlack;
  /** Base address of the HTTP server. */
  url: string;
  /** Calls the intake API, of the first process unless told. */
  api(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    base?: string,
  ): Promise<Response>;
  /** Ends the process with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends the process with SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Starts the process (again), over the same database and Slack. */
  start(): Promise<void>;
  /**
   * Starts one more process beside the first, which ends with `close`; resolves with its base address. In Socket Mode
   * the local Slack hands everything to both (Slack: to one); in HTTP mode it goes to the first.
   */
  startAnother(): Promise<string>;
  /** What the processes wrote so far. */
  output(): string;
  close(): Promise<void>;
}

export interface CrewlineOptions {
  mode?: 'socket' | 'http';
  /** Changes definitions or the agency before they are loaded: file name → how its JSON is changed. */
  edit?: Record<string, (source: Record<string, unknown>) => unknown>;
  /** More environment for the process. */
  env?: Record<string, string>;
  /** Instead of the local Slack's own address: that of a proxy in front of it. */
  slackApiUrl?: (slack: TestLocalSlack) => Promise<string>;
  /** Folder of another built clone to run, with its own definitions. */
  clone?: string;
}

/** The product as an agency runs it: a process of its own, a real MongoDB and a local Slack. */
export async function startCrewline(
  database: Pick<TestDatabase, 'uri'>,
  options: CrewlineOptions = {},
): Promise<TestCrewline> {
  const port = await findStablePort();
  const mode = options.mode ?? 'socket';
  const slack = await startLocalSlack(
    mode === 'http' ? { mode: 'events', requestUrl: `http://localhost:${port}/slack/events` } : {},
  );
  const clone = options.clone ?? '.';
  const folder = await copyWorkflows(join(clone, 'workflows'), options.edit ?? {});
  const slackApiUrl = (await options.slackApiUrl?.(slack)) ?? slack.apiUrl;
  const env = (httpPort: number) => ({
    ...process.env,
    MONGODB_URI: database.uri,
    SLACK_BOT_TOKEN: slack.app.botToken,
    ...(mode === 'socket'
      ? { SLACK_APP_TOKEN: slack.app.appToken }
      : { SLACK_SIGNING_SECRET: slack.app.signingSecret }),
    SLACK_API_URL: slackApiUrl,
    SLACK_POSTS_PER_SECOND: '0',
    PORT: String(httpPort),
    API_TOKEN,
    WORKFLOWS_DIR: folder,
    LOG_FORMAT: 'pretty',
    ...options.env,
  });
  const lines: string[] = [];
  const processes: ChildProcess[] = [];
  const launch = async (httpPort: number): Promise<void> => {
    processes.push(await launchProcess(clone, env(httpPort), lines));
    if (mode === 'socket') await slack.client.waitForBot(true);
  };
  const cleanUp = async (): Promise<void> => {
    await slack.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await launch(port);
  } catch (error) {
    await cleanUp();
    throw error;
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    const [first] = processes;
    return first ? endProcess(first, signal) : null;
  };
  return {
    slack,
    url: `http://localhost:${port}`,
    api: (method, path, body, headers = {}, base = `http://localhost:${port}`) =>
      fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    start: async () => {
      processes.shift();
      await launch(port);
      const last = processes.pop();
      if (last) processes.unshift(last);
    },
    startAnother: async () => {
      const another = await findStablePort();
      await launch(another);
      return `http://localhost:${another}`;
    },
    output: () => lines.join('\n'),
    close: async () => {
      for (const child of processes) await endProcess(child, 'SIGTERM');
      await cleanUp();
    },
  };
}

async function launchProcess(clone: string, env: NodeJS.ProcessEnv, lines: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    const read = (line: string): void => {
      lines.push(line);
      if (line.startsWith('Crewline is ready')) resolve();
    };
    createInterface({ input: child.stdout }).on('line', read);
    createInterface({ input: child.stderr }).on('line', read);
    child.once('exit', (code) => reject(new Error(`Crewline ended with ${code}:\n${lines.join('\n')}`)));
  });
  await ready;
  return child;
}

async function endProcess(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return child.exitCode;
}

async function copyWorkflows(source: string, edit: NonNullable<CrewlineOptions['edit']>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crewline-test-workflows-'));
  await cp(source, folder, { recursive: true });
  for (const [file, change] of Object.entries(edit)) {
    const path = join(folder, file);
    const known = JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify(change(known)));
  }
  return folder;
}
