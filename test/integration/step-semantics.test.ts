import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { StepContext, StepHandler } from '../../src/core/definition/step-handler.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { after as later } from '../../src/core/values/duration.ts';
import { requireAgency } from '../../src/definitions/load-agency.ts';
import { requireWorkflows } from '../../src/definitions/load-workflows.ts';
import { startRun } from '../../src/orchestrator/run-starter.ts';
import { becomes, crashAt, type Moment, pump, type TestEngine } from '../support/crashing.ts';
import { defer } from '../support/deferred.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';
import { systemClock } from '../support/system-clock.ts';

const { db } = useDatabase();
const open = useEngines(db);

const service = (task: string, extra: object = {}) => ({ task, service: 'S', ...extra });
const after = service('after');
const undo = { compensate: { service: 'Undo' } };
const event = { id: 'permit-1', name: 'permit', key: '', payload: { granted: true } };

/** As `ManagementLayer.reportEvent`. */
async function report(engine: TestEngine, { id, ...rest }: typeof event): Promise<void> {
  const stored = { _id: id, ...rest, at: new Date(), offered: false };
  await engine.stores.externalEvents.insert(stored);
  await engine.orchestrator.offerEvent(stored);
  await engine.stores.externalEvents.markOffered(id);
}
const approve = (engine: TestEngine, runId: string) =>
  engine.orchestrator.apply(runId, (transition, now) =>
    decideApproval(transition, { task: 'ask', verdict: 'approved', actor: 'U0OKAFOR', reason: null }, now),
  );
const isEnded = (engine: TestEngine, runId: string) => async () =>
  (await engine.stores.runs.find(runId))?.endedAt instanceof Date;
const waits = (step: string) => (run: WorkflowRun) => run.steps[step]?.status === 'waiting';

/** Handlers that note every call as `step/attempt`; `Flaky` fails at first, `Broken` always, `Gone` is not there. */
function noteCalls() {
  const calls: string[] = [];
  const note = (context: StepContext) => {
    calls.push(`${context.task}/${context.attempt}`);
    return { kind: 'done' as const, output: { by: context.task } };
  };
  const fail = (context: StepContext, retryable: boolean) => {
    note(context);
    throw new AppError('not today', { code: 'x', retryable });
  };
  const S = handlerForTest('service', 'S', async (_input, context) => note(context));
  const agent = handlerForTest('agent', 'A', async (_input, context) => note(context));
  const Undo = handlerForTest('service', 'Undo', async (_input, context) => note(context));
  const flaky = handlerForTest('service', 'Flaky', async (_input, context) =>
    context.attempt === 1 ? fail(context, true) : note(context),
  );
  const brokenService = handlerForTest('service', 'Broken', async (_input, context) => fail(context, false));
  return { calls, handlers: [S, agent, Undo, flaky, brokenService] };
}

interface Crash {
  steps: unknown[];
  at: Moment;
  /** Calls in the order of their first time, as `step/attempt`. */
  calls: string[];
  /** Of these one at least is made again when the process dies before the commit, and none when it dies after. */
  again?: string[];
  /** Others that are under way at that moment. */
  underWay?: string[];
  /** How many runs there are in the end; one when left out. */
  runs?: number;
  status?: WorkflowRun['status'];
  reason?: string;
  outputs?: Record<string, unknown>;
  /** What somebody does once the run is there for it; done again after the crash. */
  act?: { once: (run: WorkflowRun) => boolean; act: (engine: TestEngine, runId: string) => Promise<unknown> };
  /** Goes on only at the time at which lost reports of children are looked for. */
  slow?: boolean;
  lacks?: string;
}

const CHILD = { name: 'child', steps: [service('inner')] };
const CONTINUED = { name: 'continued', steps: [service('fresh')] };

