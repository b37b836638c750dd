import { Collection } from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { StepContext } from '../../src/core/definition/step-handler.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import type { RunCommit } from '../../src/store/runs/run-update.ts';
import { becomes, pump, type TestEngine } from '../support/crashing.ts';
import { defer } from '../support/deferred.ts';
import { handlerForTest } from '../support/engine.ts';
import { useEngines } from '../support/engines.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const open = useEngines(db);

const step = (task: string, service = 'S') => ({ task, service });
const branches = (parts: Record<string, unknown[]>) => ({
  steps: [{ task: 'all', parallel: { branches: parts } }],
});
const succeeded = (task: string) => (run: WorkflowRun) => run.steps[task]?.status === 'succeeded';
/** Answers each call when the test says so, and notes calls and aborts. */
function answerLater(name = 'S') {
  const calls: string[] = [];
  const aborted: string[] = [];
  const answers = new Map<string, () => void>();
  const handler = handlerForTest('service', name, async (_input, context: StepContext) => {
    const call = `${context.task}/${context.attempt}`;
    calls.push(call);
    context.signal.addEventListener('abort', () => aborted.push(call));
    const { promise, resolve } = defer();
    answers.set(context.task, resolve);
    await promise;
    return { kind: 'done', output: {} };
  });
  return { calls, aborted, handler, answer: (task: string) => answers.get(task)?.() };
}
const answersAtOnce = handlerForTest('service', 'S', async () => ({ kind: 'done', output: {} }));

async function tell(engine: TestEngine, id: string, name: string, key: string): Promise<void> {
  const event = { _id: id, name, key, payload: {}, at: new Date(), offered: true };
  await engine.stores.externalEvents.insert(event);
  await engine.orchestrator.offerEvent(event);
}

describe('a look at a run that has moved on since it was read', () => {
  it('aborts nothing that is under way and repeats nothing that is done', async () => {
    const { calls, aborted, handler, answer } = answerLater();
    const engine = await open([handler]);
    const run = await engine.start({ steps: [step('one'), step('two')] });
    await expect.poll(() => calls).toEqual(['one/1']);
    const { runs } = engine.stores;
    const { find } = runs;
    const hasRead = defer();
    const goesOn = defer();
    runs.find = async (...args) => {
      const found = await find(...args);
      runs.find = find;
      hasRead.resolve();
      await goesOn.promise;
      return found;
    };
    const heard = engine.orchestrator.hearOf(run._id);
    await hasRead.promise;
    answer('one');
    await expect.poll(() => calls).toEqual(['one/1', 'two/1']);
    goesOn.resolve();
    await heard;
    answer('two');
    expect((await engine.ended(run._id)).status).toBe('completed');
    expect(calls).toEqual(['one/1', 'two/1']);
    expect(aborted).toEqual([]);
  });
});

describe('while another branch keeps the lease', () => {
  /** Lets the commit in which `quick` succeeds fail once, before it is written or after. */
  const failOnce = ({ stores: { runs } }: TestEngine, when: 'before' | 'after') => {
    const { commit } = runs;
    const isMoment = becomes('quick', 'succeeded');
    runs.commit = async (prepared: RunCommit) => {
      if (!isMoment(prepared.after, prepared.before)) return commit(prepared);
      runs.commit = commit;
      if (when === 'after') await commit(prepared);
      throw new Error('connection lost');
    };
  };

  it.each(['before', 'after'] as const)('goes on when a commit fails %s it is written', async (when) => {
    const { calls, handler, answer } = answerLater('Long');
    let quick = 0;
    const counts = handlerForTest('service', 'S', async ({ task }) => {
      if (task === 'quick') quick++;
      return { kind: 'done', output: {} };
    });
    const engine = await open([handler, counts]);
    failOnce(engine, when);
    const quickStep = { ...step('quick'), with: { task: 'quick' } };
    const run = await engine.start(branches({ a: [step('long', 'Long')], b: [quickStep, step('next')] }));
    await engine.reached(run._id, succeeded('next'));
    expect(calls).toEqual(['long/1']);
    answer('long');
    expect((await engine.ended(run._id)).status).toBe('completed');
    // The result was there: it is committed again, the work is not done again.
    expect(quick).toBe(1);
  });

  it('goes on with what another process decided, though its signal was lost', async () => {
    const { handler, answer } = answerLater('Long');
    const owner = await open([handler, answersAtOnce], { leaseMs: 300 });
    const other = await open([handler, answersAtOnce], { leaseMs: 300 });
    const wait = { task: 'wait', wait: { event: 'go', key: '$run.id' } };
    const run = await owner.start(branches({ a: [step('long', 'Long')], b: [wait, step('next')] }));
    await owner.reached(run._id, ({ steps }) => steps.wait?.status === 'waiting');
    await tell(other, 'go-1', 'go', run._id);
    expect((await owner.reached(run._id, succeeded('next'))).steps.long?.status).toBe('running');
    answer('long');
    expect((await owner.ended(run._id)).status).toBe('completed');
  });

  it('goes on after a time-out that another process applied, though its signal was lost', async () => {
    const end = defer();
    const hangs = handlerForTest('service', 'S', async (_input, { attempt }) => {
      if (attempt === 1) await end.promise;
      return { kind: 'done', output: {} };
    });
    const owner = await open([hangs], { leaseMs: 300 });
    const other = await open([hangs], { leaseMs: 300 });
    const hang = { ...step('hang'), timeout: '0.2s', retry: { attempts: 3, backoff: '0.05s' } };
    const run = await owner.start({ steps: [hang] });
    const ended = owner.ended(run._id);
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    await pump(other, () => isOver);
    expect((await ended).steps.hang?.attempts.length).toBe(2);
    end.resolve();
  });
});

describe('a commit that was written, after which another process moved the run on', () => {
  it('is answered as what it was, not as refused', async () => {
    const here = await open([]);
    const there = await open([]);
    const source = (key: string) =>
      branches({
        a: [{ task: 'ask', role: 'Supervisor' }],
        b: [{ task: 'wait', wait: { event: 'go', key } }],
      });
    const [first, second] = await Promise.all([here.start(source('first')), here.start(source('second'))]);
    for (const { _id } of [first, second])
      await here.reached(_id, ({ steps }) => steps.wait?.status === 'waiting');
    // This one's fence fails in the same batch, so that it has to be found out which commits held.
    await tell(there, 'go-2', 'go', 'second');
    const { bulkWrite } = Collection.prototype;
    Collection.prototype.bulkWrite = async function (this: Collection, ...args) {
      const result = await bulkWrite.apply(this, args);
      if (this.collectionName !== 'runs' || args[0].length !== 2) return result;
      Collection.prototype.bulkWrite = bulkWrite;
      await tell(there, 'go-1', 'go', 'first');
      return result;
    };
    const decide = (runId: string) =>
      here.orchestrator.apply(runId, (transition, now) =>
        decideApproval(
          transition,
          { task: 'ask', verdict: 'approved', actor: 'U0OKAFOR', reason: null },
          now,
        ),
      );
    const outcomes = await Promise.all([decide(first._id), decide(second._id)]);
    expect(outcomes.filter((outcome) => 'refused' in outcome)).toEqual([]);
    expect((await here.ended(first._id)).status).toBe('completed');
  });
});
