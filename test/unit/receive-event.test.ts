import { expect, it } from 'vitest';
import { receiveEvent } from '../../src/core/events/outside-event.ts';
import { succeedStep } from '../../src/core/steps/step-attempt.ts';
import { applyForTest, at, startForTest } from '../support/runs.ts';

const permit = receiveEvent({ _id: 'permit-7', name: 'permit', key: 'K', payload: { by: 'city' } });

it('takes an event though another step answered with its id', () => {
  const started = startForTest({
    steps: [
      { task: 'file', service: 'S' },
      { task: 'wait', wait: { event: 'permit', key: 'K' } },
    ],
  });
  const filed = applyForTest(
    started,
    (run, now) => succeedStep(run, 'file', { eventId: 'permit-7' }, now),
    at(1),
  );
  const ended = applyForTest(filed, permit, at(2));
  expect(ended.steps.wait?.output).toEqual({ by: 'city', eventId: 'permit-7' });
});

it('takes an event once', () => {
  const wait = (task: string) => ({ task, wait: { event: 'permit', key: 'K' } });
  const first = applyForTest(startForTest({ steps: [wait('one'), wait('two')] }), permit, at(1));
  expect(() => applyForTest(first, permit, at(2))).toThrow('taken already');
});
