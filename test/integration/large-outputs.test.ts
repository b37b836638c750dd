import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { becomes, crashAt, pump } from '../support/crashing.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const open = useEngines(db);

type Output = Record<string, unknown>;
const answering = (name: string, answer: (input: Output) => Output) =>
  handlerForTest('service', name, async (input) => ({ kind: 'done', output: answer(input) }));
/** A handler that keeps what it was given. */
function reading() {
  const inputs: Output[] = [];
  const handler = answering('Read', (input) => {
    inputs.push(input);
    return {};
  });
  return { inputs, handler };
}
const step = (task: string, service: string, values?: Output) => ({
  task,
  service,
  ...(values ? { with: values } : {}),
});
const text = (mark: unknown, length = 20_000) => `${mark} `.padEnd(length, 'x');

describe('a step inside others that answers much', () => {
  const write = answering('Write', ({ item }) => ({ score: item, report: text(item, 1_500_000) }));
  const each = (steps: unknown[], items: unknown = [1, 2, 3, 4, 5, 6, 7, 8, 9]) => ({
    items,
    concurrency: 3,
    steps,
  });

  it('leaves the run small, and whoever refers to the list has all of it', async () => {
    const { inputs, handler } = reading();
    const engine = await open([write, handler]);
    const run = await engine.start({
      steps: [
        { task: 'each', forEach: each([step('write', 'Write', { item: '$item' })]) },
        step('read', 'Read', { all: '$each.items' }),
      ],
    });
    const ended = await engine.ended(run._id);
    expect(ended.status).toBe('completed');
    expect(BSON.calculateObjectSize(ended)).toBeLessThan(100_000);
    const reports = Array.from({ length: 9 }, (_, index) => ({
      score: index + 1,
      report: text(index + 1, 1_500_000),
    }));
    expect(inputs[0]?.all).toEqual(reports);
  });

  it('decides on what is kept, and hands an item of the list on whole', async () => {
    const { inputs, handler } = reading();
    const engine = await open([write, handler]);
    const read = { ...step('read', 'Read', { got: '$item' }), when: { value: '$item.score', atLeast: 2 } };
    const run = await engine.start({
      steps: [
        { task: 'each', forEach: each([step('write', 'Write', { item: '$item' })], [1, 2]) },
        { task: 'again', forEach: each([read], '$each.items') },
      ],
    });
    expect((await engine.ended(run._id)).status).toBe('completed');
    expect(inputs).toEqual([{ got: { score: 2, report: text(2, 1_500_000) } }]);
  });

  it('keeps the list inside that a later step goes through', async () => {
    const { inputs, handler } = reading();
    const list = answering('List', () => ({ rows: [text('a'), text('b')], rest: text('rest') }));
    const engine = await open([list, handler]);
    const run = await engine.start({
      steps: [
        step('list', 'List'),
        { task: 'each', forEach: each([step('read', 'Read', { row: '$item' })], '$list.rows') },
      ],
    });
    const ended = await engine.ended(run._id);
    expect(inputs.map(({ row }) => row)).toEqual([text('a'), text('b')]);
    expect(ended.steps.list).toMatchObject({
      output: { rows: [text('a'), text('b')] },
      storedOutput: expect.any(String),
    });
    expect(ended.steps.list?.output).not.toHaveProperty('rest');
  });
});

it('a run that would outgrow its document fails with a word for it, long before it cannot even be called off', async () => {
  const rows = answering('Rows', () => ({ rows: [text('row', 3_500_000)] }));
  const engine = await open([rows]);
  const lists = ['one', 'two', 'three', 'four'];
  const run = await engine.start({
    steps: [
      ...lists.map((task) => step(task, 'Rows')),
      ...lists.map((task) => ({
        task: `each-${task}`,
        forEach: { items: `$${task}.rows`, steps: [step(`in-${task}`, 'Rows')] },
      })),
    ],
  });
  const ended = await engine.ended(run._id);
  expect(ended).toMatchObject({ status: 'failed', steps: { three: { error: { code: 'step.largeRun' } } } });
  expect(BSON.calculateObjectSize(ended)).toBeLessThan(12 * 1024 * 1024);
});

