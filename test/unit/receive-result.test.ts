import { describe, expect, it } from 'vitest';
import { type ResultReport, receiveResult } from '../../src/core/events/reported-result.ts';
import { begin, isRefusal, type RunEvent } from '../../src/core/run/transition.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { deferStep, failStep } from '../../src/core/steps/step-attempt.ts';
import { effectKey, resultPath } from '../../src/core/steps/step-call.ts';
import { applyForTest, at, startForTest } from '../support/runs.ts';

const reports = ({ name }: { name: string }) => name !== 'RepairService';
const output = { painted: true };
const error = { code: 'paint.empty', message: 'No paint is left', retryable: true };
const timedOut = { code: 'step.timeout', message: 'timed out', retryable: true };

const report = (result: ResultReport['result'], attempt: number | null = null, step = 'paint'): RunEvent =>
  receiveResult({ step, attempt, result }, reports);

/** The run, moved by one event after the other, a minute apart. */
const moved = (run: WorkflowRun, ...events: RunEvent[]) =>
  events.reduce((current, event, index) => applyForTest(current, event, at(index + 1)), run);
const refusal = (run: WorkflowRun, event: RunEvent) => {
  const outcome = event(begin(run), at(9));
  return isRefusal(outcome) ? outcome.refused : null;
};
const defer: RunEvent = (transition) => deferStep(transition, 'paint');
const fail =
  (failure = timedOut): RunEvent =>
  (transition, now) =>
    failStep(transition, 'paint', failure, now);
/** Time passes: whatever is due happens. */
const pass: RunEvent = (transition) => transition;

const paint = { task: 'paint', service: 'Painter', retry: { attempts: 2, backoff: '1s' } };
const started = startForTest({ steps: [paint, { task: 'repair', service: 'RepairService' }] });
const retried = moved(started, defer, fail(), pass);
const helped = startForTest({ steps: [{ ...paint, fallback: { service: 'Helper' } }] });
const takenOver = moved(helped, defer, fail({ ...timedOut, retryable: false }));

describe('a result that is reported later', () => {
  it('ends the step that waits for it, and the run goes on', () => {
    const run = moved(started, defer, report({ output }));
    expect(run.steps.paint).toMatchObject({ status: 'succeeded', output });
    expect(run.steps.repair?.status).toBe('running');
  });

  it('may come before it is known that it will come later', () => {
    expect(moved(started, report({ output }, 1)).steps.paint?.status).toBe('succeeded');
  });

  it('has the step tried again when it is an error that may pass, and fails it for good otherwise', () => {
    expect(moved(started, defer, report({ error })).steps.paint?.status).toBe('retrying');
    const run = moved(started, defer, report({ error: { ...error, retryable: false } }));
    expect(run).toMatchObject({ status: 'failed', reason: 'paint: No paint is left' });
  });

  it('reported twice is reported once, also after the end of the run', () => {
    const done = moved(started, defer, report({ output }));
    for (const attempt of [null, 1]) {
      const again = report({ output }, attempt)(begin(done), at(5));
      expect(again).toEqual(begin(done));
    }
    const failed = moved(started, defer, report({ error }, 1));
    expect(report({ error }, 1)(begin(failed), at(5))).toEqual(begin(failed));
    const cancelled = moved(done, (transition, now) => cancelRun(transition, 'U1', 'enough', now));
    expect(report({ output })(begin(cancelled), at(5))).toEqual(begin(cancelled));
  });

  it('is an output of the work, whichever attempt is open; an error is that of its attempt', () => {
    expect(retried.steps.paint).toMatchObject({
      status: 'running',
      attempts: [{ number: 1 }, { number: 2 }],
    });
    expect(moved(retried, report({ output }, 1)).steps.paint?.status).toBe('succeeded');
    expect(refusal(retried, report({ error }, 1))).toBe(
      'Attempt 1 of “paint” is over: attempt 2 is under way.',
    );
    expect(moved(retried, report({ error }, 2)).status).toBe('failed');
  });

  it('is not taken for that of the fallback, which has to name its attempt', () => {
    expect(refusal(takenOver, report({ output }, 1))).toContain('the fallback has taken over');
    expect(refusal(takenOver, report({ output }))).toContain('say which attempt');
    const done = moved(takenOver, report({ output }, 2));
    expect(done).toMatchObject({ status: 'completed', steps: { paint: { output } } });
    expect(refusal(done, report({ output }, 1))).toContain('has ended (completed)');
  });

  it.each([
    ['a step that has not begun', started, report({ output }, 1, 'nothing'), 'calls no service'],
    [
      'a step of Crewline’s own',
      moved(started, report({ output })),
      report({ output }, 1, 'repair'),
      'part of',
    ],
    ['an attempt that is not there', started, report({ output }, 2), 'no attempt 2; the newest is 1'],
    ['a step between two attempts', moved(started, fail()), report({ output }), 'same Idempotency-Key'],
    ['an error of a step that succeeded', moved(started, report({ output })), report({ error }), 'succeeded'],
    [
      'a run that is over',
      moved(started, (transition, now) => cancelRun(transition, 'U1', 'enough', now)),
      report({ output }),
      'has ended (cancelled)',
    ],
    [
      'a step that people decide',
      startForTest({ steps: [{ task: 'paint', role: 'Supervisor' }] }),
      report({ output }),
      'decided in Slack',
    ],
    [
      'a step that waits for an event',
      startForTest({ steps: [{ task: 'paint', wait: { event: 'permit', key: 'P' } }] }),
      report({ output }),
      'POST /api/events',
    ],
    [
      'a step that comes later',
      startForTest({ steps: [{ task: 'ask', role: 'Supervisor' }, paint] }),
      report({ output }),
      'has not begun',
    ],
  ])('is refused for %s', (_what, run, event, words) => {
    expect(refusal(run, event)).toContain(words);
  });
});

describe('the names of a piece of work', () => {
  it('are the same for all attempts by one handler, and another for the fallback', () => {
    expect(effectKey(started, 'paint')).toBe('R-TEST/paint');
    expect(effectKey(retried, 'paint')).toBe('R-TEST/paint');
    expect(effectKey(takenOver, 'paint')).toBe('R-TEST/paint#fallback');
  });

  it('lead to a path that every step can be reported at', () => {
    expect(resultPath('R-1', 'undo/fix', 2)).toBe('/api/runs/R-1/steps/undo%2Ffix/result?attempt=2');
  });
});
