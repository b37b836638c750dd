import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { receiveEvent } from '../../src/core/events/outside-event.ts';
import { retryIncident } from '../../src/core/events/retry-incident.ts';
import type { RunEvent } from '../../src/core/run/transition.ts';
import type { RunStatus, StepStatus } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { NO_HANDLER, succeedStep } from '../../src/core/steps/step-attempt.ts';
import { factsOf } from '../../src/core/steps/step-lookup.ts';
import { WRITE_INSTANT } from '../../src/core/values/instant.ts';
import { play, type World } from '../support/step-world.ts';

/** What a run has to come to. Steps are `id status` in `states`; `order` as in `Played`. */
interface Expected {
  status: RunStatus;
  order: string;
  reason?: string | RegExp;
  outputs?: Record<string, unknown>;
  states?: Record<string, StepStatus>;
  seconds?: number;
  most?: number;
  pages?: string[];
}
type Row = [world: World, expected: Expected];
interface Kind {
  steps: unknown[];
  success: Row;
  failure: Row;
  timeout: Row;
  cancel: Row;
  also?: Record<string, Row>;
}

const cancelled: RunEvent = (transition, now) => cancelRun(transition, 'U0RIVERA', 'called off', now);
const cancelAt = (seconds: number) => ({ acts: [{ at: seconds, act: cancelled }] });
const decide =
  (verdict: 'approved' | 'rejected'): RunEvent =>
  (transition, now) =>
    decideApproval(transition, { task: 'ask', verdict, actor: 'U0OKAFOR', reason: 'because' }, now);
const arrive = (key: string, id = 'e-1') => receiveEvent({ _id: id, name: 'permit', key, payload: { n: 7 } });
const childEnds: RunEvent = (transition, now) => succeedStep(transition, 'sub', { runId: 'R-SUB' }, now);

const broken = { error: {} };
const flaky = { error: { retryable: true } };
const after = { task: 'after', service: 'After' };
const service = (task: string, extra: object = {}) => ({ task, service: 'S', ...extra });
const undo = { compensate: { service: 'Undo' } };
const retry = { retry: { attempts: 2, backoff: '10s' } };

