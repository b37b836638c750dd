import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cpuOf, type LoadResult, percentile } from './measure.ts';

const INGRESS = 'http://localhost:8080';
const ADMIN = 'http://localhost:9070';
const ENDPOINT_PORT = 9080;
const SLA_MS = 48 * 3_600_000;

/** The few parts of the SDK that are used here; it is installed beside the project, not with it. */
interface Context {
  run<Value>(name: string, action: () => Promise<Value>): Promise<Value>;
  promise<Value>(name: string): PromiseLike<Value> & { resolve(value: Value): Promise<void> };
  genericSend(call: object): { invocationId: Promise<string> };
  cancel(invocationId: string): void;
  key: string;
}
interface Sdk {
  workflow(definition: object): object;
  service(definition: object): object;
  endpoint(): { bind(service: object): ReturnType<Sdk['endpoint']>; listen(port: number): Promise<number> };
  serde: { json: object };
}

/** The same workflow on Restate: four durable steps, the approval a durable promise, the deadline a delayed call. */
export async function measureRestate(folder: string, scale: number): Promise<LoadResult[]> {
  const require = createRequire(join(resolve(folder), 'package.json'));
  const sdk = (await import(pathToFileURL(require.resolve('@restatedev/restate-sdk')).href)) as Sdk;
  const home = await mkdtemp(join(tmpdir(), 'crewline-bench-restate-'));
  const server = await startServer(findServer(require), home);
  try {
    await sdk.endpoint().bind(repair(sdk)).bind(deadline(sdk)).listen(ENDPOINT_PORT);
    await register();
    const results: LoadResult[] = [];
    for (const [inFlight, count] of [
      [100, 3_000],
      [32, 2_000],
      [1, 300],
    ] as const) {
      results.push(await measure(server.pid ?? 0, inFlight, Math.round(count * scale)));
    }
    return results;
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    await rm(home, { recursive: true, force: true });
  }
}

/** The program itself, not its wrapper: its CPU time is what counts. */
function findServer(require: NodeJS.Require): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'restate-server');
}

function repair(sdk: Sdk): object {
  return sdk.workflow({
    name: 'repair',
    handlers: {
      run: async (context: Context) => {
        const call = { service: 'deadline', method: 'breach', parameter: context.key, delay: SLA_MS };
        const armed = context.genericSend({ ...call, inputSerde: sdk.serde.json });
        const assessed = await context.run('assess', async () => ({ severity: 7 }));
        await context.promise<string>('approval');
        const crew = await context.run('assign', async () => ({ crewName: 'Night Crew' }));
        const done = await context.run('execute', async () => ({ actualCostCents: 105_050 }));
        context.cancel(await armed.invocationId);
        return { ...assessed, ...crew, ...done };
      },
      approve: (context: Context, by: string) => context.promise<string>('approval').resolve(by),
    },
  });
}

function deadline(sdk: Sdk): object {
  return sdk.service({ name: 'deadline', handlers: { breach: async () => {} } });
}

async function startServer(binary: string, home: string): Promise<ChildProcess> {
  const server = spawn(binary, ['--base-dir', home, '--node-name', 'bench'], { stdio: 'ignore' });
  for (;;) {
    if (server.exitCode !== null) throw new Error(`restate-server ended with ${server.exitCode}`);
    const answer = await fetch(`${ADMIN}/health`).catch(() => null);
    if (answer?.ok) return server;
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

async function register(): Promise<void> {
  const body = JSON.stringify({ uri: `http://localhost:${ENDPOINT_PORT}` });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${ADMIN}/deployments`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`Restate took no deployment: ${answer.status} ${await answer.text()}`);
}

let count = 0;

async function one(): Promise<void> {
  const id = `w${count++}`;
  const headers = { 'content-type': 'application/json' };
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${INGRESS}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  const end = post(`/repair/${id}/run`, {});
  await post(`/repair/${id}/approve`, 'U0OKAFOR');
  await end;
}

async function measure(pid: number, inFlight: number, workflows: number): Promise<LoadResult> {
  const times: number[] = [];
  let left = 0;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const started = performance.now();
      await one();
      times.push(performance.now() - started);
    }
  };
  const drive = async (total: number) => {
    left = total;
    await Promise.all(Array.from({ length: inFlight }, lane));
  };
  await drive(inFlight * 2);
  times.length = 0;
  const cpu = process.cpuUsage();
  const serverCpu = cpuOf(pid);
  const started = performance.now();
  await drive(workflows);
  const elapsed = performance.now() - started;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  return {
    ...{ name: 'Restate 1.7', inFlight, workflows, perSecond: (workflows / elapsed) * 1_000 },
    ...{ p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    workerCpu: (used.user + used.system) / 1_000 / workflows,
    serverCpu: (cpuOf(pid) - serverCpu) / workflows,
    ...{ writes: Number.NaN, flushes: Number.NaN },
  };
}
