import { describe, expect, it } from 'vitest';
import { decideNext } from '../../src/core/deciding/decide-next.ts';
import { settle } from '../../src/core/deciding/settle.ts';
import { acknowledge, reportUndeliverable } from '../../src/core/escalator/escalation.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import { announceWork, finishWork, reportProgress } from '../../src/core/events/work-events.ts';
import { announce } from '../../src/core/outbox/outbox-message.ts';
import { begin, isRefusal, type RunEvent } from '../../src/core/run/transition.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { cancelRun } from '../../src/core/steps/end-run.ts';
import { deferStep, failStep, succeedStep } from '../../src/core/steps/step-attempt.ts';
import { applyForTest as apply, at, SEED, startForTest } from '../support/runs.ts';

const succeed =
  (task: string, output: Record<string, unknown> = {}): RunEvent =>
  (transition, now) =>
    succeedStep(transition, task, output, now);
const fail =
  (task: string, retryable: boolean): RunEvent =>
  (transition, now) =>
    failStep(transition, task, { code: 'x', message: 'broken', retryable }, now);
const decide =
  (verdict: 'approved' | 'rejected', actor = 'U0OKAFOR'): RunEvent =>
  (transition, now) =>
    decideApproval(transition, { task: 'humanApproval', verdict, actor, reason: 'because' }, now);
const defer =
  (task: string): RunEvent =>
  (transition) =>
    deferStep(transition, task);
/** What is left to be done from outside: the step to execute, or the instant to rest until. */
function next(run: WorkflowRun, now: Date): string | Date | null {
  const decision = decideNext(run, now);
  if (decision.kind !== 'settled') throw new Error(JSON.stringify(decision.change));
  const [effect] = decision.effects;
  return effect ? `${effect.step}/${effect.attempt}` : decision.until;
}
const nothing: RunEvent = (transition) => transition;
const assignment = {
  crewId: 'north',
  crewName: 'North crew',
  start: at(60),
  end: at(180),
  depotId: 'yard',
  materials: [],
  reason: 'first free',
};

/** Milliseconds until the run has to be looked at. */
const waitOf = (run: WorkflowRun, now: Date): number => (run.wakeAt?.getTime() ?? 0) - now.getTime();

function atExecution(source: object = SEED): WorkflowRun {
  let run = apply(startForTest(source), succeed('assessSeverity', { severity: 7 }), at(1));
  run = apply(run, decide('approved'), at(2));
  run = apply(run, defer('assignCrew'), at(3));
  run = apply(run, announceWork('assignCrew', assignment), at(4));
  return apply(run, defer('executeRepair'), at(5));
}

