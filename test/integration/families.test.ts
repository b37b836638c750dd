import { beforeEach, describe, expect, it } from 'vitest';
import type { StepHandler } from '../../src/core/definition/step-handler.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { successorKey } from '../../src/core/steps/lineage.ts';
import { after as later } from '../../src/core/values/duration.ts';
import { becomes, crashAt, type Moment, pump, type TestEngine } from '../support/crashing.ts';
import { defer } from '../support/deferred.ts';
import { createEngine, type EngineOptions, handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const runs = db.collection<{ _id: string }>('runs');
const S = handlerForTest('service', 'S', async (_input, context) => ({
  kind: 'done',
  output: { by: context.task },
}));
const create = (options: EngineOptions = {}, handlers: StepHandler[] = [S]) =>
  createEngine(db, handlers, { announces: false, definitions: DEFINITIONS, ...options });
const openEngine = useEngines(db);
const open = (options: EngineOptions = {}, handlers: StepHandler[] = [S]) =>
  openEngine(handlers, { definitions: DEFINITIONS, ...options });
beforeEach(() => runs.deleteMany({}));

const sub = (workflow: string) => ({ task: 'sub', workflow: { workflow } });
const next = (workflow?: string) => ({ task: 'next', continueAs: workflow ? { workflow } : {} });
const ask = { task: 'ask', role: 'Supervisor' };
const after = { task: 'after', service: 'S' };

/** `first` goes on as `second`, that as `third`, which asks somebody: each run of the chain is over at once but the last. */
const DEFINITIONS = [
  { name: 'first', steps: [{ task: 'one', service: 'S' }, next('second')] },
  { name: 'second', steps: [{ task: 'two', service: 'S' }, next('third')] },
  { name: 'third', steps: [ask] },
  { name: 'middle', steps: [sub('first')] },
  { name: 'asks', steps: [ask] },
  { name: 'asksFirst', steps: [ask, next('second')] },
  { name: 'spin', steps: [next()] },
  { name: 'slowly', steps: [{ ...next('second'), retry: { attempts: 1 }, fallback: { service: 'Gate' } }] },
  { name: 'deeper', steps: [sub('deep')] },
  { name: 'deep', steps: [sub('deeper')] },
];
const PARENT = { steps: [sub('first'), after] };

/** What it did is undone when it is called off; `child` has something to undo itself, and so has the end of `chain`. */
const UNDONE = { compensate: { service: 'Undo' } };
const order = { task: 'order', service: 'S', ...UNDONE };
const reserve = { task: 'reserve', service: 'S', ...UNDONE };
const ORDERED = [
  { name: 'child', steps: [order, ask] },
  { name: 'chain', steps: [{ task: 'one', service: 'S' }, next('child')] },
  { name: 'between', steps: [sub('child')] },
  { name: 'late', steps: [sub('child')], sla: { within: '1s' } },
  { name: 'rescued', steps: [sub('child')], sla: { within: '1s' }, fallback: { service: 'Undo' } },
];
const TIDY = { steps: [reserve, sub('child')] };

const find = async (workflow: string): Promise<WorkflowRun> =>
  (await runs.findOne({ workflow })) as unknown as WorkflowRun;
const isOpen = (workflow: string) => async () => {
  const run = await find(workflow);
  return run !== null && run.endedAt === null && run.steps.ask?.status !== 'pending';
};
/** The last run of the chain asks, and those before it are over. */
const atThird = async () =>
  (await isOpen('third')()) &&
  (await runs.countDocuments({ workflow: { $in: ['first', 'second'] }, endedAt: null })) === 0;
const approve = async (engine: TestEngine, workflow: string) =>
  engine.orchestrator.apply((await find(workflow))._id, (transition, now) =>
    decideApproval(transition, { task: 'ask', verdict: 'approved', actor: 'U0OKAFOR', reason: null }, now),
  );
const countOpen = () => runs.countDocuments({ endedAt: null });
const allEnded = async () => (await countOpen()) === 0;

describe('a child that goes on as another run', () => {
  it('is not over for its parent until the last run of the chain is, whose outputs the step gets', async () => {
    const engine = await open();
    const run = await engine.start(PARENT);
    await pump(engine, atThird);
    expect(await engine.stores.runs.find(run._id)).toMatchObject({
      endedAt: null,
      steps: { sub: { status: 'waiting' }, after: { status: 'pending' } },
    });
    const end = engine.ended(run._id);
    await approve(engine, 'third');
    const third = await find('third');
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { sub: { output: { decision: 'approved', runId: third._id } }, after: { status: 'succeeded' } },
    });
    expect(third).toMatchObject({
      parent: { runId: run._id, step: 'sub' },
      lineage: { depth: 1, generation: 2, head: `child:${run._id}/sub/1` },
    });
  });

  it('fails its parent’s step when a later run of the chain does not complete', async () => {
    const engine = await open();
    const run = await engine.start(PARENT);
    await pump(engine, atThird);
    const end = engine.ended(run._id);
    const third = await find('third');
    await engine.orchestrator.cancel(third._id, 'U0RIVERA', 'enough');
    expect(await end).toMatchObject({
      status: 'failed',
      reason: `sub: third ${third._id} ended cancelled: enough`,
    });
  });

  it('is still awaited, and started once, when the step looks again after its first run has ended', async () => {
    const early = await create();
    const run = await early.start(PARENT);
    await pump(early, atThird);
    await early.stop();
    const engine = await open({ clock: { now: () => later(new Date(), 10 * 60_000) } });
    const looked = engine.reached(
      run._id,
      ({ steps }) => steps.sub?.status === 'waiting' && !steps.sub.resumeAt,
    );
    await pump(engine, async () => !(await engine.stores.runs.find(run._id))?.steps.sub?.resumeAt);
    await looked;
    const end = engine.ended(run._id);
    await approve(engine, 'third');
    expect(await end).toMatchObject({ status: 'completed' });
    expect(await runs.countDocuments()).toBe(4);
  });

  it('keeps its parent waiting also when it was started before runs had a lineage', async () => {
    const old = await create();
    const run = await old.start({ steps: [sub('asksFirst'), after] });
    await pump(old, isOpen('asksFirst'));
    await old.stop();
    await runs.updateMany({}, { $unset: { lineage: 1 } });
    const engine = await open();
    await approve(engine, 'asksFirst');
    await pump(engine, atThird);
    expect(await engine.stores.runs.find(run._id)).toMatchObject({ endedAt: null });
    const end = engine.ended(run._id);
    await approve(engine, 'third');
    expect(await end).toMatchObject({ status: 'completed' });
  });

  it.each(['before', 'after'] as const)(
    'goes on once when its process dies %s it has ended',
    async (when) => {
      const dead = await create({ leaseMs: 150 });
      const crashed = crashAt(
        dead,
        when,
        (run, earlier) => run.workflow === 'first' && becomes('next', 'succeeded')(run, earlier),
      );
      const run = await dead.start(PARENT);
      await crashed;
      const engine = await open();
      await pump(engine, atThird);
      const end = engine.ended(run._id);
      await approve(engine, 'third');
      expect(await end).toMatchObject({ status: 'completed' });
      expect(await allEnded()).toBe(true);
      expect(await runs.countDocuments()).toBe(4);
    },
  );

  it('has the end of its chain reported again when the database did not take it', async () => {
    const engine = await open();
    const run = await engine.start(PARENT);
    await pump(engine, atThird);
    const end = engine.ended(run._id);
    const { commit } = engine.stores.runs;
    const isReport = becomes('sub', 'succeeded');
    let refusals = 0;
    engine.stores.runs.commit = async (prepared) => {
      if (isReport(prepared.after, prepared.before) && refusals++ < 2) throw new Error('no answer');
      return commit(prepared);
    };
    await approve(engine, 'third');
    expect(await end).toMatchObject({ status: 'completed' });
    expect(refusals).toBe(3);
  });

  it('has the end of its chain reported by the sweep when the process died that should have', async () => {
    const dead = await create({ leaseMs: 150 });
    const run = await dead.start(PARENT);
    await pump(dead, atThird);
    const crashed = crashAt(dead, 'after', (one) => one.workflow === 'third' && one.endedAt !== null);
    void approve(dead, 'third');
    await crashed;
    const engine = await open();
    const end = engine.ended(run._id);
    await engine.family.sweep(new Date(0));
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { sub: { output: { decision: 'approved' } } },
    });
  });
});

