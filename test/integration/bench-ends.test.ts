import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { runToEnd } from '../bench/bench-run.ts';
import type { LoadResult } from '../bench/measure.ts';
import { measureRestate } from '../bench/restate-engine.ts';
import { type PlantedBehaviour, type PlantedRestate, plantRestate } from '../support/planted-restate.ts';

/** Where Restate listens unless it is told otherwise: ingress, admin, its nodes, the SDK's endpoint. */
const DEFAULT_PORTS = [8080, 9070, 5122, 9080];
const LONG_MS = 15_000;
const SHORT_MS = 1_000;
/** Enough for a server to be ready on a busy machine. */
const STALL_MS = 4_000;

async function plant(behaviour: PlantedBehaviour): Promise<PlantedRestate> {
  const planted = await plantRestate(behaviour);
  onTestFinished(planted.remove);
  return planted;
}

/** Measures what is planted in the folder; a hundredth of the usual workflows. */
async function measure(folder: string, withinMs: number) {
  const complaints: string[] = [];
  const results: LoadResult[] = [];
  const code = await runToEnd(
    async (run) => {
      results.push(...(await measureRestate(run, { folder, withinMs, scale: 0.01 })));
    },
    (text) => complaints.push(text),
  );
  return { code, complaint: complaints.join('\n'), results };
}

/** The whole bench, as `npm run bench` starts it. */
function startBench(...words: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/bench/run-bench.ts', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { child, ended };
}

describe('a bench whose peer fails', () => {
  test('ends with what the peer said when it ends at its start', async () => {
    const { folder, isRunning } = await plant('ends');
    const { code, complaint } = await measure(folder, LONG_MS);
    expect(code).toBe(1);
    expect(complaint).toBe(
      'Restate 0.0 ended by itself (exit code 3). It wrote last:\n  cannot open the store: the disk is full',
    );
    expect(await isRunning()).toBe(false);
  });

  test('ends when the peer is not ready in time, and ends the peer', async () => {
    const { folder, isRunning } = await plant('mute');
    const { code, complaint } = await measure(folder, SHORT_MS);
    expect(code).toBe(1);
    expect(complaint).toBe('Restate 0.0 was not ready within 1 s.');
    expect(await isRunning()).toBe(false);
  });

  test('ends when no workflow of the peer ends, and ends the peer', async () => {
    const { folder, isRunning } = await plant('stalls');
    const { code, complaint } = await measure(folder, STALL_MS);
    expect(code).toBe(1);
    expect(complaint).toBe(
      'Restate 0.0 failed: Restate 0.0: no workflow has ended for 4 s, with 100 in flight.',
    );
    expect(await isRunning()).toBe(false);
  });

  test('ends with what the peer said when it crashes in the middle', async () => {
    const { folder, isRunning } = await plant('crashes');
    const { code, complaint } = await measure(folder, LONG_MS);
    expect(code).toBe(1);
    expect(complaint).toBe('Restate 0.0 ended by itself (exit code 9). It wrote last:\n  out of memory');
    expect(await isRunning()).toBe(false);
  });

  test('says what to install when the peer is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crewline-no-restate-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { code, complaint } = await measure(folder, LONG_MS);
    expect(code).toBe(1);
    expect(complaint).toContain(`is not installed in ${folder}. Install it: npm i --prefix ${folder} @rest`);
  });

  test('ends as a program with an exit code that says so', async () => {
    const { folder, isRunning } = await plant('ends');
    const { code, output } = await startBench('--with-restate', folder).ended;
    expect(output).toContain('the disk is full');
    expect(code).toBe(1);
    expect(await isRunning()).toBe(false);
  });

  test('ends its peer when it is told to end itself', async () => {
    const { folder, started, isRunning } = await plant('mute');
    const { child, ended } = startBench('--with-restate', folder);
    await started;
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect(output).toBe('The bench was ended by SIGTERM.\n');
    expect(code).toBe(143);
    expect(await isRunning()).toBe(false);
  });
});

describe('a bench beside what an earlier one left', () => {
  const leftovers: Server[] = [];

  afterEach(async () => {
    for (const server of leftovers.splice(0)) await new Promise((closed) => server.close(closed));
  });

  test('starts, and measures its own peer', async () => {
    for (const port of DEFAULT_PORTS) {
      // Whoever has the port already is as good a leftover.
      const leftover = createServer((socket) => socket.destroy()).on('error', () => {});
      leftovers.push(leftover.listen(port, '127.0.0.1'));
    }
    const { folder, isRunning } = await plant('serves');
    const { code, complaint, results } = await measure(folder, LONG_MS);
    expect(complaint).toBe('');
    expect(code).toBe(0);
    expect(results.map(({ inFlight, workflows }) => [inFlight, workflows])).toEqual([
      [100, 30],
      [32, 20],
      [1, 3],
    ]);
    expect(await isRunning()).toBe(false);
  });
});