const CRASHES: Record<string, Crash> = {
  agent: {
    steps: [{ task: 'call', agent: 'A' }, after],
    at: becomes('call', 'succeeded'),
    calls: ['call/1', 'after/1'],
    again: ['call/1'],
  },
  'service, at a failed attempt': {
    steps: [{ task: 'call', service: 'Flaky', retry: { attempts: 2, backoff: '0.05s' } }, after],
    at: becomes('call', 'retrying'),
    calls: ['call/1', 'call/2', 'after/1'],
    again: ['call/1'],
  },
  'service, at the end': {
    steps: [{ task: 'call', service: 'Broken' }],
    at: becomes('call', 'failed'),
    calls: ['call/1'],
    again: ['call/1'],
    status: 'failed',
    reason: 'call: not today',
  },
  role: {
    steps: [{ task: 'ask', role: 'Supervisor' }, after],
    at: becomes('ask', 'succeeded'),
    act: { once: waits('ask'), act: approve },
    calls: ['after/1'],
    outputs: { ask: { decision: 'approved', decidedBy: 'U0OKAFOR' } },
  },
  parallel: {
    steps: [{ task: 'both', parallel: { branches: { one: [service('a')], two: [service('b')] } } }, after],
    at: becomes('both', 'succeeded'),
    calls: ['a/1', 'b/1', 'after/1'],
    again: ['a/1', 'b/1'],
    outputs: { both: { one: { by: 'a' }, two: { by: 'b' } } },
  },
  'parallel, in between': {
    steps: [
      { task: 'both', parallel: { branches: { one: [service('a'), service('b')], two: [service('c')] } } },
    ],
    at: becomes('a', 'succeeded'),
    calls: ['a/1', 'c/1', 'b/1'],
    again: ['a/1'],
    underWay: ['c/1'],
  },
  forEach: {
    steps: [
      { task: 'each', forEach: { items: ['x', 'y', 'z'], concurrency: 1, steps: [service('fix')] } },
      after,
    ],
    at: becomes('fix@1', 'succeeded'),
    calls: ['fix@0/1', 'fix@1/1', 'fix@2/1', 'after/1'],
    again: ['fix@1/1'],
    outputs: { each: { items: [{ by: 'fix@0' }, { by: 'fix@1' }, { by: 'fix@2' }] } },
  },
  when: {
    steps: [service('first'), service('close', { when: { value: '$first.no', exists: true } }), after],
    at: becomes('close', 'skipped'),
    calls: ['first/1', 'after/1'],
    again: ['first/1'],
  },
  switch: {
    steps: [
      service('first'),
      {
        task: 'choose',
        switch: {
          cases: [{ when: { value: '$first.by', equals: 'nobody' }, steps: [service('a')] }],
          otherwise: [service('b')],
        },
      },
      after,
    ],
    at: becomes('choose', 'succeeded'),
    calls: ['first/1', 'b/1', 'after/1'],
    again: ['b/1'],
    outputs: { choose: { by: 'b' } },
  },
  'wait for a time': {
    steps: [{ task: 'dry', wait: { for: '0.1s' } }, after],
    at: becomes('dry', 'succeeded'),
    calls: ['after/1'],
  },
  'wait until an instant': {
    steps: [{ task: 'morning', wait: { until: '2026-01-01T00:00:00Z' } }, service('work'), after],
    at: becomes('work', 'succeeded'),
    calls: ['work/1', 'after/1'],
    again: ['work/1'],
  },
  'wait for an event': {
    steps: [{ task: 'permit', wait: { event: 'permit' } }, after],
    at: becomes('permit', 'succeeded'),
    act: {
      once: waits('permit'),
      act: (engine, runId) => report(engine, { ...event, id: `permit-${runId}`, key: runId }),
    },
    calls: ['after/1'],
    outputs: { permit: { granted: true } },
  },
  'workflow, whose end is reported': {
    steps: [{ task: 'sub', workflow: { workflow: 'child' } }, after],
    at: becomes('sub', 'succeeded'),
    calls: ['inner/1', 'after/1'],
    outputs: { sub: { by: 'inner' } },
    runs: 2,
    slow: true,
  },
  'workflow, being started': {
    steps: [{ task: 'sub', workflow: { workflow: 'child' } }, after],
    at: becomes('sub', 'waiting'),
    calls: ['inner/1', 'after/1'],
    underWay: ['inner/1'],
    runs: 2,
    outputs: { sub: { by: 'inner' } },
    slow: true,
  },
  'fallback, taking over': {
    steps: [{ task: 'call', service: 'Broken', fallback: { service: 'S' } }, after],
    at: (next, before) => next.steps.call?.attempts.length === 2 && before.steps.call?.attempts.length === 1,
    calls: ['call/1', 'call/2', 'after/1'],
    again: ['call/1'],
  },
  'fallback, done': {
    steps: [{ task: 'call', service: 'Broken', fallback: { service: 'S' } }, after],
    at: becomes('call', 'succeeded'),
    calls: ['call/1', 'call/2', 'after/1'],
    again: ['call/2'],
  },
  'compensation, after a failure': {
    steps: [service('reserve', undo), service('order', undo), { task: 'work', service: 'Broken' }],
    at: becomes('undo/order', 'succeeded'),
    calls: ['reserve/1', 'order/1', 'work/1', 'undo/order/1', 'undo/reserve/1'],
    again: ['undo/order/1'],
    status: 'failed',
    reason: 'work: not today',
  },
  'compensation, after a cancel': {
    steps: [service('reserve', undo), { task: 'ask', role: 'Supervisor' }],
    at: (next, before) => next.closing !== null && before.closing === null,
    act: {
      once: waits('ask'),
      act: (engine, runId) => engine.orchestrator.cancel(runId, 'U0RIVERA', 'enough'),
    },
    calls: ['reserve/1', 'undo/reserve/1'],
    status: 'cancelled',
    reason: 'enough',
  },
  continueAs: {
    steps: [
      service('work'),
      { task: 'next', continueAs: { workflow: 'continued', with: { from: '$run.id' } } },
    ],
    at: becomes('next', 'succeeded'),
    calls: ['work/1', 'fresh/1'],
    underWay: ['fresh/1'],
    runs: 2,
  },
  'a missing handler': {
    steps: [service('call'), after],
    at: becomes('call', 'incident'),
    act: {
      once: () => false,
      act: (engine, runId) => engine.orchestrator.retryIncident(runId, null, 'U0BRANDT'),
    },
    calls: ['call/1', 'after/1'],
    lacks: 'S',
  },
};