describe('the seed’s workflow', () => {
  it('starts with the agent, then waits for people, then for a crew, then for the work, then completes', () => {
    let run = startForTest(SEED);
    expect(next(run, at(0))).toBe('assessSeverity/1');
    run = apply(run, succeed('assessSeverity', { severity: 7 }), at(1));
    expect(run.steps.humanApproval).toMatchObject({
      status: 'waiting',
      approval: { state: 'pending', role: 'Supervisor' },
    });
    expect(next(run, at(1))).toEqual(at(48 * 60 * 0.8));
    run = apply(run, decide('approved'), at(2));
    expect(next(run, at(2))).toBe('assignCrew/1');
    run = apply(atExecution(), reportProgress({ type: 'work.started', actor: 'U0SANTOS' }), at(60));
    run = apply(run, finishWork({ actor: 'U0SANTOS', actualCostCents: 100, note: 'ok' }), at(90));
    expect(run).toMatchObject({ status: 'completed', endedAt: at(90), wakeAt: null });
    expect(next(run, at(9_999_999))).toBeNull();
  });

  it('ends rejected with the reason, and the later steps are abandoned', () => {
    const run = apply(apply(startForTest(SEED), succeed('assessSeverity'), at(1)), decide('rejected'), at(2));
    expect(run).toMatchObject({ status: 'rejected', reason: 'because' });
    expect(run.steps.assignCrew?.status).toBe('abandoned');
  });

  it('warns once at 80 % and breaches once at 48 h, pages the first level and ends escalated', () => {
    const waiting = apply(startForTest(SEED), succeed('assessSeverity'), at(1));
    const warned = apply(waiting, nothing, at(48 * 60 * 0.8));
    expect(warned.clocks.run).toMatchObject({ warnedAt: at(2304), breachedAt: null });
    expect(apply(warned, nothing, at(2305)).lastSeq).toBe(warned.lastSeq);
    const late = apply(warned, nothing, at(48 * 60));
    expect(late).toMatchObject({ status: 'escalated', reason: 'Missed the 2 d deadline at “humanApproval”' });
    expect(late.steps.humanApproval?.approval?.state).toBe('expired');
    expect(late.escalations['sla-run']?.pages.map((page) => page.target)).toEqual([
      { channel: 'C0ESCALATIONS' },
    ]);
  });

  it('climbs the policy after the end until somebody acknowledges', () => {
    const late = apply(apply(startForTest(SEED), succeed('assessSeverity'), at(1)), nothing, at(2880));
    const second = apply(late, nothing, at(2895));
    expect(second.escalations['sla-run']?.pages.at(-1)).toMatchObject({
      level: 1,
      target: { user: 'U0BRANDT' },
    });
    const acknowledged = apply(second, (t, now) => acknowledge(t, 'sla-run', 'U0BRANDT', now), at(2900));
    expect(acknowledged).toMatchObject({ wakeAt: null });
    expect(acknowledged.escalations['sla-run']).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'U0BRANDT',
    });
    const again = acknowledge(begin(acknowledged), 'sla-run', 'U0LIND', at(2901));
    expect(again).toEqual({
      refused: 'U0BRANDT has already acknowledged this.',
      actor: 'U0BRANDT',
    });
  });

  it('repeats the last level as often as the policy says and then says that nobody came', () => {
    let run = apply(apply(startForTest(SEED), succeed('assessSeverity'), at(1)), nothing, at(2880));
    for (const minutes of [2895, 2925, 2955]) run = apply(run, nothing, at(minutes));
    expect(run.escalations['sla-run']).toMatchObject({ state: 'exhausted', nextAt: null });
    expect(run.escalations['sla-run']?.pages).toHaveLength(3);
  });

  it('climbs at once when Slack can never deliver the page', () => {
    const late = apply(apply(startForTest(SEED), succeed('assessSeverity'), at(1)), nothing, at(2880));
    const next = apply(late, (t, now) => reportUndeliverable(t, 'sla-run', 1, 'is_archived', now), at(2881));
    expect(next.escalations['sla-run']?.pages.map((page) => page.undeliverable)).toEqual([
      'is_archived',
      null,
    ]);
  });

  it('keeps a late report of the crew after the escalation and resolves the open page', () => {
    const late = apply(atExecution(), nothing, at(2880));
    expect(late.status).toBe('escalated');
    const done = apply(late, finishWork({ actor: 'U0SANTOS', actualCostCents: 100, note: '' }), at(2900));
    expect(done.status).toBe('escalated');
    expect(done.escalations['sla-run']?.state).toBe('resolved');
  });

  it('is called off by a cancel, and refuses a second one', () => {
    const run = apply(startForTest(SEED), (t, now) => cancelRun(t, 'U0RIVERA', '', now), at(1));
    expect(run).toMatchObject({ status: 'cancelled', reason: '', cancelledBy: 'U0RIVERA' });
    expect(isRefusal(cancelRun(begin(run), 'U0RIVERA', '', at(2)))).toBe(true);
  });
});

describe('an approval', () => {
  it('counts the first decision and tells the second who was first', () => {
    const run = apply(apply(startForTest(SEED), succeed('assessSeverity'), at(1)), decide('approved'), at(2));
    expect(decide('rejected', 'U0LIND')(begin(run), at(3))).toEqual({
      refused: 'Already approved by U0OKAFOR.',
      actor: 'U0OKAFOR',
    });
  });

  it('is never decided by the requester', () => {
    const run = apply(startForTest(SEED), succeed('assessSeverity'), at(1));
    expect(decide('approved', 'U0RIVERA')(begin(run), at(2))).toMatchObject({
      refused: expect.stringContaining('somebody else'),
    });
  });
});

describe('a step that fails', () => {
  const source = {
    steps: [
      { task: 'call', service: 'X', retry: { attempts: 3, backoff: '10s' }, fallback: { service: 'Y' } },
      { task: 'next', service: 'Z' },
    ],
  };

  it('is tried again after a wait that doubles, then handed to its fallback', () => {
    let run = apply(startForTest(source), fail('call', true), at(0));
    expect(waitOf(run, at(0))).toBeGreaterThanOrEqual(10_000);
    expect(waitOf(run, at(0))).toBeLessThan(11_000);
    run = apply(run, nothing, at(1));
    run = apply(run, fail('call', true), at(1));
    expect(waitOf(run, at(1))).toBeGreaterThanOrEqual(20_000);
    run = apply(apply(run, nothing, at(2)), fail('call', true), at(2));
    expect(run.steps.call?.attempts.at(-1)).toMatchObject({ number: 4, fallback: true });
    expect(apply(run, succeed('call', { done: true }), at(3)).steps.call?.status).toBe('succeeded');
  });

  it('is not tried again when the error is permanent', () => {
    const run = apply(startForTest(source), fail('call', false), at(0));
    expect(run.steps.call?.attempts.map((attempt) => attempt.fallback)).toEqual([false, true]);
  });

  it('fails the run and pages somebody when nothing is left to try', () => {
    const run = apply(startForTest({ steps: [{ task: 'call', service: 'X' }] }), fail('call', false), at(0));
    expect(run).toMatchObject({ status: 'failed', reason: 'call: broken' });
    expect(run.escalations.failure).toMatchObject({ kind: 'failure', state: 'open' });
  });

  it('times out when its time is over, once per attempt', () => {
    const timed = {
      steps: [{ task: 'call', service: 'X', timeout: '30s', retry: { attempts: 2, backoff: '5s' } }],
    };
    const run = apply(startForTest(timed), nothing, at(1));
    expect(run.steps.call).toMatchObject({ status: 'retrying', error: { code: 'step.timeout' } });
  });
});