describe('cancelling a run', () => {
  it('calls off its children, theirs, and the runs these went on as', async () => {
    const engine = await open();
    const run = await engine.start({ steps: [sub('middle')] });
    await pump(engine, atThird);
    const end = engine.ended((await find('third'))._id);
    await engine.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    const middle = await find('middle');
    expect(await end).toMatchObject({ status: 'cancelled', reason: `${middle._id} is ending (cancelled)` });
    await pump(engine, allEnded);
    expect(await find('middle')).toMatchObject({
      status: 'cancelled',
      reason: `${run._id} ended (cancelled)`,
    });
  });

  it('calls them off by the sweep, level by level, when the process dies right after its commit', async () => {
    const dead = await create({ leaseMs: 150 });
    const run = await dead.start({ steps: [sub('middle')] });
    await pump(dead, atThird);
    const crashed = crashAt(dead, 'after', (one) => one._id === run._id && one.endedAt !== null);
    void dead.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    await crashed;
    expect(await countOpen()).toBe(2);
    const engine = await open();
    const end = engine.ended((await find('third'))._id);
    await engine.family.sweep(new Date());
    expect(await end).toMatchObject({ status: 'cancelled' });
    await pump(engine, allEnded);
  });

  it('leaves a child alone that was started after its parent was looked at, however long the look takes', async () => {
    const engine = await open();
    const { findOpenChildren } = engine.stores.runs;
    const first = defer();
    const looked = defer();
    let looks = 0;
    engine.stores.runs.findOpenChildren = async (runId) => {
      if (looks++ > 0) return findOpenChildren(runId);
      await first.promise;
      const children = await findOpenChildren(runId);
      looked.resolve();
      return children;
    };
    const { cancel } = engine.orchestrator;
    const calledOff: string[] = [];
    engine.orchestrator.cancel = (runId, actor, reason) => {
      calledOff.push(runId);
      return cancel.call(engine.orchestrator, runId, actor, reason);
    };
    const run = await engine.start({ steps: [{ task: 'before', service: 'S' }, sub('asks')] });
    await pump(engine, isOpen('asks'));
    first.resolve();
    await looked.promise;
    const end = engine.ended(run._id);
    await approve(engine, 'asks');
    expect(await end).toMatchObject({ status: 'completed' });
    expect(calledOff).toEqual([]);
  });

  it('reaches a child that is stored only after its parent was called off', async () => {
    const engine = await open();
    const { insert } = engine.stores.runs;
    engine.stores.runs.insert = async (one) => {
      if (one.parent) await engine.orchestrator.cancel(one.parent.runId, 'U0RIVERA', 'enough');
      return insert(one);
    };
    await engine.start({ steps: [sub('asks')] });
    await pump(engine, async () => (await find('asks'))?.endedAt instanceof Date);
    expect(await find('asks')).toMatchObject({ status: 'cancelled' });
  });

  it('reaches the run that it was just about to go on as', async () => {
    const engine = await open();
    const { insert } = engine.stores.runs;
    const run = await engine.start({ steps: [ask, next('third')] }, {});
    engine.stores.runs.insert = async (one) => {
      await engine.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
      return insert(one);
    };
    await approve(engine, 'test');
    await pump(engine, async () => (await find('third'))?.endedAt instanceof Date);
    expect(await find('third')).toMatchObject({
      status: 'cancelled',
      reason: `${run._id} ended (cancelled)`,
    });
  });

  it('leaves to the sweep a run that goes on for it, when the process dies before it can be called off', async () => {
    const dead = await create({ leaseMs: 150 });
    const run = await dead.start({ steps: [ask, next('third')] });
    const crashed = crashAt(dead, 'before', becomes('next', 'succeeded'));
    await approve(dead, 'test');
    await crashed;
    const other = await create({ leaseMs: 150 });
    const dying = crashAt(other, 'after', (one) => one.endedAt !== null);
    void other.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    await dying;
    expect(await find('third')).toMatchObject({ requestKey: successorKey(run._id), endedAt: null });
    const engine = await open();
    await engine.family.sweep(new Date());
    expect(await find('third')).toMatchObject({ status: 'cancelled' });
  });

  it('is made up for by the sweep some runs at a time, in turns, and only where nobody waits', async () => {
    const engine = await open();
    const run = await engine.start({ steps: [sub('asks')] });
    await pump(engine, isOpen('asks'));
    const child = await find('asks');
    const copy = (_id: string, extra: object = {}) => ({ ...child, _id, requestKey: `x:${_id}`, ...extra });
    const orphan = { parent: { runId: 'R-GONE', step: 'sub' } };
    const awaited = Array.from({ length: 250 }, (_, index) => copy(`B-${index}`));
    await runs.insertMany([...awaited, copy('Z-1', orphan)] as never);
    const isCancelled = async (id: string) => (await engine.stores.runs.find(id))?.status === 'cancelled';
    await engine.family.sweep(new Date());
    expect(await isCancelled('Z-1')).toBe(false);
    await runs.insertOne(copy('A-1', orphan) as never);
    await engine.family.sweep(new Date());
    expect([await isCancelled('A-1'), await isCancelled('Z-1')]).toEqual([false, true]);
    await engine.family.sweep(new Date());
    expect(await isCancelled('A-1')).toBe(true);
    expect(await runs.countDocuments({ 'parent.runId': run._id, endedAt: null })).toBe(251);
  });
});