const rows = Object.entries(CRASHES).flatMap(([kind, crash]) =>
  (['before', 'after'] as const).map((when) => ({ name: `${kind}, ${when} its commit`, when, ...crash })),
);

describe('a process that dies', () => {
  afterEach(() => db.collection('runs').deleteMany({}));

  it.each(rows)('at: $name', async ({ when, at, steps, act, slow, lacks, ...expected }) => {
    const { calls, handlers } = noteCalls();
    const options = { definitions: [CHILD, CONTINUED], announces: false };
    const dead = await createEngine(
      db,
      handlers.filter((one) => one.name !== lacks),
      // As short as a busy machine allows: its heir has to wait for it.
      { ...options, leaseMs: 250 },
    );
    const crashed = crashAt(dead, when, at);
    let isDead = false;
    void crashed.then(() => {
      isDead = true;
    });
    const { _id: runId } = await dead.start({ steps });
    const pumping = pump(dead, () => isDead);
    if (act) void dead.reached(runId, act.once).then(() => act.act(dead, runId));
    expect(await crashed).toBe(runId);
    await pumping;

    const clock = slow ? { now: () => later(systemClock.now(), 6 * 60_000) } : systemClock;
    const heir = await open(handlers, { ...options, clock });
    if (act) await act.act(heir, runId);
    await pump(heir, isEnded(heir, runId));
    const run = await heir.stores.runs.find(runId);
    expect(run).toMatchObject({
      status: expected.status ?? 'completed',
      reason: expected.reason ?? 'All steps done',
    });
    for (const [id, output] of Object.entries(expected.outputs ?? {}))
      expect(run?.steps[id]?.output).toMatchObject(output as object);
    await pump(heir, async () => (await db.collection('runs').countDocuments({ endedAt: null })) === 0);
    expect(await db.collection('runs').countDocuments()).toBe(expected.runs ?? 1);
    // An attempt that found no handler has a number of its own.
    const made = calls.map((call) => (lacks ? call.replace(/\d+$/, '1') : call));
    expect([...new Set(made)]).toEqual(expected.calls);
    const repeated = made.filter((call, index) => made.indexOf(call) !== index);
    const again = when === 'before' ? (expected.again ?? []) : [];
    expect([...again, ...(expected.underWay ?? [])]).toEqual(expect.arrayContaining(repeated));
    if (again.length > 0) expect(again.some((call) => repeated.includes(call))).toBe(true);
    checkTrail(run);
  });

  it('between an event and those who wait for it leaves it to the sweep', async () => {
    const { calls, handlers } = noteCalls();
    const engine = await open(handlers);
    const run = await engine.start({ steps: [{ task: 'permit', wait: { event: 'permit' } }, after] });
    await engine.reached(run._id, waits('permit'));
    const lost = {
      _id: 'permit-lost',
      name: 'permit',
      key: run._id,
      payload: {},
      at: new Date(0),
      offered: false,
    };
    await engine.stores.externalEvents.insert(lost);
    const end = engine.ended(run._id);
    for (const found of await engine.stores.externalEvents.findUnoffered(new Date(), 10))
      await engine.orchestrator.offerEvent(found);
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { permit: { output: { eventId: 'permit-lost' } } },
    });
    expect(calls).toEqual(['after/1']);
  });
});