const KINDS: Record<string, Kind> = {
  agent: {
    steps: [{ task: 'call', agent: 'A', timeout: '30s', ...retry }, after],
    success: [
      { answers: { call: { output: { severity: 7 } } } },
      { status: 'completed', order: 'call after', outputs: { call: { severity: 7 } }, seconds: 2 },
    ],
    failure: [
      { answers: { call: broken } },
      { status: 'failed', order: 'call', reason: 'call: broken', pages: ['failure'], seconds: 1 },
    ],
    timeout: [
      { answers: { call: 'hang' } },
      { status: 'failed', order: 'call call', reason: 'call: timed out' },
    ],
    cancel: [
      { answers: { call: 'hang' }, ...cancelAt(5) },
      { status: 'cancelled', order: 'call', states: { call: 'abandoned', after: 'abandoned' }, seconds: 5 },
    ],
  },
  service: {
    steps: [service('call', { totalTimeout: '60s', ...retry }), after],
    success: [
      { answers: { call: [flaky, { output: { ok: true } }] } },
      { status: 'completed', order: 'call call after', outputs: { call: { ok: true } } },
    ],
    failure: [{ answers: { call: flaky } }, { status: 'failed', order: 'call call', reason: 'call: broken' }],
    timeout: [
      { answers: { call: 'hang' } },
      { status: 'failed', order: 'call', reason: 'call: timed out, all attempts together', seconds: 60 },
    ],
    cancel: [
      { answers: { call: flaky }, ...cancelAt(5) },
      { status: 'cancelled', order: 'call', states: { call: 'abandoned' }, reason: 'called off', seconds: 5 },
    ],
    also: {
      'handed out and reported later': [
        {
          answers: { call: 'defer' },
          acts: [{ at: 50, act: (t, now) => succeedStep(t, 'call', { crew: 'north' }, now) }],
        },
        { status: 'completed', order: 'call after', outputs: { call: { crew: 'north' } }, seconds: 51 },
      ],
      'never tried again when the error is permanent': [
        { answers: { call: [broken, { output: {} }] } },
        { status: 'failed', order: 'call', seconds: 1 },
      ],
    },
  },
  role: {
    steps: [{ task: 'ask', role: 'Supervisor', timeout: '1h' }, after],
    success: [
      { acts: [{ at: 60, act: decide('approved') }] },
      { status: 'completed', order: 'ask after', outputs: { ask: { decision: 'approved' } }, seconds: 61 },
    ],
    failure: [
      { acts: [{ at: 60, act: decide('rejected') }] },
      {
        status: 'rejected',
        order: 'ask',
        reason: 'because',
        states: { ask: 'rejected', after: 'abandoned' },
      },
    ],
    timeout: [{}, { status: 'failed', order: 'ask', reason: 'ask: timed out', seconds: 3_600 }],
    cancel: [cancelAt(60), { status: 'cancelled', order: 'ask', states: { ask: 'abandoned' }, seconds: 60 }],
  },
  'parallel, all': {
    steps: [
      {
        task: 'both',
        timeout: '30s',
        parallel: { branches: { one: [service('a'), service('b')], two: [service('c')] } },
      },
      after,
    ],
    success: [
      { answers: { c: { output: { c: 1 }, after: 5 } } },
      {
        status: 'completed',
        order: 'both a c b after',
        outputs: { both: { one: { by: 'b' }, two: { c: 1 } } },
        seconds: 6,
        most: 2,
      },
    ],
    failure: [
      { answers: { a: 'hang', c: broken } },
      {
        status: 'failed',
        order: 'both a c',
        reason: 'both: broken',
        states: { a: 'abandoned', c: 'failed', both: 'failed' },
        seconds: 1,
      },
    ],
    timeout: [
      { answers: { b: 'hang' } },
      {
        status: 'failed',
        order: 'both a c b',
        reason: 'both: timed out',
        states: { b: 'abandoned' },
        seconds: 30,
      },
    ],
    cancel: [
      { answers: { b: 'hang' }, ...cancelAt(9) },
      { status: 'cancelled', order: 'both a c b', states: { b: 'abandoned', c: 'succeeded' }, seconds: 9 },
    ],
  },
  'parallel, any': {
    steps: [
      {
        task: 'race',
        timeout: '30s',
        parallel: { join: 'any', branches: { one: [service('a')], two: [service('b')] } },
      },
      after,
    ],
    success: [
      { answers: { a: 'hang' } },
      {
        status: 'completed',
        order: 'race a b after',
        outputs: { race: { one: null, two: { by: 'b' } } },
        states: { a: 'abandoned' },
      },
    ],
    failure: [
      { answers: { a: broken, b: { error: { message: 'gone' }, after: 2 } } },
      { status: 'failed', order: 'race a b', reason: 'race: broken', seconds: 2 },
    ],
    timeout: [
      { answers: { a: 'hang', b: broken } },
      {
        status: 'failed',
        order: 'race a b',
        reason: 'race: timed out',
        states: { a: 'abandoned', b: 'failed' },
      },
    ],
    cancel: [
      { answers: { a: 'hang', b: 'hang' }, ...cancelAt(3) },
      { status: 'cancelled', order: 'race a b', states: { a: 'abandoned', b: 'abandoned' } },
    ],
    also: {
      'one failed, the other did it': [
        { answers: { a: broken, b: { output: { ok: 1 }, after: 2 } } },
        { status: 'completed', order: 'race a b after', states: { a: 'failed', race: 'succeeded' } },
      ],
    },
  },
  'parallel, two of three': {
    steps: [
      {
        task: 'vote',
        timeout: '30s',
        parallel: { join: 2, branches: { one: [service('a')], two: [service('b')], three: [service('c')] } },
      },
      after,
    ],
    success: [
      { answers: { b: broken } },
      { status: 'completed', order: 'vote a b c after', states: { b: 'failed' }, most: 3 },
    ],
    failure: [
      { answers: { a: broken, b: { error: {}, after: 2 }, c: 'hang' } },
      { status: 'failed', order: 'vote a b c', states: { c: 'abandoned' }, seconds: 2 },
    ],
    timeout: [
      { answers: { b: 'hang', c: 'hang' } },
      { status: 'failed', order: 'vote a b c', reason: 'vote: timed out', states: { a: 'succeeded' } },
    ],
    cancel: [
      { answers: { b: 'hang', c: 'hang' }, ...cancelAt(4) },
      { status: 'cancelled', order: 'vote a b c', states: { a: 'succeeded', b: 'abandoned' } },
    ],
  },
  'forEach, two at a time': {
    steps: [
      {
        task: 'each',
        timeout: '30s',
        forEach: {
          items: '$input.lamps',
          concurrency: 2,
          steps: [service('fix', { with: { lamp: '$item' } })],
        },
      },
      after,
    ],
    success: [
      { input: { lamps: ['x', 'y', 'z'] }, answers: { 'fix@0': { output: { slow: 1 }, after: 9 } } },
      {
        status: 'completed',
        order: 'each fix@0 fix@1 fix@2 after',
        outputs: { each: { items: [{ slow: 1 }, { by: 'fix@1' }, { by: 'fix@2' }] } },
        most: 2,
        seconds: 10,
      },
    ],
    failure: [
      { input: { lamps: ['x', 'y', 'z'] }, answers: { 'fix@0': 'hang', 'fix@1': broken } },
      {
        status: 'failed',
        order: 'each fix@0 fix@1',
        reason: 'each: broken',
        states: { 'fix@0': 'abandoned', 'fix@1': 'failed' },
      },
    ],
    timeout: [
      { input: { lamps: ['x', 'y', 'z'] }, answers: { 'fix@2': 'hang' } },
      { status: 'failed', order: 'each fix@0 fix@1 fix@2', reason: 'each: timed out', seconds: 30 },
    ],
    cancel: [
      { input: { lamps: ['x', 'y', 'z'] }, answers: { 'fix@1': 'hang', 'fix@2': 'hang' }, ...cancelAt(7) },
      {
        status: 'cancelled',
        order: 'each fix@0 fix@1 fix@2',
        states: { 'fix@0': 'succeeded', 'fix@1': 'abandoned', 'fix@2': 'abandoned' },
      },
    ],
    also: {
      'over nothing': [
        { input: { lamps: [] } },
        { status: 'completed', order: 'each after', outputs: { each: { items: [] } } },
      ],
      'over no list': [
        { input: { lamps: 'x' } },
        { status: 'failed', order: 'each', reason: 'each: has no list to go through', seconds: 0 },
      ],
      'over too long a list': [
        { input: { lamps: Array.from({ length: 1_001 }, () => 'x') } },
        { status: 'failed', order: 'each', reason: 'each: has more than 1000 items', seconds: 0 },
      ],
    },
  },
  'forEach, until one does': {
    steps: [
      {
        task: 'each',
        timeout: '30s',
        forEach: { items: ['x', 'y', 'z'], concurrency: 1, join: 'any', steps: [service('try')] },
      },
    ],
    success: [
      { answers: { 'try@0': broken } },
      {
        status: 'completed',
        order: 'each try@0 try@1',
        outputs: { each: { items: [null, { by: 'try@1' }, null] } },
        most: 1,
      },
    ],
    failure: [
      { answers: { 'try@0': broken, 'try@1': broken, 'try@2': broken } },
      { status: 'failed', order: 'each try@0 try@1 try@2', seconds: 3 },
    ],
    timeout: [
      { answers: { 'try@0': 'hang' } },
      { status: 'failed', order: 'each try@0', reason: 'each: timed out' },
    ],
    cancel: [
      { answers: { 'try@0': 'hang' }, ...cancelAt(2) },
      { status: 'cancelled', order: 'each try@0' },
    ],
  },
  'forEach within forEach': {
    steps: [
      {
        task: 'streets',
        timeout: '30s',
        forEach: {
          items: '$input.streets',
          steps: [
            {
              task: 'lamps',
              forEach: {
                items: '$item.lamps',
                steps: [service('fix', { compensate: { service: 'Undo', with: { lamp: '$item' } } })],
              },
            },
            service('sweep'),
          ],
        },
      },
      after,
    ],
    success: [
      { input: { streets: [{ lamps: ['a', 'b'] }, { lamps: [] }] } },
      {
        status: 'completed',
        order: 'streets lamps@0 fix@0-0 fix@0-1 lamps@1 sweep@1 sweep@0 after',
        outputs: { 'lamps@0': { items: [{ by: 'fix@0-0' }, { by: 'fix@0-1' }] } },
      },
    ],
    failure: [
      {
        input: { streets: [{ lamps: ['a'] }, { lamps: ['b'] }] },
        answers: { 'fix@1-0': { error: {}, after: 5 } },
      },
      {
        status: 'failed',
        order: 'streets lamps@0 fix@0-0 lamps@1 fix@1-0 sweep@0 undo/fix@0-0',
        states: { 'lamps@1': 'failed', 'sweep@0': 'succeeded', 'undo/fix@0-0': 'succeeded' },
      },
    ],
    timeout: [
      { input: { streets: [{ lamps: ['a'] }] }, answers: { 'fix@0-0': 'hang' } },
      { status: 'failed', order: 'streets lamps@0 fix@0-0', states: { 'lamps@0': 'abandoned' } },
    ],
    cancel: [
      { input: { streets: [{ lamps: ['a'] }] }, answers: { 'sweep@0': 'hang' }, ...cancelAt(5) },
      { status: 'cancelled', order: 'streets lamps@0 fix@0-0 sweep@0 undo/fix@0-0', seconds: 6 },
    ],
  },
  when: {
    steps: [
      { task: 'assess', agent: 'A' },
      service('close', {
        when: { value: '$assess.severity', atLeast: 5 },
        timeout: '30s',
        retry: { attempts: 1 },
      }),
      after,
    ],
    success: [
      { answers: { assess: { output: { severity: 2 } } } },
      { status: 'completed', order: 'assess -close after', states: { close: 'skipped' } },
    ],
    failure: [
      { answers: { assess: { output: { severity: 5 } }, close: broken } },
      { status: 'failed', order: 'assess close' },
    ],
    timeout: [
      { answers: { assess: { output: { severity: 5 } }, close: 'hang' } },
      { status: 'failed', order: 'assess close', seconds: 31 },
    ],
    cancel: [
      { answers: { assess: { output: { severity: 5 } }, close: 'hang' }, ...cancelAt(3) },
      { status: 'cancelled', order: 'assess close' },
    ],
  },
  switch: {
    steps: [
      {
        task: 'choose',
        timeout: '30s',
        switch: {
          cases: [
            { when: { value: '$input.severity', atLeast: 8 }, steps: [service('close'), service('repair')] },
            { when: { value: '$input.severity', atLeast: 4 }, steps: [service('patch')] },
          ],
          otherwise: [service('note')],
        },
      },
      after,
    ],
    success: [
      { input: { severity: 9 } },
      { status: 'completed', order: 'choose close repair after', outputs: { choose: { by: 'repair' } } },
    ],
    failure: [
      { input: { severity: 5 }, answers: { patch: broken } },
      { status: 'failed', order: 'choose patch', reason: 'choose: broken', states: { patch: 'failed' } },
    ],
    timeout: [
      { input: { severity: 9 }, answers: { repair: 'hang' } },
      { status: 'failed', order: 'choose close repair', reason: 'choose: timed out' },
    ],
    cancel: [
      { input: { severity: 5 }, answers: { patch: 'hang' }, ...cancelAt(2) },
      { status: 'cancelled', order: 'choose patch', states: { patch: 'abandoned', choose: 'abandoned' } },
    ],
    also: {
      otherwise: [
        { input: { severity: 1 } },
        { status: 'completed', order: 'choose note after', outputs: { choose: { by: 'note' } } },
      ],
    },
  },
  'switch without otherwise': {
    steps: [
      {
        task: 'choose',
        timeout: '30s',
        switch: { cases: [{ when: { value: '$input.deep', equals: true }, steps: [service('fill')] }] },
      },
      after,
    ],
    success: [
      { input: { deep: false } },
      { status: 'completed', order: 'choose after', outputs: { choose: {} } },
    ],
    failure: [
      { input: { deep: true }, answers: { fill: broken } },
      { status: 'failed', order: 'choose fill' },
    ],
    timeout: [
      { input: { deep: true }, answers: { fill: 'hang' } },
      { status: 'failed', order: 'choose fill' },
    ],
    cancel: [
      { input: { deep: true }, answers: { fill: 'hang' }, ...cancelAt(1) },
      { status: 'cancelled', order: 'choose fill' },
    ],
  },
  'wait for a time': {
    steps: [
      {
        task: 'both',
        timeout: '90s',
        parallel: {
          branches: { one: [{ task: 'dry', wait: { for: '60s' } }], two: [service('b')] },
        },
      },
      after,
    ],
    success: [{}, { status: 'completed', order: 'both dry b after', outputs: { dry: {} }, seconds: 61 }],
    failure: [
      { answers: { b: broken } },
      { status: 'failed', order: 'both dry b', states: { dry: 'abandoned' } },
    ],
    timeout: [
      { answers: { b: 'hang' } },
      { status: 'failed', order: 'both dry b', states: { dry: 'succeeded', b: 'abandoned' }, seconds: 90 },
    ],
    cancel: [
      cancelAt(30),
      { status: 'cancelled', order: 'both dry b', states: { dry: 'abandoned' }, seconds: 30 },
    ],
  },
  'wait until an instant': {
    steps: [{ task: 'morning', wait: { until: '$input.at' }, timeout: '1h' }, after],
    success: [
      { input: { at: '2026-03-02T15:30:00Z' } },
      { status: 'completed', order: 'morning after', seconds: 1_801 },
    ],
    failure: [
      { input: { at: 'soon' } },
      {
        status: 'failed',
        order: 'morning',
        reason: `morning: cannot wait until "soon": ${WRITE_INSTANT}`,
        seconds: 0,
      },
    ],
    timeout: [
      { input: { at: '2026-03-03T08:00:00Z' } },
      { status: 'failed', order: 'morning', reason: 'morning: timed out', seconds: 3_600 },
    ],
    cancel: [
      { input: { at: '2026-03-02T15:30:00Z' }, ...cancelAt(60) },
      { status: 'cancelled', order: 'morning', seconds: 60 },
    ],
    also: {
      'that nobody can mean': [
        { input: { at: '9999-01-01T00:00:00Z' } },
        {
          status: 'failed',
          order: 'morning',
          reason:
            'morning: cannot wait until 9999-01-01T00:00:00.000Z, more than 10 years away: check the year',
          seconds: 0,
        },
      ],
      'that nobody can mean, in the past': [
        { input: { at: 0 } },
        { status: 'failed', order: 'morning', seconds: 0 },
      ],
      'that has passed': [
        { input: { at: '2026-03-01T08:00:00Z' } },
        { status: 'completed', order: 'morning after', seconds: 1 },
      ],
    },
  },
  'wait for an event': {
    steps: [
      {
        task: 'permit',
        wait: { event: 'permit', key: '$input.id' },
        timeout: '1h',
        fallback: { service: 'F' },
      },
      after,
    ],
    success: [
      { input: { id: 'P-1' }, acts: [{ at: 60, act: arrive('P-1') }] },
      {
        status: 'completed',
        order: 'permit after',
        outputs: { permit: { n: 7, eventId: 'e-1' } },
        seconds: 61,
      },
    ],
    failure: [
      { input: {}, answers: { 'permit!': broken } },
      { status: 'failed', order: 'permit permit!', states: { permit: 'failed' }, seconds: 1 },
    ],
    timeout: [
      {
        input: { id: 'P-1' },
        answers: { 'permit!': { output: { late: true }, after: 9 } },
        acts: [{ at: 3_605, act: arrive('P-1') }],
      },
      {
        status: 'completed',
        order: 'permit permit! after',
        outputs: { permit: { late: true } },
        seconds: 3_610,
      },
    ],
    cancel: [
      { input: { id: 'P-1' }, ...cancelAt(60) },
      { status: 'cancelled', order: 'permit', states: { permit: 'abandoned' } },
    ],
    also: {
      'of another key, and then its own': [
        {
          input: { id: 7 },
          acts: [
            { at: 5, act: arrive('8') },
            { at: 6, act: arrive('7', 'e-2') },
          ],
        },
        { status: 'completed', order: 'permit after', outputs: { permit: { eventId: 'e-2' } }, seconds: 7 },
      ],
      'found early': [
        { input: { id: 'P-1' }, answers: { permit: { output: { n: 1, eventId: 'e-0' } } } },
        { status: 'completed', order: 'permit after', seconds: 2 },
      ],
    },
  },
  workflow: {
    steps: [{ task: 'sub', workflow: { workflow: 'inspect' }, timeout: '1h', retry: { attempts: 1 } }, after],
    success: [
      { answers: { sub: 'defer' }, acts: [{ at: 90, act: childEnds }] },
      { status: 'completed', order: 'sub after', outputs: { sub: { runId: 'R-SUB' } }, seconds: 91 },
    ],
    failure: [
      { answers: { sub: { error: { code: 'step.child', message: 'inspect R-SUB ended failed' } } } },
      { status: 'failed', order: 'sub', reason: 'sub: inspect R-SUB ended failed' },
    ],
    timeout: [{ answers: { sub: 'defer' } }, { status: 'failed', order: 'sub', reason: 'sub: timed out' }],
    cancel: [
      { answers: { sub: 'defer' }, ...cancelAt(60) },
      { status: 'cancelled', order: 'sub', states: { sub: 'abandoned' } },
    ],
  },
  'workflow, before compensations': {
    steps: [
      service('reserve', undo),
      { task: 'sub', workflow: { workflow: 'inspect' }, timeout: '1h', retry: { attempts: 1 } },
      after,
    ],
    success: [
      { answers: { sub: 'defer' }, acts: [{ at: 90, act: childEnds }] },
      { status: 'completed', order: 'reserve sub after' },
    ],
    failure: [
      { answers: { sub: { error: { code: 'step.child', message: 'inspect R-SUB ended failed' } } } },
      { status: 'failed', order: 'reserve sub undo/reserve', reason: 'sub: inspect R-SUB ended failed' },
    ],
    timeout: [
      { answers: { sub: 'defer', 'await/children': { output: {}, after: 9 } } },
      {
        status: 'failed',
        order: 'reserve sub await/children undo/reserve',
        reason: 'sub: timed out',
        seconds: 3_611,
      },
    ],
    cancel: [
      { answers: { sub: 'defer', 'await/children': { output: {}, after: 9 } }, ...cancelAt(60) },
      {
        status: 'cancelled',
        order: 'reserve sub await/children undo/reserve',
        states: { sub: 'abandoned', 'await/children': 'succeeded' },
        pages: [],
        seconds: 70,
      },
    ],
    also: {
      'that does not end is told of after 15 minutes, and they run': [
        { answers: { sub: 'defer', 'await/children': 'defer' }, ...cancelAt(60) },
        {
          status: 'cancelled',
          order: 'reserve sub await/children undo/reserve',
          states: { 'await/children': 'failed' },
          pages: ['failure-await/children'],
          seconds: 961,
        },
      ],
      'whose start may have failed only to us is waited for': [
        { answers: { sub: flaky }, ...cancelAt(60) },
        { status: 'failed', order: 'reserve sub await/children undo/reserve' },
      ],
      'that has ended is not waited for': [
        {
          answers: { sub: 'defer', after: 'hang' },
          acts: [
            { at: 5, act: childEnds },
            { at: 60, act: cancelled },
          ],
        },
        { status: 'cancelled', order: 'reserve sub after undo/reserve' },
      ],
    },
  },
  fallback: {
    steps: [service('call', { timeout: '30s', retry: { attempts: 1 }, fallback: { service: 'F' } }), after],
    success: [
      { answers: { call: broken, 'call!': { output: { saved: true } } } },
      { status: 'completed', order: 'call call! after', outputs: { call: { saved: true } } },
    ],
    failure: [
      { answers: { call: broken, 'call!': { error: { message: 'no help' } } } },
      { status: 'failed', order: 'call call!', reason: 'call: no help' },
    ],
    timeout: [{ answers: { call: 'hang' } }, { status: 'completed', order: 'call call! after', seconds: 32 }],
    cancel: [
      { answers: { call: broken, 'call!': 'hang' }, ...cancelAt(3) },
      { status: 'cancelled', order: 'call call!', states: { call: 'abandoned' } },
    ],
  },
  'fallback that is handed out, of a wait': {
    steps: [{ task: 'dry', wait: { for: '60s' }, timeout: '50s', fallback: { service: 'F' } }, after],
    success: [
      {
        answers: { 'dry!': 'defer' },
        acts: [{ at: 90, act: (t, now) => succeedStep(t, 'dry', { fan: true }, now) }],
      },
      { status: 'completed', order: 'dry dry! after', outputs: { dry: { fan: true } }, seconds: 91 },
    ],
    failure: [{ answers: { 'dry!': broken } }, { status: 'failed', order: 'dry dry!', seconds: 51 }],
    timeout: [
      { answers: { 'dry!': 'defer' } },
      { status: 'failed', order: 'dry dry! dry! dry!', reason: 'dry: timed out' },
    ],
    cancel: [
      { answers: { 'dry!': 'defer' }, ...cancelAt(70) },
      { status: 'cancelled', order: 'dry dry!', states: { dry: 'abandoned' } },
    ],
  },
  'fallback of a container': {
    steps: [
      {
        task: 'both',
        totalTimeout: '30s',
        sla: { within: '10s' },
        parallel: { branches: { one: [service('a')], two: [service('b')] } },
        fallback: { service: 'F' },
      },
      after,
    ],
    success: [
      { answers: { a: broken } },
      {
        status: 'completed',
        order: 'both a b both! after',
        outputs: { both: { by: 'both' } },
        states: { b: 'abandoned' },
      },
    ],
    failure: [
      { answers: { a: broken, 'both!': broken } },
      { status: 'failed', order: 'both a b both!', reason: 'both: broken' },
    ],
    timeout: [
      { answers: { a: 'hang' } },
      { status: 'completed', order: 'both a b both! after', pages: ['sla-step-both'], seconds: 12 },
    ],
    cancel: [
      { answers: { a: broken, 'both!': 'hang' }, ...cancelAt(4) },
      { status: 'cancelled', order: 'both a b both!', states: { both: 'abandoned' } },
    ],
    also: {
      'that fails for a moment is tried again': [
        { answers: { a: broken, 'both!': [flaky, { output: { ok: 1 } }] } },
        { status: 'completed', order: 'both a b both! both! after' },
      ],
    },
  },
  'total timeout with a fallback': {
    steps: [service('call', { totalTimeout: '30s', fallback: { service: 'F' } }), after],
    success: [{}, { status: 'completed', order: 'call after' }],
    failure: [{ answers: { call: broken, 'call!': broken } }, { status: 'failed', order: 'call call!' }],
    timeout: [{ answers: { call: 'hang' } }, { status: 'completed', order: 'call call! after', seconds: 32 }],
    cancel: [
      { answers: { call: 'hang', 'call!': 'hang' }, ...cancelAt(40) },
      { status: 'cancelled', order: 'call call!' },
    ],
    also: {
      'that hangs too': [
        { answers: { call: 'hang', 'call!': 'hang' } },
        { status: 'failed', order: 'call call!', seconds: 60 },
      ],
    },
  },
  compensation: {
    steps: [
      service('reserve', undo),
      {
        task: 'both',
        ...undo,
        parallel: { branches: { one: [service('order', undo)], two: [service('tell')] } },
      },
      { task: 'skipped', service: 'S', when: { value: '$input.no', exists: true }, ...undo },
      service('work', { timeout: '30s', retry: { attempts: 1 }, ...undo }),
      after,
    ],
    success: [{}, { status: 'completed', order: 'reserve both order tell -skipped work after' }],
    failure: [
      { answers: { work: broken } },
      {
        status: 'failed',
        order: 'reserve both order tell -skipped work undo/both undo/order undo/reserve',
        reason: 'work: broken',
        pages: ['failure'],
        most: 2,
      },
    ],
    timeout: [
      { answers: { work: 'hang' } },
      {
        status: 'failed',
        order: 'reserve both order tell -skipped work undo/both undo/order undo/reserve',
        reason: 'work: timed out',
        seconds: 35,
      },
    ],
    cancel: [
      { answers: { after: 'hang' }, ...cancelAt(9) },
      {
        status: 'cancelled',
        order: 'reserve both order tell -skipped work after undo/work undo/both undo/order undo/reserve',
        reason: 'called off',
        seconds: 13,
      },
    ],
    also: {
      'that fails is told of, and the others still run': [
        { answers: { work: broken, 'undo/both': broken } },
        {
          status: 'failed',
          order: 'reserve both order tell -skipped work undo/both undo/order undo/reserve',
          pages: ['failure-undo/both', 'failure'],
        },
      ],
      'cannot be called off': [
        { answers: { work: broken, 'undo/order': { output: {}, after: 9 } }, ...cancelAt(8) },
        {
          status: 'failed',
          order: 'reserve both order tell -skipped work undo/both undo/order undo/reserve',
        },
      ],
    },
  },
  'compensation of steps that ended at the same instant': {
    steps: [
      service('reserve', undo),
      {
        task: 'first',
        ...undo,
        switch: { cases: [{ when: { value: '$input.no', exists: true }, steps: [after] }] },
      },
      { task: 'second', ...undo, wait: { until: '2026-01-01T00:00:00Z' } },
      service('work', { timeout: '30s', retry: { attempts: 1 } }),
    ],
    success: [{}, { status: 'completed', order: 'reserve first second work' }],
    failure: [
      { answers: { work: broken } },
      { status: 'failed', order: 'reserve first second work undo/second undo/first undo/reserve' },
    ],
    timeout: [
      { answers: { work: 'hang' } },
      { status: 'failed', order: 'reserve first second work undo/second undo/first undo/reserve' },
    ],
    cancel: [
      { answers: { work: 'hang' }, ...cancelAt(3) },
      { status: 'cancelled', order: 'reserve first second work undo/second undo/first undo/reserve' },
    ],
  },
  continueAs: {
    steps: [service('work'), { task: 'next', continueAs: {}, timeout: '30s', retry: { attempts: 2 } }],
    success: [
      { answers: { next: { output: { continuedAs: 'R-NEXT' } } } },
      { status: 'completed', order: 'work next', outputs: { next: { continuedAs: 'R-NEXT' } } },
    ],
    failure: [{ answers: { next: broken } }, { status: 'failed', order: 'work next' }],
    timeout: [{ answers: { next: 'hang' } }, { status: 'failed', order: 'work next next' }],
    cancel: [
      { answers: { next: 'hang' }, ...cancelAt(4) },
      { status: 'cancelled', order: 'work next' },
    ],
  },
};

