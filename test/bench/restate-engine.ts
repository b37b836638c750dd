import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../src/base/errors.ts';
import { findFreePort } from '../support/free-port.ts';
import type { BenchRun } from './bench-run.ts';
import { type LoadResult, measureLoad } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { type Sdk, startEndpoint } from './restate-endpoint.ts';

export interface RestateOptions {
  /** Where Restate is installed; see `INSTALL`. */
  folder: string;
  /** How long it may take to be ready, and how long none of its workflows may end. */
  withinMs: number;
  /** Share of the usual number of workflows. */
  scale: number;
}

interface Installed {
  sdk: Sdk;
  /** The program itself, not its wrapper: its CPU time is what counts. */
  server: string;
  /** Of the server, such as `1.7`. */
  version: string;
}

interface Addresses {
  ingress: string;
  admin: string;
}

/** What installs it in a folder. Newer SDKs need a newer Node than this project does. */
export const INSTALL = 'npm i --prefix <folder> @restatedev/restate-server@1.7 @restatedev/restate-sdk@1.14';
const JSON_HEADERS = { 'content-type': 'application/json' };

/**
 * The same workflow on Restate: four durable steps, the approval a durable promise, the deadline a delayed call. Throws
 * `bench.peer_missing` when it is not installed, `bench.peer_failed` when it fails.
 */
export async function measureRestate(
  run: BenchRun,
  { folder, withinMs, scale }: RestateOptions,
): Promise<LoadResult[]> {
  const { sdk, server, version } = await findRestate(resolve(folder));
  const name = `Restate ${version}`;
  const home = await mkdtemp(join(tmpdir(), 'crewline-bench-restate-'));
  const forgetHome = run.own('the folder of Restate', () => rm(home, { recursive: true, force: true }));
  const complaints: string[] = [];
  const endpoint = await startEndpoint(sdk, complaints);
  const stopEndpoint = run.own('the endpoint of Restate', endpoint.stop);
  const { peer, ingress, admin } = await startServer(run, { name, server, home, withinMs });
  const results: LoadResult[] = [];
  try {
    await register(admin, endpoint.url, withinMs);
    for (const [inFlight, count] of [
      [100, 3_000],
      [32, 2_000],
      [1, 300],
    ] as const) {
      const one = () => runWorkflow(ingress);
      const workflows = Math.round(count * scale);
      results.push(await measureLoad({ pid: peer.pid, db: null }, name, inFlight, workflows, one, withinMs));
    }
  } catch (error) {
    throw await peer.blame(withComplaints(error, complaints));
  }
  await peer.stop();
  await stopEndpoint();
  await forgetHome();
  return results;
}

async function findRestate(folder: string): Promise<Installed> {
  const require = createRequire(join(folder, 'package.json'));
  const find = (name: string) => {
    try {
      return require.resolve(name);
    } catch (cause) {
      const userMessage = `${name.replace('/package.json', '')} is not installed in ${folder}. Install it: ${INSTALL.replace('<folder>', folder)}`;
      throw new AppError(`no ${name}`, { code: 'bench.peer_missing', userMessage, cause });
    }
  };
  const manifest = find(`@restatedev/restate-server-${process.platform}-${process.arch}/package.json`);
  const { version } = require(manifest) as { version: string };
  const sdkFile = find('@restatedev/restate-sdk');
  try {
    const sdk = (await import(pathToFileURL(sdkFile).href)) as Sdk;
    const server = join(dirname(manifest), 'bin', 'restate-server');
    return { sdk, server, version: version.split('.').slice(0, 2).join('.') };
  } catch (cause) {
    const userMessage = `Restate's SDK cannot be loaded by Node ${process.version}: ${String(cause)}`;
    throw new AppError('the SDK cannot be loaded', { code: 'bench.peer_missing', userMessage, cause });
  }
}

/** What the SDK complains of says more than the answer of a server that gave up. */
function withComplaints(error: unknown, complaints: readonly string[]): unknown {
  const [last] = complaints.at(-1)?.split('\n') ?? [];
  return last === undefined ? error : new Error(`its SDK says “${last}”`, { cause: error });
}

/** On ports of its own: one that an earlier bench has left, or that somebody works with, keeps its. */
async function startServer(
  run: BenchRun,
  { name, server, home, withinMs }: { name: string; server: string; home: string; withinMs: number },
): Promise<Addresses & { peer: Peer }> {
  const node = `127.0.0.1:${await findFreePort()}`;
  const admin = `127.0.0.1:${await findFreePort()}`;
  const ingress = `127.0.0.1:${await findFreePort()}`;
  const configuration = join(home, 'restate.toml');
  await writeFile(configuration, configure({ node, admin, ingress }));
  const peer = await startPeer(
    run,
    {
      name,
      home,
      command: server,
      arguments: ['--config-file', configuration, '--base-dir', join(home, 'data'), '--node-name', 'bench'],
      isReady: async (signal) => (await fetch(`http://${admin}/health`, { signal })).ok,
    },
    withinMs,
  );
  return { peer, admin: `http://${admin}`, ingress: `http://${ingress}` };
}

/** A step that fails again and again fails its workflow, with the reason: by itself it is tried for an hour. */
function configure({ node, admin, ingress }: Addresses & { node: string }): string {
  return `
bind-address = "${node}"
listen-mode = "tcp"
disable-telemetry = true
log-filter = "warn,octocrab=off"
log-format = "compact"
log-disable-ansi-codes = true
[admin]
bind-address = "${admin}"
[ingress]
bind-address = "${ingress}"
[default-retry-policy]
initial-interval = "100ms"
max-attempts = 3
on-max-attempts = "kill"
`;
}

async function register(admin: string, uri: string, withinMs: number): Promise<void> {
  const answer = await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: JSON_HEADERS,
    body: JSON.stringify({ uri }),
    signal: AbortSignal.timeout(withinMs),
  });
  if (!answer.ok) throw new Error(`it took no deployment: ${answer.status} ${await answer.text()}`);
}

let count = 0;

async function runWorkflow(ingress: string): Promise<void> {
  const id = `w${count++}`;
  const post = async (path: string, body: unknown) => {
    const url = `${ingress}/repair/${id}/${path}`;
    const answer = await fetch(url, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await Promise.all([post('run', {}), post('approve', 'U0OKAFOR')]);
}