/** Notes which steps are undone, in the order in which that begins and ends; `gate` holds up what it names. */
function noteUndone(gates: Record<string, Promise<void>> = {}) {
  const undone: string[] = [];
  const Undo = handlerForTest('service', 'Undo', async (_input, { task }) => {
    undone.push(`${task} begun`);
    await gates[task];
    undone.push(`${task} done`);
    return { kind: 'done', output: {} };
  });
  const handlers = [S, Undo];
  return {
    undone,
    openWith: (options = {}) => open({ definitions: ORDERED, ...options }, handlers),
    handlers,
  };
}
const CHILD_FIRST = ['undo/order begun', 'undo/order done', 'undo/reserve begun', 'undo/reserve done'];
const isHeld = async (id: string) =>
  (await runs.countDocuments({ _id: id, 'steps.await/children.status': 'waiting' })) === 1;

describe('what a run has done', () => {
  const away = { task: 'go', wait: { event: 'go' } };
  it.each([
    ['its child', [reserve, sub('child')]],
    ['the last run of a chain', [reserve, sub('chain')]],
    ['a child of its child', [reserve, sub('between')]],
    [
      'a child inside a branch',
      [reserve, { task: 'both', parallel: { branches: { a: [sub('child')], b: [away] } } }],
    ],
  ])('is undone only after %s has undone its own', async (_whose, steps) => {
    const gate = defer();
    const { undone, openWith } = noteUndone({ 'undo/order': gate.promise });
    const engine = await openWith();
    const run = await engine.start({ steps });
    await pump(engine, isOpen('child'));
    await engine.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    await pump(engine, async () => (await isHeld(run._id)) && undone.length > 0);
    expect(undone).toEqual(['undo/order begun']);
    const end = engine.ended(run._id);
    gate.resolve();
    await pump(engine, allEnded);
    expect(await end).toMatchObject({
      status: 'cancelled',
      steps: { 'await/children': { status: 'succeeded' } },
    });
    expect(undone).toEqual(CHILD_FIRST);
    expect(await find('child')).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    ['late', 'undo/order begun'],
    ['rescued', 'runFallback done'],
  ])(
    'is undone only after what a child that missed its deadline (%s) had started has ended',
    async (late, sign) => {
      const gate = defer();
      const { undone, openWith } = noteUndone({ 'undo/order': gate.promise });
      const engine = await openWith();
      const run = await engine.start({ steps: [reserve, sub(late)] });
      await pump(engine, async () => (await isHeld((await find(late))?._id)) && undone.includes(sign));
      expect(undone).not.toContain('undo/reserve begun');
      const end = engine.ended(run._id);
      gate.resolve();
      await pump(engine, allEnded);
      expect(await end).toMatchObject({ status: 'failed' });
      expect([await find(late), await find('child')]).toMatchObject([
        { status: 'escalated', steps: { 'await/children': { status: 'succeeded' } } },
        { status: 'cancelled' },
      ]);
      expect(undone.filter((line) => !line.startsWith('runFallback'))).toEqual(CHILD_FIRST);
    },
  );

  it('is left as it is, and its children are called off, when it missed its own deadline', async () => {
    const { undone, openWith } = noteUndone();
    const engine = await openWith();
    const run = await engine.start({ steps: [reserve, sub('child')], sla: { within: '1s' } });
    await pump(engine, allEnded);
    expect([await engine.stores.runs.find(run._id), await find('child')]).toMatchObject([
      { status: 'escalated' },
      { status: 'cancelled' },
    ]);
    expect(undone).toEqual(['undo/order begun', 'undo/order done']);
  });

  it('is undone only after a child has that its step gave up on', async () => {
    const { undone, openWith } = noteUndone();
    const engine = await openWith();
    const run = await engine.start({
      steps: [reserve, { ...sub('child'), timeout: '1s', retry: { attempts: 1 } }],
    });
    await pump(engine, allEnded);
    expect(await engine.stores.runs.find(run._id)).toMatchObject({
      status: 'failed',
      reason: 'sub: timed out',
    });
    expect(undone).toEqual(CHILD_FIRST);
  });

  it('is undone at once when its child has ended', async () => {
    const { undone, openWith } = noteUndone();
    const engine = await openWith();
    const run = await engine.start({ steps: [reserve, sub('child'), { task: 'more', role: 'Supervisor' }] });
    await pump(engine, isOpen('child'));
    const asked = engine.reached(run._id, ({ steps }) => steps.more?.status === 'waiting');
    await approve(engine, 'child');
    await asked;
    const end = engine.ended(run._id);
    await engine.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    expect((await end).steps).not.toHaveProperty('await/children');
    expect(undone).toEqual(['undo/reserve begun', 'undo/reserve done']);
  });

  it('is undone after fifteen minutes, and somebody is paged, when its child does not get done with it', async () => {
    const gate = defer();
    const { undone, openWith } = noteUndone({ 'undo/order': gate.promise });
    let minutes = 0;
    const engine = await openWith({ clock: { now: () => later(new Date(), minutes * 60_000) } });
    const run = await engine.start(TIDY);
    await pump(engine, isOpen('child'));
    await engine.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    await pump(engine, async () => (await isHeld(run._id)) && undone.length > 0);
    minutes = 14;
    await engine.orchestrator.advanceDue(100);
    expect(undone).toEqual(['undo/order begun']);
    minutes = 16;
    const end = engine.ended(run._id);
    await pump(engine, async () => (await countOpen()) === 1);
    expect(await end).toMatchObject({
      status: 'cancelled',
      escalations: { 'failure-await/children': { kind: 'failure' } },
      steps: { 'await/children': { status: 'failed' }, 'undo/reserve': { status: 'succeeded' } },
    });
    expect(undone).toEqual(['undo/order begun', 'undo/reserve begun', 'undo/reserve done']);
    gate.resolve();
    await pump(engine, allEnded);
  });

  it('is undone after a child has that is stored only when its parent is called off', async () => {
    const { undone, openWith } = noteUndone();
    const engine = await openWith();
    const { insert } = engine.stores.runs;
    const gate = defer();
    engine.stores.runs.insert = async (one) => {
      if (one.parent) await gate.promise;
      return insert(one);
    };
    const run = await engine.start(TIDY);
    await engine.reached(run._id, ({ steps }) => steps.sub?.status === 'running');
    await engine.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    await pump(engine, () => isHeld(run._id));
    expect(undone).toEqual([]);
    const end = engine.ended(run._id);
    gate.resolve();
    await pump(engine, allEnded);
    expect(await end).toMatchObject({ status: 'cancelled' });
    expect((await find('child')).endedAt).not.toBeNull();
    expect(undone.at(-1)).toBe('undo/reserve done');
    expect(undone.indexOf('undo/reserve begun')).toBe(undone.length - 2);
  });

  const moments: [string, Moment][] = [
    ['waits for its child', becomes('await/children', 'waiting')],
    ['has heard that it ended', becomes('await/children', 'succeeded')],
    ['begins with its own', becomes('undo/reserve', 'running')],
    ['had its child called off', (one) => one.workflow === 'child' && one.closing !== null],
    ['had its child ended', (one) => one.workflow === 'child' && one.endedAt !== null],
  ];
  it.each(
    moments.flatMap(([name, moment]) =>
      (['before', 'after'] as const).map((when) => [when, name, moment] as const),
    ),
  )('is undone in order when its process dies %s it %s', async (when, _name, moment) => {
    const { undone, openWith, handlers } = noteUndone();
    const dead = await create({ leaseMs: 150, definitions: ORDERED }, handlers);
    const run = await dead.start(TIDY);
    await pump(dead, isOpen('child'));
    const crashed = crashAt(dead, when, moment);
    void dead.orchestrator.cancel(run._id, 'U0RIVERA', 'enough');
    await crashed;
    const engine = await openWith();
    await pump(engine, async () => {
      await engine.family.sweep(new Date(0));
      return allEnded();
    });
    const done = undone.filter((line) => line.endsWith('done'));
    expect(done.lastIndexOf('undo/order done')).toBeLessThan(undone.indexOf('undo/reserve begun'));
    expect(new Set(done)).toEqual(new Set(['undo/order done', 'undo/reserve done']));
    expect(await engine.stores.runs.find(run._id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a continuation whose step went another way', () => {
  it('is called off without a word to the parent, which gets what the fallback came to', async () => {
    const gate = defer();
    const fallback = handlerForTest('service', 'Gate', async (_input, context) => {
      await gate.promise;
      return { kind: 'done', output: { by: context.task } };
    });
    const engine = await open({}, [S, fallback]);
    const { insert } = engine.stores.runs;
    // The answer to the start is lost: the run is stored, the step fails.
    engine.stores.runs.insert = async (one) => {
      const stored = await insert(one);
      if (one.workflow === 'second') throw new Error('no answer');
      return stored;
    };
    const run = await engine.start({ steps: [sub('slowly'), after] });
    await pump(engine, async () => (await find('second'))?.endedAt instanceof Date);
    const second = await find('second');
    expect(second).toMatchObject({ status: 'cancelled', parent: { runId: run._id, step: 'sub' } });
    await engine.family.ended(second);
    const end = engine.ended(run._id);
    gate.resolve();
    const slowly = await find('slowly');
    expect(second.requestKey).toBe(successorKey(slowly._id));
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { sub: { output: { by: 'next', runId: slowly._id } } },
    });
  });
});

describe('workflows that never end', () => {
  it('are stopped when they begin anew without a pause, in words, and start nothing more', async () => {
    const engine = await open();
    const run = await engine.start({ steps: [sub('spin')] });
    const end = await engine.ended(run._id);
    expect(end).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /^sub: spin .* ended failed: next: “spin” began anew 100 times within a minute/,
      ),
    });
    expect(await runs.countDocuments({ workflow: 'spin' })).toBe(101);
    expect(await countOpen()).toBe(0);
    expect(await runs.findOne({ workflow: 'spin', status: 'failed' })).toMatchObject({
      lineage: { generation: 100 },
      steps: { next: { attempts: [{ error: { code: 'step.tooManyHops', retryable: false } }] } },
    });
  });

  it('are stopped when they wait for each other too deep, and all fail', async () => {
    const engine = await open();
    const run = await engine.start({ steps: [sub('deep')] });
    const end = await engine.ended(run._id);
    expect(end).toMatchObject({ status: 'failed', reason: expect.stringMatching(/more than 8 levels deep/) });
    expect(await runs.countDocuments()).toBe(9);
    expect(await allEnded()).toBe(true);
    const deepest = await runs.findOne({ 'lineage.depth': 8 });
    expect(deepest).toMatchObject({
      steps: { sub: { attempts: [{ error: { code: 'step.tooDeep', retryable: false } }] } },
    });
  });
});