const rows = Object.entries(KINDS).flatMap(([kind, { steps, also = {}, ...four }]) =>
  Object.entries({ ...four, ...also }).map(([outcome, [world, expected]]) => ({
    name: `${kind}: ${outcome}`,
    steps,
    world,
    expected,
  })),
);

describe('a step', () => {
  it.each(rows)('$name', ({ steps, world, expected }) => {
    const played = play({ steps }, world);
    const { run } = played;
    const { status, order, reason, outputs = {}, states = {}, pages, ...figures } = expected;
    expect(played.order.join(' ')).toBe(order);
    expect(run.status).toBe(status);
    if (reason !== undefined) expect(run.reason).toBe(reason);
    for (const [id, output] of Object.entries(outputs))
      expect(run.steps[id]?.output).toMatchObject(output as object);
    for (const [id, state] of Object.entries(states))
      expect(`${id} ${run.steps[id]?.status}`).toBe(`${id} ${state}`);
    if (pages) expect(Object.keys(run.escalations)).toEqual(pages);
    expect(played).toMatchObject(figures);
    expect(play({ steps }, world)).toEqual(played);
  });

  it.each(rows)('$name: leaves nothing open', ({ steps, world }) => {
    const { run } = play({ steps }, world);
    const open = ['pending', 'running', 'waiting', 'retrying', 'incident'];
    expect(Object.entries(run.steps).filter(([, step]) => open.includes(step.status))).toEqual([]);
    expect(run.waitingFor).toEqual([]);
    expect(run.history.filter((event) => event.type === 'run.ended')).toHaveLength(1);
  });
});

