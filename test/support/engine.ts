import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { Clock } from '../../src/base/clock.ts';
import type { Agency } from '../../src/core/agency/agency.ts';
import type { StepContext, StepHandler, StepResult } from '../../src/core/definition/step-handler.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { callKey } from '../../src/core/steps/missing-call.ts';
import { createAdoption } from '../../src/orchestrator/adopt-runs.ts';
import { createSystemSteps } from '../../src/orchestrator/driving/system-steps.ts';
import { createFamily } from '../../src/orchestrator/family.ts';
import { Orchestrator } from '../../src/orchestrator/orchestrator.ts';
import { startRun } from '../../src/orchestrator/run-starter.ts';
import { createRunWaiters } from '../../src/orchestrator/run-waiters.ts';
import { createRelay } from '../../src/store/outbox/relay.ts';
import { createStores, ensureIndexes } from '../../src/store/stores.ts';
import { createMemoryLog } from './memory-log.ts';
import { defineForTest, POLICY } from './runs.ts';
import { systemClock } from './system-clock.ts';

/** What a test may set of an engine. */
export interface EngineOptions {
  leaseMs?: number;
  /** Names the engine in leases. */
  owner?: string;
  announces?: boolean;
  mostEffects?: number;
  mostWaiting?: number;
  /** How long a step waits for an engine that has its handler; unless told it is an incident at once. */
  missingWaitMs?: number;
  /** Definitions that sub-workflows and `continueAs` may name. */
  definitions?: unknown[];
  clock?: Clock;
}

type Execute = (
  input: Record<string, unknown>,
  context: StepContext,
) => Promise<StepResult<Record<string, unknown>>>;

/** A handler that takes and answers any object. */
export function handlerForTest(kind: 'agent' | 'service', name: string, execute: Execute): StepHandler {
  const anything = z.record(z.string(), z.unknown());
  return { kind, name, description: name, input: anything, output: anything, execute } as StepHandler;
}

/** One process' worth of engine over a database: several of them over one database are several processes. */
export async function createEngine(db: Db, handlers: StepHandler[], options: EngineOptions = {}) {
  const definitions = new Map(
    (options.definitions ?? []).map((source) => {
      const definition = defineForTest(source, (source as { name: string }).name);
      return [definition.name, definition] as const;
    }),
  );
  await ensureIndexes(db);
  const stores = createStores(db);
  const waiters = createRunWaiters(stores.runs);
  const log = createMemoryLog();
  const listeners = new Set<(run: WorkflowRun) => void>();
  const relay = createRelay(stores, () => {}, systemClock.now);
  const agency = { escalationPolicies: [POLICY], defaultEscalation: POLICY.name } as unknown as Agency;
  const follow = (work: Promise<void>): void => void work.catch(() => {});
  const owner = options.owner ?? randomUUID();
  const missingWaitMs = options.missingWaitMs ?? 0;
  const orchestrator: Orchestrator = new Orchestrator({
    runs: stores.runs,
    relay,
    clock: options.clock ?? systemClock,
    log,
    findHandler: (kind, name) =>
      handlers.find((handler) => handler.kind === kind && handler.name === name) ?? null,
    owner,
    leaseMs: options.leaseMs ?? 30_000,
    mostEffects: options.mostEffects ?? 500,
    mostWaiting: options.mostWaiting ?? 10_000,
    missingWaitMs,
    systemSteps: createSystemSteps({
      ...{ events: stores.externalEvents, stepOutputs: stores.stepOutputs },
      startRun: (request) => startRun({ agency, definitions, orchestrator }, request),
    }),
    ...{ stepOutputs: stores.stepOutputs, auditEvents: stores.auditEvents },
    tellOwner: () => {},
    announces: options.announces ?? true,
    onCommitted: (run, before) => {
      follow(family.moved(run, before));
      follow(adoption.seek(run, before));
      if (run.endedAt) {
        waiters.ended(run);
        if (!before.endedAt) follow(family.ended(run));
      }
      for (const listener of listeners) listener(run);
    },
  });
  const family = createFamily({
    ...{ runs: stores.runs, stepOutputs: stores.stepOutputs },
    apply: (runId, event) => orchestrator.apply(runId, event),
    cancel: (runId, actor, reason) => orchestrator.cancel(runId, actor, reason),
  });
  const calls = () => [
    ...handlers.map(callKey),
    ...[...definitions.keys()].map((name) => callKey({ kind: 'workflow', name })),
  ];
  const adoption = createAdoption({
    ...{ runs: stores.runs, owner, waitMs: missingWaitMs, calls },
    apply: (runId, event) => orchestrator.apply(runId, event),
    findAble: stores.processBeats.findAble,
    tell: (other, runId) => void stores.signals.send(other, runId, systemClock.now()),
  });
  let hearing: { close(): Promise<void> } | null = null;
  return {
    adoption,
    /** Says what it can do, and hears of runs that are left to it, like a process that is in service. */
    announce: async () => {
      await stores.processBeats.beat(owner, calls());
      hearing = stores.signals.listen(owner, async (runId) => {
        const run = await orchestrator.hearOf(runId);
        if (run) await adoption.adopt(run);
      });
      await adoption.sweep();
    },
    stores,
    orchestrator,
    family,
    relay,
    log,
    start: async (source: unknown, input: Record<string, unknown> = {}, requestKey: string | null = null) => {
      const { run } = await orchestrator.start({
        _id: `R-${randomUUID().slice(0, 8).toUpperCase()}`,
        definition: defineForTest(source),
        policy: POLICY,
        input,
        requester: { userId: 'U0RIVERA', name: 'Maya Rivera' },
        origin: { kind: 'code', channel: null },
        requestKey,
      });
      return run;
    },
    listeners,
    waiters,
    /** Resolves with the run once `test` holds for it; told of every commit made by this engine. */
    reached: async (runId: string, test: (run: WorkflowRun) => boolean): Promise<WorkflowRun> => {
      const told = new Promise<WorkflowRun>((resolve) => {
        const listener = (run: WorkflowRun): void => {
          if (run._id !== runId || !test(run)) return;
          listeners.delete(listener);
          resolve(run);
        };
        listeners.add(listener);
      });
      const now = await stores.runs.find(runId);
      return now && test(now) ? now : told;
    },
    ended: async (runId: string): Promise<WorkflowRun> => {
      const run = await waiters.waitForEnd(runId);
      if (!run) throw new Error(`no run ${runId}`);
      return run;
    },
    stop: async () => {
      await hearing?.close();
      await orchestrator.stop();
      await relay.drain();
      await waiters.close(new Error('stopped'));
    },
  };
}