describe('a continuation whose start got no answer', () => {
  it('is asked for again, and there is one', async () => {
    const engine = await open();
    const { insert } = engine.stores.runs;
    let lost = 0;
    engine.stores.runs.insert = async (one) => {
      const stored = await insert(one);
      if (one.workflow === 'third' && lost++ === 0) throw new Error('no answer');
      return stored;
    };
    const run = await engine.start({
      steps: [{ ...next('third'), retry: { attempts: 3, backoff: '0.1s' } }],
    });
    const end = engine.ended(run._id);
    await pump(engine, async () => (await engine.stores.runs.find(run._id))?.endedAt instanceof Date);
    const { _id } = await find('third');
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { next: { output: { continuedAs: _id } } },
    });
    expect(await runs.countDocuments({ workflow: 'third' })).toBe(1);
    expect(await isOpen('third')()).toBe(true);
  });
});

describe('a continuation that this build does not know', () => {
  it('is an incident: the run stays, and goes on once the workflow is there', async () => {
    const old = await open({ definitions: [] });
    const run = await old.start({ steps: [next('third')] });
    await old.reached(run._id, ({ steps }) => steps.next?.status === 'incident');
    const engine = await open();
    const end = engine.ended(run._id);
    await engine.orchestrator.retryIncident(run._id, null, 'U0BRANDT');
    expect(await end).toMatchObject({ status: 'completed' });
    expect(await find('third')).toMatchObject({ requestKey: successorKey(run._id), parent: null });
  });
});