describe('what a step can refer to', () => {
  const lamps = { task: 'lamps', forEach: { items: '$item.lamps', steps: [service('fix', undo)] } };
  const streets = { task: 'streets', forEach: { items: '$input.streets', steps: [service('look'), lamps] } };
  const input = { streets: [{ lamps: ['a'] }, { lamps: ['b', 'c'] }] };
  const { run } = play(
    { steps: [service('first'), streets, service('work')] },
    { input, answers: { work: broken } },
  );

  it.each([
    [
      'fix@1-1',
      { item: 'c', index: 1, first: { by: 'first' }, look: { by: 'look@1' }, fix: { by: 'fix@1-1' } },
    ],
    ['lamps@1', { item: { lamps: ['b', 'c'] }, index: 1, look: { by: 'look@1' } }],
    ['undo/fix@1-0', { item: 'b', index: 0, fix: { by: 'fix@1-0' } }],
    ['work', { first: { by: 'first' }, streets: expect.objectContaining({ items: expect.anything() }) }],
  ])('in %s', (id, facts) => expect(factsOf(run, id)).toMatchObject(facts));

  it('is neither an item nor an iteration’s output outside of it', () => {
    expect(Object.keys(factsOf(run, 'work')).sort()).toEqual(['first', 'input', 'run', 'streets']);
  });
});