describe('conditions and clocks of steps', () => {
  it('skips a step whose condition does not hold, and chains into the next in the same commit', () => {
    const source = {
      steps: [
        { task: 'assess', agent: 'A' },
        { task: 'approve', role: 'Supervisor', when: { value: '$assess.severity', atLeast: 5 } },
        { task: 'work', service: 'S' },
      ],
    };
    const run = apply(startForTest(source), succeed('assess', { severity: 2 }), at(1));
    expect(run.steps.approve?.status).toBe('skipped');
    expect(next(run, at(1))).toBe('work/1');
  });

  it('hands a step that misses its own deadline to its fallback, and the run goes on', () => {
    const source = {
      steps: [
        { task: 'approve', role: 'Supervisor', sla: { within: '10m' }, fallback: { service: 'Deputy' } },
      ],
    };
    const run = apply(startForTest(source), nothing, at(10));
    expect(run.steps.approve).toMatchObject({ status: 'running', approval: { state: 'expired' } });
    expect(run.escalations['sla-step-approve']?.state).toBe('open');
    expect(apply(run, succeed('approve', {}), at(11)).status).toBe('completed');
  });

  it('runs the definition’s fallback once on breach and then ends escalated', () => {
    const source = { ...SEED, fallback: { service: 'NoticeService', with: { text: 'call the contractor' } } };
    const late = apply(apply(startForTest(source), succeed('assessSeverity'), at(1)), nothing, at(2880));
    expect(late).toMatchObject({ status: 'running', closing: { status: 'escalated' } });
    expect(next(late, at(2880))).toBe('runFallback/1');
    const ended = apply(late, succeed('runFallback', { text: 'call' }), at(2881));
    expect(ended).toMatchObject({ status: 'escalated', closing: null });
  });

  it('goes on after a breach where the definition says so, and still never counts as completed', () => {
    const source = { steps: SEED.steps, sla: { within: '48h', onBreach: 'continue' } };
    const late = apply(atExecution(source), nothing, at(2880));
    expect(late.status).toBe('running');
    const done = apply(late, finishWork({ actor: 'U0SANTOS', actualCostCents: 1, note: '' }), at(2900));
    expect(done).toMatchObject({ status: 'escalated', reason: 'Done, after the deadline' });
  });
});

describe('a budget', () => {
  const source = { ...SEED, budget: { amount: 1000 } };
  const finish = (cents: number) => finishWork({ actor: 'U0SANTOS', actualCostCents: cents, note: '' });

  it('warns at 80 % of it, without a page', () => {
    const run = apply(atExecution(source), finish(80_000), at(10));
    expect(run.budget).toMatchObject({ warnedAt: at(10), breachedAt: null });
    expect(run.escalations).toEqual({});
  });

  it('pages once when it is exceeded, and the page stays open after the run completed', () => {
    const run = apply(atExecution(source), finish(100_001), at(10));
    expect(run).toMatchObject({ status: 'completed', budget: { breachedAt: at(10) } });
    expect(run.escalations.budget).toMatchObject({ state: 'open', nextAt: at(25) });
  });
});

describe('what Slack has to show', () => {
  it('is derived from the change: a page, the expired approval, the run card and the thread', () => {
    const waiting = apply(startForTest(SEED), succeed('assessSeverity'), at(1));
    const { transition } = settle(begin(waiting), at(2880));
    const ids = announce(waiting, transition.run, transition.audit).map((message) => message._id);
    expect(ids).toEqual([
      'runCard:R-TEST',
      'timeline:R-TEST',
      'approvalCard:R-TEST:humanApproval',
      'page:R-TEST:sla-run#1',
    ]);
  });

  it('is nothing when nothing happened', () => {
    const run = startForTest(SEED);
    expect(announce(run, run, [])).toEqual([]);
  });
});
