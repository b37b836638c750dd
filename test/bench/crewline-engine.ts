import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Log } from '../../src/base/log.ts';
import { decideApproval } from '../../src/core/events/approval-decision.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { after } from '../../src/core/values/duration.ts';
import { createDueRunPump } from '../../src/monitor/due-run-pump.ts';
import { createSystemSteps } from '../../src/orchestrator/driving/system-steps.ts';
import { Orchestrator } from '../../src/orchestrator/orchestrator.ts';
import { createRunWaiters } from '../../src/orchestrator/run-waiters.ts';
import { createRelay } from '../../src/store/outbox/relay.ts';
import { createStores, ensureIndexes } from '../../src/store/stores.ts';
import { handlerForTest } from '../support/engine.ts';
import { defineForTest, POLICY, SEED } from '../support/runs.ts';
import { systemClock } from '../support/system-clock.ts';

/** The product's engine without Slack, with handlers that answer at once. Only warnings are logged. */
export interface BenchEngine {
  stores: ReturnType<typeof createStores>;
  /** Runs the seed's workflow; the approval is decided as soon as it is open. */
  one(): Promise<void>;
  /** Starts a run that does nothing but wait for its deadline; resolves with the lateness of its breach in ms. */
  armDeadline(dueAt: Date): Promise<{ lateness: Promise<number> }>;
  /** Stores runs whose deadlines are days away, so that they stand in every index. */
  armFar(count: number): Promise<void>;
  /** Stores runs that have ended, as they are before they are archived. */
  storeEnded(count: number): Promise<void>;
  stop(): Promise<void>;
}

const answers = {
  SeverityAgent: {
    severity: 7,
    reasons: ['deep', 'bus lane'],
    estimatedCostCents: 108_000,
    durationMinutes: 135,
  },
  CrewScheduler: {
    crewId: 'night',
    crewName: 'Night Crew',
    start: '2026-03-02T15:00:00Z',
    reason: 'first free crew',
  },
  RepairService: { actualCostCents: 105_050, note: 'filled' },
};
const DAY_MS = 86_400_000;
const COPIES_AT_ONCE = 5_000;
const WAIT = { steps: [{ task: 'humanApproval', role: 'Supervisor' }] };

/** Sets the engine up over a database and starts its due-run pump. */
export async function startBenchEngine(db: Db): Promise<BenchEngine> {
  await ensureIndexes(db);
  const stores = createStores(db);
  const waiters = createRunWaiters(stores.runs);
  // Breaches are logged as errors, and thousands of them are provoked here.
  const nothing = () => {};
  const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, for: () => log };
  const approvals = new Map<string, () => void>();
  const breaches = new Map<string, (lateness: number) => void>();
  const handlers = Object.entries(answers).map(([name, output]) =>
    handlerForTest(name === 'SeverityAgent' ? 'agent' : 'service', name, async () => ({
      kind: 'done',
      output,
    })),
  );
  const orchestrator = new Orchestrator({
    ...{ runs: stores.runs, relay: createRelay(stores, () => {}, systemClock.now), clock: systemClock, log },
    findHandler: (_kind, name) => handlers.find((handler) => handler.name === name) ?? null,
    systemSteps: createSystemSteps({
      ...{ events: stores.externalEvents, stepOutputs: stores.stepOutputs },
      startRun: () => Promise.reject(new Error('none')),
    }),
    ...{ owner: randomUUID(), leaseMs: 15_000, announces: false, mostEffects: 500, mostWaiting: 10_000 },
    missingWaitMs: 0,
    ...{ stepOutputs: stores.stepOutputs, auditEvents: stores.auditEvents },
    tellOwner: () => {},
    onCommitted: (run) => {
      if (run.endedAt) waiters.ended(run);
      settle(run, breaches);
      if (run.steps.humanApproval?.approval?.state !== 'pending') return;
      approvals.get(run._id)?.();
      approvals.delete(run._id);
    },
  });
  const pump = createDueRunPump({
    advanceDue: (limit) => orchestrator.advanceDue(limit),
    findNextWake: stores.runs.findNextWake,
    ...{ clock: systemClock, log },
  });
  pump.start();
  const definition = defineForTest(SEED, 'repairWorkflow');
  const storeCopies = async (run: WorkflowRun, count: number, change: (index: number) => object) => {
    for (let stored = 0; stored < count; stored += COPIES_AT_ONCE) {
      const rows = Array.from({ length: Math.min(COPIES_AT_ONCE, count - stored) }, (_, index) => ({
        ...{ ...run, _id: randomUUID(), ...change(stored + index) },
      }));
      await db.collection<WorkflowRun>('runs').insertMany(rows, { ordered: false });
    }
  };
  const start = (_id: string, runDefinition = definition) =>
    orchestrator.start({
      ...{ _id, definition: runDefinition, policy: POLICY, input: { reportId: 'pothole-123' } },
      requester: { userId: 'U0RIVERA', name: 'Maya Rivera' },
      ...{ origin: { kind: 'code', channel: null }, requestKey: null },
    });
  return {
    stores,
    one: async () => {
      const id = randomUUID();
      const ended = waiters.expectEnd(id);
      const open = new Promise<void>((resolve) => approvals.set(id, resolve));
      await start(id);
      await open;
      await orchestrator.apply(id, (transition, now) =>
        decideApproval(
          transition,
          { task: 'humanApproval', verdict: 'approved', actor: 'U0OKAFOR', reason: null },
          now,
        ),
      );
      await ended;
    },
    armDeadline: async (dueAt) => {
      const id = randomUUID();
      const lateness = new Promise<number>((resolve) => breaches.set(id, resolve));
      const within = `${Math.max(1, dueAt.getTime() - Date.now()) / 1_000}s`;
      await start(id, defineForTest({ ...WAIT, sla: { within, warnAt: 0.999999 } }, 'deadline'));
      return { lateness };
    },
    armFar: async (count) => {
      const template = defineForTest({ ...WAIT, slaHours: 48 }, 'far');
      const { run } = await start(randomUUID(), template);
      await storeCopies(run, count, (index) => ({ wakeAt: after(new Date(), DAY_MS + index * 1_000) }));
    },
    storeEnded: async (count) => {
      const ended = await stores.runs.list({ status: 'completed' }, 1);
      const [run] = ended;
      if (!run) throw new Error('no run has ended yet');
      await storeCopies(run, count, (index) => {
        const at = after(run.createdAt, -index * 1_000);
        return { createdAt: at, endedAt: at };
      });
    },
    stop: async () => {
      await pump.stop();
      await orchestrator.stop();
      await waiters.close(new Error('bench is over'));
    },
  };
}

function settle(run: WorkflowRun, breaches: Map<string, (lateness: number) => void>): void {
  const clock = run.clocks.run;
  if (!clock?.breachedAt) return;
  // Late is when the breach is on disk, which is now, not when it was decided.
  breaches.get(run._id)?.(Date.now() - clock.dueAt.getTime());
  breaches.delete(run._id);
}