describe('the wait before another try', () => {
  const source = { steps: [service('call', { retry: { attempts: 6, backoff: '10s', longest: '60s' } })] };
  const waits = (answers: World['answers']) => {
    const { attempts = [] } = play(source, answers ? { answers } : {}).run.steps.call ?? {};
    return attempts
      .slice(1)
      .map((one, index) => (one.startedAt.getTime() - (attempts[index]?.endedAt?.getTime() ?? 0)) / 1_000);
  };

  it('doubles, with up to a tenth more, to the longest', () => {
    const [first = 0, second = 0, third = 0, ...rest] = waits({ call: flaky });
    for (const [wait, least] of [
      [first, 10],
      [second, 20],
      [third, 40],
    ] as const) {
      expect(wait).toBeGreaterThan(least);
      expect(wait).toBeLessThan(least * 1.1);
    }
    expect(rest).toEqual([60, 60]);
  });

  it('refuses lists in lists that would outgrow the run', () => {
    const inner = Array.from({ length: 6 }, (_, index) => service(`inner${index}`));
    const items = Array.from({ length: 1_000 }, () => 'x');
    const { run } = play({ steps: [{ task: 'each', forEach: { items, steps: inner } }] }, {});
    expect(run).toMatchObject({
      status: 'failed',
      reason: 'each: would bring the run beyond 5000 steps; use sub-workflows',
    });
  });

  it('differs from step to step, so that what failed together does not come back together', () => {
    const many = { task: 'each', forEach: { items: [1, 2, 3, 4, 5], steps: [service('call', retry)] } };
    const { run } = play(
      { steps: [many] },
      { answers: Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`call@${n}`, [flaky, { output: {} }]])) },
    );
    const starts = [0, 1, 2, 3, 4].map((n) => run.steps[`call@${n}`]?.attempts[1]?.startedAt.getTime());
    expect(new Set(starts).size).toBe(5);
  });

  it('is at least what the other side asked for', () => {
    const [first = 0] = waits({
      call: [{ error: { retryable: true, retryAfterMs: 30_000 } }, { output: {} }],
    });
    expect(first).toBe(30);
  });
});

