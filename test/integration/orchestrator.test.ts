import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { TestEngine } from '../support/crashing.ts';
import { defer } from '../support/deferred.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';
import { SEED } from '../support/runs.ts';
import { someTurn } from '../support/turns.ts';

const { db } = useDatabase();
const open = useEngines(db, { announces: true });

const agent = handlerForTest('agent', 'SeverityAgent', async () => ({
  kind: 'done',
  output: { severity: 7 },
}));
const scheduler = handlerForTest('service', 'CrewScheduler', async () => ({
  kind: 'done',
  output: { crewName: 'North' },
}));
const repair = handlerForTest('service', 'RepairService', async () => ({
  kind: 'done',
  output: { actualCostCents: 5 },
}));
const approve = (engine: TestEngine, runId: string, actor = 'U0OKAFOR') =>
  engine.orchestrator.apply(runId, (t, now) =>
    decideApproval(t, { task: 'humanApproval', verdict: 'approved', actor, reason: null }, now),
  );
const untilWaiting = (engine: TestEngine, runId: string) =>
  engine.reached(runId, (run) => run.steps.humanApproval?.approval?.state === 'pending');

describe('a run', () => {
  it('goes from start to completed with every fact in the audit trail, in order and once', async () => {
    const engine = await open([agent, scheduler, repair]);
    const run = await engine.start(SEED);
    await untilWaiting(engine, run._id);
    await approve(engine, run._id);
    expect(await engine.ended(run._id)).toMatchObject({ status: 'completed' });
    await engine.orchestrator.stop();
    await engine.relay.drain();
    const stored = await engine.stores.runs.find(run._id);
    const audit = stored?.history ?? [];
    expect(audit.map((event) => event.seq)).toEqual(audit.map((_, index) => index + 1));
    expect(audit.map((event) => event.type)).toEqual([
      'run.started',
      'step.started',
      'step.succeeded',
      'step.started',
      'approval.opened',
      'approval.approved',
      'step.succeeded',
      'step.started',
      'step.succeeded',
      'step.started',
      'step.succeeded',
      'run.ended',
    ]);
    expect(stored?.pending).toEqual([]);
    expect(engine.log.lines()).toContain('[Orchestrator] Step 1 passed: assessSeverity');
    expect(engine.log.lines()).toContain('[Orchestrator] Waiting humanApproval...');
  });

  it('is one run however often the same request is made', async () => {
    const engine = await open([agent]);
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => engine.start(SEED, {}, 'slack:trigger-1')),
    );
    expect(new Set(ids.map((run) => run._id)).size).toBe(1);
    expect(await engine.stores.runs.list({}, 100)).toContainEqual(
      expect.objectContaining({ requestKey: 'slack:trigger-1' }),
    );
  });

  it('counts one of two decisions made in two processes at the same moment', async () => {
    const [one, two] = [await open([agent, scheduler, repair]), await open([agent, scheduler, repair])];
    const run = await one.start(SEED);
    await untilWaiting(one, run._id);
    const outcomes = await Promise.all([
      approve(one, run._id),
      approve(two, run._id, 'U0LIND'),
      approve(two, run._id),
    ]);
    expect(outcomes.filter((outcome) => 'run' in outcome)).toHaveLength(1);
    await one.ended(run._id);
  });

  it('is awaited by another process and ends there', async () => {
    const [one, two] = [await open([agent, scheduler, repair]), await open([agent, scheduler, repair])];
    const run = await one.start(SEED);
    await untilWaiting(one, run._id);
    const end = two.ended(run._id);
    await approve(one, run._id);
    expect(await end).toMatchObject({ status: 'completed' });
  });

  it('is taken over when the process that executes it dies, with the same idempotency key', async () => {
    const keys: string[] = [];
    const never = handlerForTest('agent', 'SeverityAgent', (_input, context) => {
      keys.push(context.idempotencyKey);
      return new Promise(() => {});
    });
    const dead = await createEngine(db, [never], { leaseMs: 1 });
    const run = await dead.start({ steps: [{ task: 'assess', agent: 'SeverityAgent' }] });
    const heir = await open([
      handlerForTest('agent', 'SeverityAgent', async (_input, context) => {
        keys.push(context.idempotencyKey);
        return { kind: 'done', output: { severity: 1 } };
      }),
    ]);
    while (!(await heir.stores.runs.find(run._id))?.endedAt) await heir.orchestrator.advanceDue(100);
    expect(await heir.ended(run._id)).toMatchObject({ status: 'completed' });
    expect(new Set(keys)).toEqual(new Set([`${run._id}/assess`]));
  });

  it('leaves its effect to the next process on an orderly stop, without waiting for a lease', async () => {
    const started = defer();
    const slow = handlerForTest('agent', 'SeverityAgent', (_input, context) => {
      started.resolve();
      return new Promise((_resolve, reject) => {
        context.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    });
    const first = await createEngine(db, [slow]);
    const run = await first.start({ steps: [{ task: 'assess', agent: 'SeverityAgent' }] });
    await started.promise;
    await first.stop();
    const heir = await open([agent]);
    await heir.orchestrator.advanceDue(100);
    expect(await heir.ended(run._id)).toMatchObject({ status: 'completed' });
  });

  it('aborts what it is doing when it is cancelled', async () => {
    const started = defer();
    const aborted = defer();
    const slow = handlerForTest('agent', 'SeverityAgent', (_input, context) => {
      started.resolve();
      return new Promise((_resolve, reject) => {
        context.signal.addEventListener('abort', () => {
          aborted.resolve();
          reject(new Error('aborted'));
        });
      });
    });
    const engine = await open([slow]);
    const run = await engine.start(SEED);
    await started.promise;
    await engine.orchestrator.cancel(run._id, 'U0RIVERA', '');
    await aborted.promise;
    expect(await engine.ended(run._id)).toMatchObject({ status: 'cancelled' });
  });

  it('fails with the handler’s words when the error is permanent', async () => {
    const broken = handlerForTest('service', 'X', async () => {
      throw new AppError('400', { code: 'http.client', userMessage: 'The address is unknown.' });
    });
    const engine = await open([broken]);
    const run = await engine.start({ steps: [{ task: 'call', service: 'X' }] });
    expect(await engine.ended(run._id)).toMatchObject({
      status: 'failed',
      reason: 'call: The address is unknown.',
    });
  });

  it('waits as an incident, with a page, for a handler that is gone, and goes on once it is retried', async () => {
    const source = { steps: [{ task: 'call', service: 'Gone' }] };
    const old = await open([]);
    const run = await old.start(source);
    const raised = await old.reached(run._id, ({ steps }) => steps.call?.status === 'incident');
    expect(raised.escalations['incident-call']).toMatchObject({ state: 'open' });
    const deployed = await open([
      handlerForTest('service', 'Gone', async () => ({ kind: 'done', output: { back: true } })),
    ]);
    const end = deployed.ended(run._id);
    await deployed.orchestrator.retryIncident(run._id, null, 'U0BRANDT');
    expect(await end).toMatchObject({
      status: 'completed',
      escalations: { 'incident-call': { state: 'resolved' } },
    });
  });
});