it('a sub-workflow hands on all its outputs, whichever of them are large', async () => {
  const { inputs, handler } = reading();
  const small = answering('Small', () => ({ permit: 'P-1', note: 'short' }));
  const large = answering('Large', () => ({ report: text('report') }));
  const engine = await open([small, large, handler], {
    definitions: [
      { name: 'child', steps: [step('small', 'Small'), step('large', 'Large'), step('note', 'Small')] },
    ],
  });
  const values = { permit: '$sub.permit', report: '$sub.report', note: '$sub.note' };
  const run = await engine.start({
    steps: [{ task: 'sub', workflow: { workflow: 'child', with: {} } }, step('read', 'Read', values)],
  });
  expect((await engine.ended(run._id)).status).toBe('completed');
  expect(inputs).toEqual([{ permit: 'P-1', report: text('report'), note: 'short' }]);
});

it('what a run shows of a large output and what the next step gets are of one and the same answer', async () => {
  let calls = 0;
  const { inputs, handler } = reading();
  const write = answering('Write', () => ({ call: ++calls, report: text(calls) }));
  const steps = [
    step('write', 'Write'),
    step('read', 'Read', { call: '$write.call', report: '$write.report' }),
  ];
  const dies = await createEngine(db, [write, handler], { leaseMs: 300, announces: false });
  const dead = crashAt(dies, 'before', becomes('write', 'succeeded'));
  const run = await dies.start({ steps });
  await dead;
  const lives = await open([write, handler], { leaseMs: 300 });
  await pump(lives, async () => (await lives.stores.runs.find(run._id))?.endedAt != null);
  expect((await lives.stores.runs.find(run._id))?.steps.write?.output).toEqual({ call: 2 });
  expect(inputs).toEqual([{ call: 2, report: text(2) }]);
});

describe('where a large output is stored', () => {
  it('is nothing that a service can say', async () => {
    const { inputs, handler } = reading();
    const secret = answering('Secret', () => ({ secret: text('secret') }));
    const engine = await open([secret, handler]);
    const other = await engine.ended((await engine.start({ steps: [step('paint', 'Secret')] }))._id);
    const claimed = other.steps.paint?.storedOutput;
    const thief = answering('Thief', () => ({ storedOutput: claimed }));
    const steal = await open([thief, handler]);
    const run = await steal.start({ steps: [step('take', 'Thief'), step('read', 'Read', { got: '$take' })] });
    await steal.ended(run._id);
    expect(inputs).toEqual([{ got: { storedOutput: claimed } }]);
  });

  it('is found in a run that an earlier release stored', async () => {
    const { inputs, handler } = reading();
    const write = answering('Write', () => ({ score: 7, report: text('old') }));
    const engine = await open([write, handler]);
    const ask = { task: 'ask', role: 'Supervisor' };
    const run = await engine.start({
      steps: [step('write', 'Write'), ask, step('read', 'Read', { report: '$write.report' })],
    });
    await engine.reached(run._id, ({ steps }) => steps.ask?.status === 'waiting');
    await engine.orchestrator.stop();
    const id = `${run._id}/write/1`;
    await engine.stores.stepOutputs.store(id, { score: 7, report: text('old') });
    const stored = { $set: { 'steps.write.output': { score: 7, storedOutput: id } } };
    await db
      .collection('runs')
      .updateOne({ _id: run._id as never }, { ...stored, $unset: { 'steps.write.storedOutput': 1 } });
    const next = await open([write, handler]);
    await next.orchestrator.apply(run._id, (transition, now) =>
      decideApproval(transition, { task: 'ask', verdict: 'approved', actor: 'U0OKAFOR', reason: null }, now),
    );
    await next.ended(run._id);
    expect(inputs).toEqual([{ report: text('old') }]);
  });
});

