import { expect, it } from 'vitest';
import type { StepHandler } from '../../src/core/definition/step-handler.ts';
import { receiveResult } from '../../src/core/events/reported-result.ts';
import { note } from '../../src/core/run/transition.ts';
import { defer } from '../support/deferred.ts';
import { handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const openEngine = useEngines(db);
const open = (...handlers: StepHandler[]) => openEngine(handlers);

/** A handler that answers that, whatever it is, and counts how often it was asked. */
function answering(name: string, output: (input: Record<string, unknown>) => unknown) {
  const counted = { calls: 0 };
  const handler = handlerForTest('service', name, async (input) => {
    counted.calls++;
    return { kind: 'done', output: output(input) as Record<string, unknown> };
  });
  return { counted, handler };
}

const step = (task: string, service: string, extra: object = {}) => ({ task, service, ...extra });
/** Looks like a type of the database's driver where no field of its own tells. */
const inherited = () => ({ value: Object.create({ _bsontype: 'Unknown' }) });

it.each([
  ['that passes itself off as a BSON type', () => ({ a: [{ _bsontype: 'ObjectId' }] })],
  ['that passes itself off as the output of a step', () => ({ a: { _outputOf: 'good' } })],
  ['that only the database finds out about', inherited],
])('an answer %s fails its step, once and for good', async (_name, output) => {
  const { counted, handler } = answering('Bad', output);
  const engine = await open(handler);
  const run = await engine.start({ steps: [step('bad', 'Bad')] });
  const ended = await engine.ended(run._id);
  expect(ended).toMatchObject({ status: 'failed', steps: { bad: { error: { code: 'step.badOutput' } } } });
  expect(counted.calls).toBe(1);
});

it('one poisoned result among a hundred leaves the others and their runs alone', async () => {
  const { counted, handler } = answering('S', ({ item }) => (item === 7 ? inherited() : { item }));
  const { handler: helper } = answering('Helper', () => ({ helped: true }));
  const engine = await open(handler, helper);
  const items = Array.from({ length: 100 }, (_, index) => index);
  const work = step('work', 'S', { with: { item: '$item' }, fallback: { service: 'Helper' } });
  const run = await engine.start({
    steps: [{ task: 'each', forEach: { items, concurrency: 100, steps: [work] } }],
  });
  const others = await Promise.all(
    items.map((item) => engine.start({ steps: [step('work', 'S', { with: { item: item + 100 } })] })),
  );
  const ended = await engine.ended(run._id);
  expect(ended.status).toBe('completed');
  expect(ended.steps['work@7']?.attempts).toMatchObject([
    { error: { code: 'step.badOutput' } },
    { fallback: true, error: null },
  ]);
  const expected = items.map((item) => (item === 7 ? { helped: true } : { item }));
  expect(ended.steps.each?.output?.items).toEqual(expected);
  for (const { _id } of others) expect((await engine.ended(_id)).status).toBe('completed');
  expect(counted.calls).toBe(200);
});

it('a poisoned report does not take along the good result that is committed with it', async () => {
  const answer = defer();
  const good = handlerForTest('service', 'Good', async () => {
    await answer.promise;
    return { kind: 'done', output: {} };
  });
  const later = handlerForTest('service', 'Later', async () => ({ kind: 'deferred' }));
  const engine = await open(good, later);
  const parts = { a: [step('good', 'Good')], b: [step('later', 'Later')] };
  const run = await engine.start({ steps: [{ task: 'both', parallel: { branches: parts } }] });
  await engine.reached(run._id, ({ steps }) => steps.later?.status === 'waiting');
  const poison = receiveResult({ step: 'later', attempt: 1, result: { output: inherited() } }, () => true);
  const reports = Array.from({ length: 5 }, () => engine.orchestrator.apply(run._id, poison));
  answer.resolve();
  const outcomes = await Promise.allSettled(reports);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'run.unstorable' } });
  await engine.reached(run._id, ({ steps }) => steps.good?.status === 'succeeded');
  expect(await engine.orchestrator.cancel(run._id, 'U0RIVERA', '')).toMatchObject({
    run: { status: 'cancelled' },
  });
});

it('input that could not be stored starts nothing', async () => {
  const engine = await open();
  const start = engine.start({ steps: [{ task: 'ask', role: 'R' }] }, { a: { _bsontype: 'X' } });
  await expect(start).rejects.toMatchObject({ code: 'run.badInput' });
});

it('an event that would outgrow the document is turned away, and the run goes on', async () => {
  const engine = await open();
  const run = await engine.start({ steps: [{ task: 'ask', role: 'R' }] });
  const text = 'x'.repeat(17 * 1024 * 1024);
  const tooMuch = engine.orchestrator.apply(run._id, (transition, now) =>
    note(transition, now, { type: 'notice.posted', data: { channel: null, text } }),
  );
  await expect(tooMuch).rejects.toMatchObject({ code: 'run.tooLarge' });
  expect(await engine.orchestrator.cancel(run._id, 'U0RIVERA', '')).toMatchObject({
    run: { status: 'cancelled' },
  });
});
