import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlanThread, type PlanThread } from '../../src/scheduler/threads/plan-thread.ts';

/** Answers with the order it was asked about; dies of `die`, is caught in `loop`, and refuses `fail`, warns of `odd`. */
const WORKER = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ id, request }) => {
  if (request.orderId === 'die') process.exit(3);
  while (request.orderId === 'loop');
  if (request.orderId === 'odd') parentPort.postMessage({ warning: 'odd' });
  if (request.orderId === 'fail') parentPort.postMessage({ id, error: 'no such order' });
  else parentPort.postMessage({ id, answer: { options: [], others: [{ crewName: request.orderId, why: '' }] } });
});
`;

/** Long enough for a thread to start on a busy machine. */
const PATIENCE_MS = 3_000;

let folder = '';
let file = '';
let thread: PlanThread;
let warnings: string[] = [];
const note = (warning: string): void => void warnings.push(warning);

beforeEach(async () => {
  warnings = [];
  folder = await mkdtemp(join(tmpdir(), 'plan-thread-'));
  file = join(folder, 'worker.mjs');
  await writeFile(file, WORKER);
  thread = createPlanThread(file, note);
});

afterEach(async () => {
  await thread.stop();
  await rm(folder, { recursive: true });
});

async function ask(orderId: string): Promise<string | undefined> {
  const { others } = await thread.ask({ kind: 'listReassignments', sources: SOURCES, orderId });
  return others[0]?.crewName;
}

const SOURCES = {
  now: new Date(0),
  agency: {} as never,
  ...{ orders: [], absences: [], promised: [], closures: [], stock: [] },
};

describe('a planning thread', () => {
  it('gives every question its own answer', async () => {
    expect(await Promise.all(['R-1', 'R-2', 'R-3'].map(ask))).toEqual(['R-1', 'R-2', 'R-3']);
  });

  it('fails only the question that went wrong', async () => {
    const [failed, answered] = await Promise.allSettled([ask('fail'), ask('R-1')]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'plan.failed' } });
    expect(answered).toMatchObject({ status: 'fulfilled', value: 'R-1' });
  });

  it('fails what it was asked when it dies, so that it is asked again, and then answers', async () => {
    const asked = await Promise.allSettled([ask('die'), ask('R-1')]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked[1]).toMatchObject({ reason: { code: 'plan.stopped', retryable: true } });
    expect(await ask('R-2')).toBe('R-2');
  });

  it('passes on what it is warned of, and answers all the same', async () => {
    expect(await ask('odd')).toBe('odd');
    expect(warnings).toEqual(['odd']);
  });

  it('that cannot be started fails the question, which may be asked again', async () => {
    await thread.stop();
    thread = createPlanThread('neither absolute nor relative', note);
    await expect(ask('R-1')).rejects.toMatchObject({ code: 'plan.stopped', retryable: true });
  });

  it('answers nothing after its end, and starts no other', async () => {
    expect(await ask('R-1')).toBe('R-1');
    const stopping = thread.stop();
    await expect(ask('R-2')).rejects.toMatchObject({ code: 'plan.stopped' });
    await stopping;
    await expect(ask('R-3')).rejects.toMatchObject({ code: 'plan.stopped' });
  });

  it('lets a process end that never stopped it, also after a question that could not be sent', async () => {
    const source = new URL('../../src/scheduler/threads/plan-thread.ts', import.meta.url).href;
    const script = join(folder, 'script.mjs');
    const request = { kind: 'listReassignments', orderId: 'R-1' };
    await writeFile(
      script,
      `const { createPlanThread } = await import(${JSON.stringify(source)});
      const thread = createPlanThread(${JSON.stringify(file)}, console.error);
      await thread.ask(${JSON.stringify(request)});
      await thread.ask({ ...${JSON.stringify(request)}, sources: () => {} }).catch(({ name }) => console.log(name));`,
    );
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('DataCloneError\n');
  });

  it('is replaced when it has said nothing for longer than anything takes', async () => {
    await thread.stop();
    thread = createPlanThread(file, note, PATIENCE_MS);
    expect(await ask('R-1')).toBe('R-1');
    const asked = await Promise.allSettled([ask('loop'), ask('R-2')]);
    const stopped = { status: 'rejected', reason: { code: 'plan.stopped', retryable: true } };
    expect(asked).toMatchObject([stopped, stopped]);
    expect(await ask('R-3')).toBe('R-3');
  });
});
