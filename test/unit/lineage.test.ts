import { describe, expect, it } from 'vitest';
import type { Lineage } from '../../src/core/run/run-parts.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import {
  childKey,
  hasEndedAlone,
  isAwaited,
  lineageOfChild,
  lineageOfSuccessor,
  listLooseStarts,
  successorKey,
} from '../../src/core/steps/lineage.ts';
import { failStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import { AWAIT_CHILDREN, stepDefinition } from '../../src/core/steps/step-lookup.ts';
import { applyForTest, at, startForTest } from '../support/runs.ts';

const LOOP = { steps: [{ task: 'next', continueAs: {} }] };
const PARENT = {
  steps: [
    {
      task: 'sub',
      workflow: { workflow: 'child' },
      retry: { attempts: 2, backoff: '1m' },
      fallback: { service: 'S' },
    },
  ],
};

/** The run that goes on for `run` at `now`; throws the words of a refusal. */
function hop(run: WorkflowRun, now: Date): WorkflowRun {
  const lineage = lineageOfSuccessor(run, now);
  if ('refused' in lineage) throw new Error(lineage.refused);
  return { ...run, lineage, requestKey: successorKey(run._id), createdAt: now };
}

/** Hops in a row, one every `seconds`; how many were made before one was refused. */
function countHops(seconds: number, most: number): number {
  let run = startForTest(LOOP);
  for (let count = 0; count < most; count++) {
    const lineage = lineageOfSuccessor(run, at((count * seconds) / 60));
    if ('refused' in lineage) return count;
    run = { ...run, lineage };
  }
  return most;
}

describe('a chain of runs', () => {
  it('may go on for good when it waits in between', () => {
    expect(countHops(1, 10_000)).toBe(10_000);
  });

  it('is stopped in a spin, with what to do', () => {
    expect(countHops(0, 10_000)).toBe(100);
    expect(countHops(0.1, 10_000)).toBe(100);
    const run = { ...startForTest(LOOP), lineage: { ...begin(), hops: 100 } };
    expect(lineageOfSuccessor(run, at(0.99))).toMatchObject({ refused: expect.stringMatching(/“wait”/) });
  });

  it('may make again, at any time later, a hop that was allowed once', () => {
    for (const hops of [0, 50, 99]) {
      const run = { ...startForTest(LOOP), lineage: { ...begin(), hops } };
      for (const minute of [0, 0.5, 0.99, 1, 2, 60])
        expect(lineageOfSuccessor(run, at(minute))).not.toHaveProperty('refused');
    }
  });

  it('counts its hops from the first run on, also of a run stored before there was a lineage', () => {
    const first = startForTest(LOOP);
    expect(first.lineage).toBeUndefined();
    const third = hop(hop(first, at(5)), at(20));
    expect(third.lineage).toEqual({ depth: 0, generation: 2, hops: 1, since: at(20), head: null });
  });
});

describe('workflows in workflows', () => {
  it('may stand eight levels deep, and no deeper, however the chain in between goes on', () => {
    let run = startForTest(PARENT);
    for (let depth = 1; depth <= 8; depth++) {
      const lineage = lineageOfChild(run, childKey(run._id, 'sub', 1), at(depth));
      if ('refused' in lineage) throw new Error(lineage.refused);
      expect(lineage.depth).toBe(depth);
      run = hop({ ...run, lineage }, at(depth));
    }
    expect(lineageOfChild(run, 'child:x', at(9))).toEqual({
      refused: expect.stringMatching(/8 levels .* “test”/),
    });
  });
});

describe('a step that waits for a workflow', () => {
  const parent = startForTest(PARENT);
  const childOf = (attempt: number): WorkflowRun => {
    const requestKey = childKey(parent._id, 'sub', attempt);
    const lineage = lineageOfChild(parent, requestKey, at(0)) as Lineage;
    return { ...startForTest(LOOP), parent: { runId: parent._id, step: 'sub' }, requestKey, lineage };
  };
  const fail = (run: WorkflowRun, retryable: boolean, minute: number) =>
    applyForTest(
      run,
      (t, now) => failStep(t, 'sub', { code: 'x', message: 'x', retryable }, now),
      at(minute),
    );

  it('waits for the run that its open attempt started, and for all that goes on for it', () => {
    const child = childOf(1);
    expect(isAwaited(parent, child)).toBe(true);
    expect(isAwaited(parent, hop(hop(child, at(1)), at(2)))).toBe(true);
    expect(isAwaited(parent, childOf(2))).toBe(false);
  });

  it('knows a child, and what goes on for it, that was stored before there was a lineage', () => {
    const { lineage: _, ...old } = childOf(1);
    expect(isAwaited(parent, old)).toBe(true);
    expect(isAwaited(parent, hop(old, at(1)))).toBe(true);
  });

  it('waits for nobody between two attempts, and for the second one’s run after', () => {
    const between = fail(parent, true, 1);
    expect(between.steps.sub?.status).toBe('retrying');
    expect(isAwaited(between, childOf(1))).toBe(false);
    const again = applyForTest(between, (same) => same, at(5));
    expect([1, 2].map((attempt) => isAwaited(again, childOf(attempt)))).toEqual([false, true]);
  });

  it('waits for nobody once its fallback took over, or it has ended', () => {
    expect(isAwaited(fail(parent, false, 1), childOf(1))).toBe(false);
    const done = applyForTest(parent, (t, now) => succeedStep(t, 'sub', {}, now), at(1));
    expect(isAwaited(done, childOf(1))).toBe(false);
  });
});

describe('what a step started', () => {
  const parent = startForTest(PARENT);
  const error = { code: 'x', message: 'x', retryable: false };
  const fail = (patch: object) =>
    applyForTest(parent, (t, now) => failStep(t, 'sub', { ...error, ...patch }, now), at(1));
  const loose = (run: WorkflowRun) => listLooseStarts(run).map(({ requestKey }) => requestKey);

  it('may be open while it is awaited, and once it was given up', () => {
    const first = [childKey(parent._id, 'sub', 1)];
    expect(loose(parent)).toEqual(first);
    expect(loose(fail({ code: 'step.timeout' }))).toEqual(first);
    expect(loose(fail({ code: 'step.late' }))).toEqual(first);
    expect(loose(fail({ retryable: true }))).toEqual(first);
    expect(loose(applyForTest(parent, (t, now) => cancelRun(t, 'U0RIVERA', '', now), at(1)))).toEqual(first);
    const again = applyForTest(fail({ code: 'step.timeout', retryable: true }), (same) => same, at(5));
    expect(loose(again)).toEqual([...first, childKey(parent._id, 'sub', 2)]);
  });

  it('is not open once its end was told, and when it could not be started', () => {
    expect(loose(fail({ code: 'step.child' }))).toEqual([]);
    expect(loose(fail({ code: 'step.tooDeep' }))).toEqual([]);
    expect(loose(applyForTest(parent, (t, now) => succeedStep(t, 'sub', {}, now), at(1)))).toEqual([]);
  });

  it('has ended alone only when it was not about to go on as another run', () => {
    const cancel = (run: WorkflowRun) =>
      applyForTest(run, (t, now) => cancelRun(t, 'U0RIVERA', '', now), at(1));
    expect([parent, cancel(parent), cancel(startForTest(LOOP))].map(hasEndedAlone)).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('the wait for what was called off', () => {
  const titleOf = (run: WorkflowRun) => stepDefinition(run, AWAIT_CHILDREN)?.title;
  const inspect = (task: string) => ({ task, title: `Inspect ${task}`, workflow: { workflow: 'child' } });

  it('has the title of the step that started it, and of none when there are several', () => {
    const branches = { one: [inspect('a')], two: [inspect('b')] };
    expect(titleOf(startForTest({ steps: [inspect('a')] }))).toBe('Wait for Inspect a to be called off');
    expect(titleOf(startForTest({ steps: [{ task: 'both', parallel: { branches } }] }))).toBe(
      'Wait for sub-workflows to be called off',
    );
  });

  it('comes before the end also of a run with nothing to undo, when another run may wait for it', () => {
    const cancel = (run: WorkflowRun) =>
      applyForTest(run, (t, now) => cancelRun(t, 'U0RIVERA', '', now), at(1));
    const alone = startForTest(PARENT);
    expect(cancel(alone)).toMatchObject({ status: 'cancelled', closing: null });
    expect(cancel({ ...alone, parent: { runId: 'R-ROOT', step: 'middle' } })).toMatchObject({
      endedAt: null,
      closing: { status: 'cancelled', queue: [AWAIT_CHILDREN] },
    });
  });
});

function begin(): Lineage {
  return { depth: 0, generation: 0, hops: 0, since: at(0), head: null };
}