describe('an incident', () => {
  const missing = { error: { code: NO_HANDLER, message: 'nothing is called S' } };
  const retried: RunEvent = (transition, now) => retryIncident(transition, null, 'U0BRANDT', now);
  const source = { steps: [service('call', { retry: { attempts: 2, backoff: '5s' } })] };

  it('pages somebody each time the handler is missing, and costs no try', () => {
    const { run, order } = play(source, {
      answers: { call: [missing, missing, flaky, { output: {} }] },
      acts: [
        { at: 60, act: retried },
        { at: 120, act: retried },
      ],
    });
    expect(run.status).toBe('completed');
    expect(order).toEqual(['call', 'call', 'call', 'call']);
    expect(Object.values(run.escalations).map(({ key, state }) => `${key} ${state}`)).toEqual([
      'incident-call resolved',
      'incident-call-2 resolved',
    ]);
  });

  it('asks nobody any more once the run is called off', () => {
    const { run } = play(source, { answers: { call: missing }, ...cancelAt(60) });
    expect(run).toMatchObject({
      status: 'cancelled',
      escalations: { 'incident-call': { state: 'resolved' } },
    });
    expect(run.wakeAt).toBeNull();
  });

  it('goes to the fallback when the step’s time is up', () => {
    const timed = { steps: [service('call', { totalTimeout: '60s', fallback: { service: 'F' } })] };
    const { run, order } = play(timed, { answers: { call: missing } });
    expect(order).toEqual(['call', 'call!']);
    expect(run).toMatchObject({
      status: 'completed',
      escalations: { 'incident-call': { state: 'resolved' } },
    });
  });
});

describe('an event from outside', () => {
  const two = { steps: ['one', 'two'].map((task) => ({ task, wait: { event: 'permit', key: 'P' } })) };

  it('is taken once by a run, however often it is reported', () => {
    const acts = [1, 2, 3].map((at) => ({ at, act: arrive('P') }));
    const { run, refused } = play(two, { acts });
    expect(refused).toEqual(['taken already', 'taken already']);
    expect(run).toMatchObject({ status: 'running', waitingFor: ['permit|P'] });
  });

  it('goes to the next step that waits for one like it', () => {
    const acts = [1, 2].map((at) => ({ at, act: arrive('P', `e-${at}`) }));
    expect(play(two, { acts }).run).toMatchObject({
      status: 'completed',
      steps: { one: { output: { eventId: 'e-1' } }, two: { output: { eventId: 'e-2' } } },
    });
  });
});
