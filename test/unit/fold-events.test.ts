import { expect, it } from 'vitest';
import { foldEvents } from '../../src/core/fold-events.ts';
import { succeedStep } from '../../src/core/step-attempt.ts';
import { note, type RunEvent } from '../../src/core/transition.ts';
import { at, startForTest } from '../support/runs.ts';

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
    { kind: 'refused', refused: 'two is not running' },
    { kind: 'broken', error: new Error('a defect') },
    { kind: 'applied' },
    { kind: 'refused', refused: 'one is not running' },
  ]);
  expect(settled?.transition.run.steps).toMatchObject({
    one: { status: 'succeeded' },
    two: { status: 'running' },
  });
  expect(settled?.effects).toEqual([{ step: 'two', attempt: 1 }]);
});

it('has nothing to commit when no event applies', () => {
  const unknown: RunEvent = (transition, now) => note(transition, now, 'run.started');
  expect(foldEvents(run, [succeed('two')], at(1)).settled).toBeNull();
  expect(foldEvents(run, [], at(1))).toEqual({ settled: null, verdicts: [] });
  expect(foldEvents(run, [unknown], at(1)).settled?.transition.run.steps).toBe(run.steps);
});