describe('a large output that nobody refers to', () => {
  const outputs = db.collection<{ _id: string }>('step_outputs');
  const write = answering('Write', () => ({ report: text('report') }));
  const wait = handlerForTest('service', 'Wait', async () => ({ kind: 'deferred' }));
  const DAY_MS = 86_400_000;
  const dayAgo = () => new Date(Date.now() - DAY_MS);
  const listOf = async (runId: string) =>
    (await outputs.find({ _id: { $regex: `^${runId}/` } }).toArray()).map(({ _id }) => _id);
  /** Two days ago, as far as the database knows, all outputs were stored. */
  const age = () => outputs.updateMany({}, { $set: { storedAt: new Date(Date.now() - 2 * DAY_MS) } });

  it('is removed once it is a day old and its run has ended without it, or never came to be', async () => {
    await outputs.deleteMany({});
    const engine = await open([write, wait]);
    const { stepOutputs } = engine.stores;
    const ended = await engine.start({ steps: [step('write', 'Write')] });
    await engine.ended(ended._id);
    const under = await engine.start({ steps: [step('write', 'Write'), step('wait', 'Wait')] });
    await engine.reached(under._id, ({ steps }) => steps.wait?.status === 'waiting');
    const [own] = await listOf(ended._id);
    await stepOutputs.store(`${ended._id}/write/lost`, { report: 'of a result that was refused' });
    await stepOutputs.store(`${under._id}/wait/next`, { report: 'about to be committed' });
    await stepOutputs.store('R-NEVER/write/lost', { report: 'of a run that was never stored' });
    expect(await stepOutputs.dropOrphans(dayAgo())).toBe(0);
    await age();
    expect(await stepOutputs.dropOrphans(dayAgo())).toBe(2);
    // Also for a process whose clock is days ahead: what is open gets the server's time, and is not looked at again.
    expect(await stepOutputs.dropOrphans(new Date(Date.now() + 86_400_000))).toBe(0);
    expect(await listOf(ended._id)).toEqual([own]);
    expect(await listOf(under._id)).toHaveLength(2);
    expect(await listOf('R-NEVER')).toEqual([]);
    // Only what may still lose its place is looked at again.
    expect(
      await outputs.countDocuments({ storedAt: { $exists: true }, _id: { $regex: `^${ended._id}/` } }),
    ).toBe(0);
    await age();
    await engine.orchestrator.cancel(under._id, 'U0RIVERA', 'enough');
    expect(await stepOutputs.dropOrphans(dayAgo())).toBe(1);
    expect(await listOf(under._id)).toHaveLength(1);
  });

  it('stays while its run is in the archive, and is removed with it, and with it alone', async () => {
    const engine = await open([write]);
    const { archive, forgetting, stepOutputs } = engine.stores;
    const run = await engine.start({ steps: [step('write', 'Write')] });
    await engine.ended(run._id);
    await engine.relay.drain();
    await stepOutputs.store(`${run._id}A/write/other`, { report: 'of a run with a longer id' });
    await archive.moveEnded(new Date(Date.now() + 1_000));
    await age();
    await stepOutputs.dropOrphans(dayAgo());
    expect(await listOf(run._id)).toHaveLength(1);
    await stepOutputs.store(`${run._id}A/write/other`, { report: 'of a run with a longer id' });
    await forgetting.forgetEnded(new Date(Date.now() + 1_000));
    expect(await listOf(run._id)).toEqual([]);
    expect(await listOf(`${run._id}A`)).toHaveLength(1);
  });

  it('is found by its age alone, in an index', async () => {
    const plan = await outputs
      .find({ storedAt: { $lt: dayAgo() } })
      .sort({ storedAt: 1 })
      .explain('queryPlanner');
    expect(JSON.stringify(plan)).toContain('unsettled');
    expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
  });

  it('keeps every name of a field as it is', async () => {
    const engine = await open([]);
    const output = { list: [{ $set: 1, 'a.b': { $literal: '$x' } }], $where: 'x', 'c.d': 2 };
    await engine.stores.stepOutputs.store('R-NAMES/write/1', output);
    expect(await engine.stores.stepOutputs.find('R-NAMES/write/1')).toEqual(output);
  });
});
