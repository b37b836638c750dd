import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findStablePort } from './stable-port.ts';

export interface Started {
  child: ChildProcess;
  /** Resolves when it says that it is ready; rejects with its output when it ends before that. */
  ready: Promise<void>;
  /** Resolves with the exit code when it has ended. */
  ended: Promise<number | null>;
  output(): string;
}

/** A folder in which `npm start` without any configuration can be tried, with ports of its own. */
export interface Home {
  home: string;
  port: number;
  slackUrl: string;
  /** Starts the product in this home, as `npm start` does after the build. */
  start(): Started;
  /** Process ids of the embedded mongod and local Slack, as they are on record. */
  readPids(): Promise<{ mongod: number; slack: number }>;
  readToken(): Promise<string>;
  remove(): Promise<void>;
}

/** Prepares a home; nothing is started yet. */
export async function createHome(mongodBinary: string): Promise<Home> {
  const home = await mkdtemp(join(tmpdir(), 'crewline-home-'));
  const port = await findStablePort();
  const slackPort = await findStablePort();
  const env = {
    ...process.env,
    CREWLINE_HOME: home,
    MONGOD_BINARY: mongodBinary,
    PORT: String(port),
    LOCAL_SLACK_PORT: String(slackPort),
    LOG_FORMAT: 'pretty',
  };
  const readPid = async (...path: string[]) =>
    (JSON.parse(await readFile(join(home, ...path), 'utf8')) as { pid: number }).pid;
  return {
    home,
    port,
    slackUrl: `http://localhost:${slackPort}`,
    start: () => launch(env),
    readPids: async () => ({
      mongod: await readPid('mongodb', 'crewline-mongod.json'),
      slack: await readPid('crewline-local-slack.json'),
    }),
    readToken: () => readFile(join(home, 'api-token'), 'utf8'),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

function launch(env: NodeJS.ProcessEnv): Started {
  const child = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const ended = once(child, 'close').then(() => child.exitCode);
  const ready = new Promise<void>((resolve, reject) => {
    const read = (line: string): void => {
      lines.push(line);
      if (line.startsWith('Crewline is ready')) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
    void ended.then((code) => reject(new Error(`Crewline ended with ${code}:\n${lines.join('\n')}`)));
  });
  // Whoever expects it to end does not look at this.
  ready.catch(() => {});
  return { child, ready, ended, output: () => lines.join('\n') };
}