/** Every fact has its own number, and no step ends twice. */
function checkTrail(run: WorkflowRun | null): void {
  const history = run?.history ?? [];
  expect(history.map((fact) => fact.seq)).toEqual(history.map((_, index) => index + 1));
  const ends = history.filter(({ type }) =>
    ['step.succeeded', 'step.failed', 'step.skipped', 'run.ended'].includes(type),
  );
  expect(new Set(ends.map(({ task }) => task)).size).toBe(ends.length);
}

describe('an event from outside', () => {
  it('that comes early is kept, and taken when somebody waits for it', async () => {
    const { handlers } = noteCalls();
    const engine = await open(handlers);
    await report(engine, { ...event, id: 'early-1', key: 'P-1' });
    await report(engine, { ...event, id: 'early-2', key: 'P-1' });
    const wait = (task: string) => ({ task, wait: { event: 'permit', key: '$input.permit' } });
    const run = await engine.start({ steps: [wait('one'), wait('two'), wait('three')] }, { permit: 'P-1' });
    const waiting = await engine.reached(run._id, waits('three'));
    expect(waiting.steps.one?.output).toMatchObject({ eventId: 'early-1' });
    expect(waiting.steps.two?.output).toMatchObject({ eventId: 'early-2' });
    const end = engine.ended(run._id);
    await report(engine, { ...event, id: 'early-1', key: 'P-1' });
    expect((await engine.stores.runs.find(run._id))?.steps.three?.status).toBe('waiting');
    await report(engine, { ...event, id: 'late-3', key: 'P-1' });
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { three: { output: { eventId: 'late-3' } } },
    });
  });

  it('is delivered once, though it is reported by two processes at the same moment', async () => {
    const { calls, handlers } = noteCalls();
    const [one, two] = [await open(handlers), await open(handlers)];
    const steps = [
      { task: 'permit', wait: { event: 'permit' } },
      after,
      { task: 'again', wait: { event: 'permit' } },
    ];
    const run = await one.start({ steps });
    await one.reached(run._id, waits('permit'));
    const same = { ...event, id: 'twice', key: run._id };
    await Promise.all([report(one, same), report(two, same), report(two, same)]);
    await pump(one, async () => waits('again')((await one.stores.runs.find(run._id)) as WorkflowRun));
    await report(two, same);
    const stored = await one.stores.runs.find(run._id);
    expect(stored).toMatchObject({ status: 'running', waitingFor: [`permit|${run._id}`] });
    expect(calls).toEqual(['after/1']);
    await one.orchestrator.cancel(run._id, 'U0RIVERA', '');
  });

  it('that comes after the wait has timed out changes nothing', async () => {
    const { handlers } = noteCalls();
    const engine = await open(handlers);
    const steps = [
      { task: 'permit', wait: { event: 'permit' }, timeout: '0.05s', fallback: { service: 'S' } },
      { task: 'ask', role: 'Supervisor' },
    ];
    const run = await engine.start({ steps });
    await pump(engine, async () => waits('ask')((await engine.stores.runs.find(run._id)) as WorkflowRun));
    await report(engine, { ...event, id: 'too-late', key: run._id });
    const end = engine.ended(run._id);
    await approve(engine, run._id);
    expect((await end).steps.permit?.output).toEqual({ by: 'permit' });
  });
});

