import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { improvePlan } from '../../src/planner/improve-plan.ts';
import { validatePlan } from '../../src/planner/problem/validate-plan.ts';
import { repairPlan } from '../../src/planner/repair-plan.ts';
import type { InvitePartner, ToldPlan } from '../../src/planner/search/partner.ts';
import { createPlanThread, type PlanThread } from '../../src/scheduler/threads/plan-thread.ts';
import { createSearchPartner } from '../../src/scheduler/threads/search-partner.ts';
import { cityProblem } from '../bench/planner-problems.ts';

/** What `npm test` has compiled: threads load files. */
const compiled = (file: string) =>
  fileURLToPath(new URL(`../../dist/scheduler/threads/${file}`, import.meta.url));
const problem = cityProblem({ name: 'roomy', crews: 24, tasks: 110, days: 2 }, 1);
const ENDLESS = 60_000;
const now = () => performance.now();

let folder = '';
let warnings: string[] = [];
const note = (warning: string): void => void warnings.push(warning);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'search-partner-'));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true }));

async function write(source: string): Promise<string> {
  const file = join(folder, 'partner.mjs');
  await writeFile(file, source);
  return file;
}

/**
 * Until the partner has told something; it says what. A search never waits like that: looking now and then leaves the
 * partner its core.
 */
async function hearPlan(partner: ReturnType<InvitePartner>): Promise<ToldPlan> {
  for (;;) {
    const heard = partner!.hear();
    if (heard !== null && heard !== 'over') return heard;
    await delay(5);
  }
}

describe('a second search', () => {
  it('goes on from the same plan, tells cheaper ones, and ends when it is left', async () => {
    const invite = createSearchPartner(compiled('partner-worker.js'), note);
    const plan = repairPlan(problem, null);
    const task = { problem, plan, budget: { seed: 1, iterations: 1e9, milliseconds: ENDLESS } };
    const first = invite(task);
    while ((await hearPlan(first)).cost >= plan.cost.total * 60);
    first!.leave();
    // The thread comes to the next search only when it has ended the one before.
    const second = invite(task);
    expect((await hearPlan(second)).cost).toBeGreaterThan(0);
    second!.leave();
    expect(warnings).toEqual([]);
  });

  it('does not keep the search waiting when it never says anything', async () => {
    const silent = await write(
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {});`,
    );
    const invite = createSearchPartner(silent, note);
    const begin = repairPlan(problem, null);
    const budget = { seed: 1, iterations: 5_000, milliseconds: ENDLESS };
    const plan = improvePlan(problem, begin, budget, now, undefined, invite);
    expect(validatePlan(problem, plan)).toEqual([]);
    expect(plan.cost.total).toBeLessThan(begin.cost.total);
  });

  it('is started again after it died, and says why it did', async () => {
    const dying = await write(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ budget, port }) => {
        if (budget.seed === 13) throw new Error('thirteen');
        port.postMessage({ cost: budget.seed });
      });`);
    const invite = createSearchPartner(dying, note);
    const ask = (seed: number) =>
      invite({
        problem,
        plan: repairPlan(problem, null),
        budget: { seed, iterations: 1, milliseconds: ENDLESS },
      });
    ask(13);
    while (warnings.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([expect.stringContaining('thirteen')]);
    expect(await hearPlan(ask(7))).toEqual({ cost: 7 });
  });

  it.each([
    ['throws', `throw new Error('thirteen');`, 'thirteen'],
    ['ends its process', 'process.exit(3);', 'exit 3'],
    ['is at its end', 'port.close();', null],
  ])('that %s does not end the first one', async (_what, ends, warning) => {
    const file = await write(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ port }) => { ${ends} });`);
    const invite = createSearchPartner(file, note);
    const begin = repairPlan(problem, null);
    const budget = { seed: 1, iterations: 3_000, milliseconds: ENDLESS };
    const alone = improvePlan(problem, begin, budget, () => 0);
    for (let count = 0; count < 2; count++) {
      expect(improvePlan(problem, begin, budget, now, undefined, invite).cost.total).toBeLessThan(
        begin.cost.total,
      );
      while (warning !== null && warnings.length <= count)
        await new Promise((resolve) => setImmediate(resolve));
    }
    expect(alone.cost.total).toBeLessThan(begin.cost.total);
    expect(warnings).toEqual(
      warning === null ? [] : [expect.stringContaining(warning), expect.stringContaining(warning)],
    );
  });

  it('that fails in its own thread says so, and not that it is over', async () => {
    const invite = createSearchPartner(compiled('partner-worker.js'), note);
    const budget = { seed: 1, iterations: 1e9, milliseconds: ENDLESS };
    const broken = { ...problem, tasks: null as never };
    const partner = invite({ problem: broken, plan: repairPlan(problem, null), budget });
    while (warnings.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(partner!.hear()).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('TypeError')]);
  });

  it('that is done before the first one does not end it', async () => {
    const invite = createSearchPartner(compiled('partner-worker.js'), note);
    const plan = repairPlan(problem, null);
    const partner = invite({ problem, plan, budget: { seed: 1, iterations: 10, milliseconds: ENDLESS } });
    expect((await hearPlan(partner)).cost).toBeGreaterThan(0);
    // The thread comes to this one after the end of the one before.
    const next = invite({ problem, plan, budget: { seed: 1, iterations: 10, milliseconds: ENDLESS } });
    await hearPlan(next);
    expect(partner!.hear()).toBeNull();
  });

  it('is done without when there is no thread to be had', () => {
    const invite = createSearchPartner('neither absolute nor relative', note);
    const begin = repairPlan(problem, null);
    const budget = { seed: 1, iterations: 3_000, milliseconds: ENDLESS };
    const plan = improvePlan(problem, begin, budget, () => 0, undefined, invite);
    expect(plan).toEqual(improvePlan(problem, begin, budget, () => 0));
    expect(warnings).toEqual([expect.stringContaining('must be an absolute path')]);
  });

  it('helps the planning thread, whose plans stay valid', async () => {
    const thread: PlanThread = createPlanThread(compiled('plan-worker.js'), note);
    try {
      for (const seed of [1, 2, 3]) {
        const budget = { seed, iterations: 10_000, milliseconds: ENDLESS };
        const { plan, objections } = await thread.ask({ kind: 'plan', problem, budget });
        expect(objections).toEqual([]);
        expect(validatePlan(problem, plan!)).toEqual([]);
      }
    } finally {
      await thread.stop();
    }
    expect(warnings).toEqual([]);
  });
});

it('a message that was sent before the channel was closed is heard after it', async () => {
  const late = await write(`
    import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
    parentPort.on('message', ({ port }) => parentPort.postMessage(receiveMessageOnPort(port)?.message));`);
  const worker = new Worker(late);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage('over');
  port1.close();
  worker.postMessage({ port: port2 }, [port2 as never]);
  const heard = await new Promise((resolve) => worker.once('message', resolve));
  await worker.terminate();
  expect(heard).toBe('over');
});