describe('the journal', () => {
  it('publishes what a process left behind between commit and copy', async () => {
    const engine = await open([agent]);
    const run = await engine.start(SEED);
    await untilWaiting(engine, run._id);
    await engine.orchestrator.stop();
    await engine.relay.drain();
    await db.collection('outbox').deleteMany({ runId: run._id });
    const pending = [
      { _id: `runCard:${run._id}`, kind: 'runCard', runId: run._id, reference: '', priority: 3, wanted: 1 },
    ];
    await db
      .collection<{ _id: string }>('runs')
      .updateOne({ _id: run._id }, { $set: { pending, relayAt: new Date(0) } });
    expect(await engine.relay.sweep(new Date())).toBe(1);
    expect(await engine.stores.outbox.find(`runCard:${run._id}`)).toMatchObject({ wanted: 1, delivered: 0 });
    expect(await engine.relay.sweep(new Date())).toBe(0);
  });

  it('drops only what was copied: an older message that is still on its way stays', async () => {
    const engine = await open([agent]);
    const run = await engine.start(SEED);
    await untilWaiting(engine, run._id);
    await engine.orchestrator.stop();
    await engine.relay.drain();
    const base = { kind: 'notice' as const, runId: run._id, turn: someTurn };
    const older = { ...base, _id: `notice:${run._id}:1`, reference: '1', wanted: 1 };
    const newer = { ...base, _id: `notice:${run._id}:2`, reference: '2', wanted: 2 };
    const pending = { $set: { pending: [older, newer], relayAt: new Date(0) } };
    await db.collection<{ _id: string }>('runs').updateOne({ _id: run._id }, pending);
    await engine.relay.publish({ runId: run._id, messages: [newer] });
    expect((await engine.stores.runs.find(run._id))?.pending).toEqual([older]);
    expect(await engine.relay.sweep(new Date())).toBe(1);
    expect(await engine.stores.outbox.find(older._id)).not.toBeNull();
  });
});