describe('a sub-workflow', () => {
  const parent = {
    steps: [{ task: 'sub', workflow: { workflow: 'child', with: { lamp: '$input.lamp' } } }, after],
  };
  const childOf = async (engine: TestEngine, runId: string) =>
    (await engine.stores.runs.list({}, 100)).find((run) => run.parent?.runId === runId);

  it('gets its input and gives its outputs to the step that waited', async () => {
    const { handlers } = noteCalls();
    const engine = await open(handlers, { definitions: [CHILD] });
    const run = await engine.start(parent, { lamp: 'L-7' });
    const end = await engine.ended(run._id);
    const child = await childOf(engine, run._id);
    expect(child).toMatchObject({ workflow: 'child', status: 'completed', input: { lamp: 'L-7' } });
    expect(end).toMatchObject({
      status: 'completed',
      steps: { sub: { output: { by: 'inner', runId: child?._id } } },
    });
  });

  it('that fails fails the step, in its own words', async () => {
    const { handlers } = noteCalls();
    const definitions = [{ name: 'child', steps: [{ task: 'inner', service: 'Broken' }] }];
    const engine = await open(handlers, { definitions });
    const run = await engine.start(parent);
    const end = await engine.ended(run._id);
    const child = await childOf(engine, run._id);
    expect(end).toMatchObject({
      status: 'failed',
      reason: `sub: child ${child?._id} ended failed: inner: not today`,
    });
  });

  it.each([
    [
      'is cancelled',
      (engine: TestEngine, runId: string) => engine.orchestrator.cancel(runId, 'U0RIVERA', 'enough'),
    ],
    [
      'fails',
      (engine: TestEngine, runId: string) => report(engine, { ...event, id: `go-${runId}`, key: runId }),
    ],
  ])('is called off when its parent %s', async (_how, act) => {
    const { handlers } = noteCalls();
    const definitions = [{ name: 'child', steps: [{ task: 'ask', role: 'Supervisor' }] }];
    const engine = await open(handlers, { definitions });
    const wait = { task: 'go', wait: { event: 'permit' } };
    const branches = { one: parent.steps, two: [wait, { task: 'work', service: 'Broken' }] };
    const run = await engine.start({ steps: [{ task: 'both', parallel: { branches } }] });
    await pump(engine, async () => {
      const stored = (await engine.stores.runs.find(run._id)) as WorkflowRun;
      return waits('go')(stored) && waits('sub')(stored);
    });
    const child = (await childOf(engine, run._id)) as WorkflowRun;
    const end = engine.ended(child._id);
    await act(engine, run._id);
    expect(await end).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining(`${run._id} ended`),
    });
  });
});

describe('what a process takes on', () => {
  it('has a limit: beyond it a start is refused in words, and no run is stored', async () => {
    const gate = defer();
    const slow = handlerForTest('service', 'S', async () => {
      await gate.promise;
      return { kind: 'done', output: {} };
    });
    const engine = await open([slow], { mostEffects: 1, mostWaiting: 1 });
    const source = { steps: [service('work')] };
    const started = [await engine.start(source), await engine.start(source), await engine.start(source)];
    const before = await db.collection('runs').countDocuments();
    await expect(engine.start(source)).rejects.toMatchObject({ code: 'run.busy', retryable: true });
    await expect(engine.start(source)).rejects.toThrow(
      expect.objectContaining({ userMessage: expect.stringContaining('try again') }),
    );
    expect(await db.collection('runs').countDocuments()).toBe(before);
    const ends = Promise.all(started.map((run) => engine.ended(run._id)));
    gate.resolve();
    expect((await ends).map((run) => run.status)).toEqual(['completed', 'completed', 'completed']);
    expect(engine.orchestrator.backlog).toBe(0);
    const again = await engine.start(source);
    expect(await engine.ended(again._id)).toMatchObject({ status: 'completed' });
  });

  it('keeps to the limit of a handler, which holds up nobody else', async () => {
    let busyNow = 0;
    let most = 0;
    const gate = defer();
    const paid: StepHandler = {
      ...handlerForTest('agent', 'Paid', async () => {
        most = Math.max(most, ++busyNow);
        await gate.promise;
        busyNow--;
        return { kind: 'done', output: {} };
      }),
      concurrency: 2,
    };
    const { handlers } = noteCalls();
    const engine = await open([paid, ...handlers]);
    const each = {
      task: 'each',
      forEach: { items: [1, 2, 3, 4, 5], steps: [{ task: 'ask', agent: 'Paid' }] },
    };
    const busy = await Promise.all([engine.start({ steps: [each] }), engine.start({ steps: [each] })]);
    const other = await engine.start({ steps: [after] });
    expect(await engine.ended(other._id)).toMatchObject({ status: 'completed' });
    expect(busyNow).toBe(2);
    const ends = Promise.all(busy.map((run) => engine.ended(run._id)));
    gate.resolve();
    for (const run of await ends) expect(run.status).toBe('completed');
    expect(most).toBe(2);
  });
});

