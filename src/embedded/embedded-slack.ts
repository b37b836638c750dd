import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { adoptProcess, type OwnedProcess, spawnOwned } from './owned-process.ts';
import { isPortFree } from './port.ts';
import { identifyProcess } from './process-identity.ts';
import { readStateFile, replaceFile } from './state-file.ts';

const START_TIMEOUT_MILLISECONDS = 30_000;
const POLL_MILLISECONDS = 25;

export interface EmbeddedSlackOptions {
  /** The workspace, as `writeLocalSlackWorkspace` wrote it; the record of the process is kept beside it. */
  workspaceFile: string;
  port: number;
  /** Keeps uploaded files. */
  filesDir: string;
  log: Log;
  /** Calls the start off: what was begun is ended again. */
  signal?: AbortSignal;
}

export interface EmbeddedSlack {
  /** The page a person opens. */
  url: string;
  /** Base of the Web API, for Bolt's `slackApiUrl`. */
  apiUrl: string;
  /** Whether the workspace starts empty; false when a running one, with its messages, was adopted. */
  fresh: boolean;
  stop(): Promise<void>;
}

const Record = z.object({ pid: z.number(), port: z.number(), workspace: z.string() });

/** The local Slack program of this platform's npm package. Throws `local_slack.unavailable` where there is none. */
function findLocalSlackBinary(): string {
  const name = `local-slack-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', 'local-slack');
  } catch (cause) {
    throw new AppError(`${name} is not installed`, {
      code: 'local_slack.unavailable',
      userMessage:
        `There is no local Slack for ${process.platform} ${process.arch} here (npm package ${name}). ` +
        'Set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET to use a Slack workspace instead.',
      cause,
    });
  }
}

/**
 * Starts the local Slack, or adopts the one a killed predecessor left running with this same workspace, and
 * returns when it answers. Throws `local_slack.port_in_use` or `local_slack.start_failed`.
 */
export async function startEmbeddedSlack(options: EmbeddedSlackOptions): Promise<EmbeddedSlack> {
  const workspaceFile = resolve(options.workspaceFile);
  const workspace = createHash('sha256')
    .update(await readFile(workspaceFile))
    .digest('hex');
  const recordFile = join(dirname(workspaceFile), 'crewline-local-slack.json');
  const adopted = await adoptOrphan(workspaceFile, workspace, recordFile, options);
  if (adopted) return adopted;
  if (!(await isPortFree(options.port))) throw portInUse(options.port);
  await mkdir(options.filesDir, { recursive: true });
  let started = false;
  const owned = await spawnOwned({
    command: findLocalSlackBinary(),
    arguments: [
      ...['--config', workspaceFile, '--port', String(options.port)],
      ...['--files-dir', resolve(options.filesDir)],
    ],
    outputFile: join(dirname(workspaceFile), 'local-slack.out'),
    onUnexpectedEnd: (reason) => {
      if (started) options.log.error('The local Slack ended unexpectedly', { reason });
    },
  });
  await replaceFile(recordFile, JSON.stringify({ pid: owned.pid, port: options.port, workspace }));
  await awaitAnswer(owned, options.port, dirname(workspaceFile), options.signal);
  started = true;
  return describe(owned, options.port, true);
}

/** Adopting keeps the conversation; that is only right when it is the same workspace on the same port. */
async function adoptOrphan(
  workspaceFile: string,
  workspace: string,
  recordFile: string,
  { port, log }: EmbeddedSlackOptions,
): Promise<EmbeddedSlack | undefined> {
  const record = await readStateFile(recordFile, Record);
  const orphan = record && identifyProcess(record.pid);
  if (!orphan?.command.includes(` --config ${workspaceFile} `)) return undefined;
  const owned = adoptProcess(orphan);
  if (record?.port === port && record.workspace === workspace && (await answers(port))) {
    log.info('Adopted the local Slack a previous run left behind', { pid: orphan.pid, port });
    return describe(owned, port, false);
  }
  await owned.stop();
  return undefined;
}

function describe(owned: OwnedProcess, port: number, fresh: boolean): EmbeddedSlack {
  const url = `http://localhost:${port}`;
  return { url, apiUrl: `${url}/api/`, fresh, stop: owned.stop };
}

async function awaitAnswer(
  owned: OwnedProcess,
  port: number,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS;
  while (owned.isRunning() && Date.now() < deadline && !signal?.aborted) {
    if (await answers(port)) return;
    await delay(POLL_MILLISECONDS);
  }
  await owned.stop();
  signal?.throwIfAborted();
  throw new AppError('the local Slack did not start', {
    code: 'local_slack.start_failed',
    userMessage: `The local Slack did not start; what it wrote is in ${join(folder, 'local-slack.out')}. Try another LOCAL_SLACK_PORT, or set SLACK_BOT_TOKEN and SLACK_APP_TOKEN to use a Slack workspace.`,
  });
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://localhost:${port}/_control/state`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function portInUse(port: number): AppError {
  return new AppError(`port ${port} is in use`, {
    code: 'local_slack.port_in_use',
    userMessage: `Port ${port}, where the local Slack should listen, is in use. Set LOCAL_SLACK_PORT to a free one.`,
  });
}
