import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldEvents } from '../../src/core/deciding/fold-events.ts';
import { note, type RunEvent } from '../../src/core/run/transition.ts';
import { failStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import { applyForTest, at, startForTest } from '../support/runs.ts';

const service = (task: string) => ({ task, service: 'S' });
const run = startForTest({ steps: [service('one'), service('two')] });
const succeed = (task: string): RunEvent => {
  return ({ run: current, ...rest }, now) =>
    current.steps[task]?.status === 'running'
      ? succeedStep({ run: current, ...rest }, task, { by: task }, now)
      : { refused: `${task} is not running` };
};
const broken: RunEvent = () => {
  throw new Error('a defect');
};

it('lets each event see what the earlier ones led to', () => {
  const { settled, verdicts } = foldEvents(run, [succeed('one'), succeed('two')], at(1));
  expect(verdicts.map(({ kind }) => kind)).toEqual(['applied', 'applied']);
  expect(settled?.transition.run.status).toBe('completed');
  const facts = settled?.transition.audit.map(({ seq }) => seq) ?? [];
  expect(facts).toEqual(facts.map((_, index) => run.lastSeq + 1 + index));
});

it('judges each event for itself: what is refused or broken leaves the others alone', () => {
  const events = [succeed('two'), broken, succeed('one'), succeed('one')];
  const { settled, verdicts } = foldEvents(run, events, at(1));
  expect(verdicts).toEqual([
    { kind: 'refused', refusal: { refused: 'two is not running' } },
    { kind: 'broken', error: new Error('a defect') },
    { kind: 'applied' },
    { kind: 'refused', refusal: { refused: 'one is not running' } },
  ]);
  expect(settled?.transition.run.steps).toMatchObject({
    one: { status: 'succeeded' },
    two: { status: 'running' },
  });
  expect(settled?.effects).toEqual([{ step: 'two', attempt: 1 }]);
});

it('has nothing to commit when no event applies', () => {
  const unknown: RunEvent = (transition, now) => note(transition, now, { type: 'work.resumed' });
  expect(foldEvents(run, [succeed('two')], at(1)).settled).toBeNull();
  expect(foldEvents(run, [], at(1))).toEqual({ settled: null, verdicts: [] });
  expect(foldEvents(run, [unknown], at(1)).settled?.transition.run.steps).toBe(run.steps);
});

it('takes back what an event changed before it broke or was refused', () => {
  const half =
    (end: () => never | { refused: string }): RunEvent =>
    (transition, now) => {
      succeedStep(transition, 'one', { by: 'half' }, now);
      return end();
    };
  const breaks = half(() => {
    throw new Error('a defect');
  });
  const events = [breaks, succeed('one'), half(() => ({ refused: 'no' })), succeed('two')];
  const { settled, verdicts } = foldEvents(run, events, at(1));
  expect(verdicts.map(({ kind }) => kind)).toEqual(['broken', 'applied', 'refused', 'applied']);
  expect(settled?.transition.run.steps).toMatchObject({
    one: { output: { by: 'one' } },
    two: { output: { by: 'two' } },
  });
  expect(run.steps.one?.status).toBe('running');
});

const nested = startForTest({
  steps: [
    {
      task: 'outer',
      forEach: {
        items: [1, 2, 3, 4, 5],
        concurrency: 3,
        steps: [
          {
            task: 'inner',
            forEach: {
              items: [1, 2, 3, 4],
              concurrency: 2,
              join: 3,
              steps: [
                { task: 'look', service: 'S' },
                { task: 'fix', service: 'S', when: { value: '$look.bad', equals: true } },
              ],
            },
          },
        ],
      },
    },
    service('last'),
  ],
});

/** Whatever is running at that place of the list of what is running comes to an end. */
const finish =
  ({ pick, kind }: { pick: number; kind: 'good' | 'bad' | 'fails' | 'breaks' }): RunEvent =>
  (transition, now) => {
    const { steps } = transition.run;
    const called = Object.keys(steps).filter(
      (id) => steps[id]?.status === 'running' && /^(look|fix)@/.test(id),
    );
    const id = called[pick % Math.max(1, called.length)];
    if (id === undefined) return { refused: 'nothing is running' };
    if (kind === 'fails')
      return failStep(transition, id, { code: 'x', message: 'no', retryable: false }, now);
    const done = succeedStep(transition, id, { bad: kind !== 'good' }, now);
    if (kind === 'breaks') throw new Error('a defect');
    return done;
  };

it('leads where the same events lead one after the other', () => {
  const one = fc.record({
    pick: fc.nat({ max: 9 }),
    kind: fc.constantFrom(...(['good', 'good', 'good', 'bad', 'bad', 'fails', 'breaks'] as const)),
  });
  const check = fc.property(fc.array(one, { maxLength: 60, size: 'max' }), (picks) => {
    const events = picks.map(finish);
    const alone = events.reduce((current, event) => {
      try {
        return applyForTest(current, event, at(1));
      } catch {
        return current;
      }
    }, nested);
    expect(foldEvents(nested, events, at(1)).settled?.transition.run ?? nested).toEqual(alone);
  });
  fc.assert(check);
});