describe('a handler that a deploy took away', () => {
  it('is an incident of one iteration: the others go on, and it does once it is back', async () => {
    const { calls, handlers } = noteCalls();
    const steps = [
      {
        task: 'each',
        forEach: {
          items: ['S', 'Gone'],
          steps: [
            {
              task: 'choose',
              switch: {
                cases: [
                  { when: { value: '$item', equals: 'Gone' }, steps: [{ task: 'gone', service: 'Gone' }] },
                ],
                otherwise: [service('here')],
              },
            },
          ],
        },
      },
    ];
    const old = await open(handlers);
    const run = await old.start({ steps });
    const raised = await old.reached(
      run._id,
      (one) => one.steps['gone@1']?.status === 'incident' && one.steps['choose@0']?.status === 'succeeded',
    );
    expect(raised.escalations['incident-gone@1']).toMatchObject({ state: 'open' });
    await old.orchestrator.retryIncident(run._id, null, 'U0BRANDT');
    const again = await old.reached(run._id, (one) => one.escalations['incident-gone@1-2'] !== undefined);
    expect(again.escalations['incident-gone@1']).toMatchObject({ state: 'resolved' });
    const back = handlerForTest('service', 'Gone', async () => ({ kind: 'done', output: { back: true } }));
    const deployed = await open([...handlers, back]);
    const end = deployed.ended(run._id);
    await deployed.orchestrator.retryIncident(run._id, null, 'U0BRANDT');
    expect(await end).toMatchObject({
      status: 'completed',
      steps: { each: { output: { items: [{ by: 'here@0' }, { back: true }] } } },
    });
    expect(calls).toEqual(['here@0/1']);
  });
});

describe('two versions of a workflow', () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  it('run side by side: new runs take the newest, runs under way keep theirs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crewline-versions-'));
    folders.push(folder);
    const agency = await requireAgency('workflows/agency.json');
    const { calls, handlers } = noteCalls();
    const ask = { task: 'ask', role: 'Supervisor' };
    const write = (file: string, version: number, ...steps: unknown[]) =>
      writeFile(
        join(folder, file),
        JSON.stringify({ name: 'road', version, command: '/road', steps: [ask, ...steps] }),
      );
    const deploy = async () => {
      const definitions = await requireWorkflows(folder, { handlers, agency });
      const { orchestrator, ...engine } = await open(handlers);
      const start = async () => {
        const wish = {
          workflow: 'road',
          input: {},
          requester: { userId: 'U0RIVERA', name: 'Maya' },
          requestKey: null,
        };
        const origin = { kind: 'code' as const, channel: null };
        const known = { agency, definitions, orchestrator };
        return (await startRun(known, { ...wish, origin })).run;
      };
      return { ...engine, orchestrator, start };
    };

    await write('road.json', 1, service('old'));
    const first = await deploy();
    const [one, other] = [await first.start(), await first.start()];
    await write('road-2.json', 2, service('new'), service('newer'));
    const second = await deploy();
    const two = await second.start();
    expect([one, two].map((run) => run.definition.version)).toEqual([1, 2]);
    // The old version's file may go: the runs carry what they began with.
    await rm(join(folder, 'road.json'));
    const third = await deploy();
    const ends = Promise.all([one, other, two].map((run) => third.ended(run._id)));
    await approve(third, one._id);
    await approve(first, other._id);
    await approve(second, two._id);
    const ended = await ends;
    expect(ended.map((run) => [run.definition.version, run.status, Object.keys(run.steps)])).toEqual([
      [1, 'completed', ['ask', 'old']],
      [1, 'completed', ['ask', 'old']],
      [2, 'completed', ['ask', 'new', 'newer']],
    ]);
    expect(calls.sort()).toEqual(['new/1', 'newer/1', 'old/1', 'old/1']);
  });
});
