import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { z } from 'zod';
import { systemClock } from '../../src/clock.ts';
import type { StepContext, StepHandler, StepResult } from '../../src/core/step-handler.ts';
import type { WorkflowRun } from '../../src/core/workflow-run.ts';
import { Orchestrator } from '../../src/orchestrator/orchestrator.ts';
import { createRunWaiters } from '../../src/orchestrator/run-waiters.ts';
import { createRelay } from '../../src/store/relay.ts';
import { createStores, ensureIndexes } from '../../src/store/stores.ts';
import { createMemoryLog } from './memory-log.ts';
import { defineForTest, POLICY } from './runs.ts';

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
export async function createEngine(
  db: Db,
  handlers: StepHandler[],
  options: { leaseMs?: number; announces?: boolean } = {},
) {
  await ensureIndexes(db);
  const stores = createStores(db);
  const waiters = createRunWaiters(stores.runs);
  const log = createMemoryLog();
  const listeners = new Set<(run: WorkflowRun) => void>();
  const relay = createRelay(stores, () => {}, systemClock.now);
  const orchestrator = new Orchestrator({
    runs: stores.runs,
    relay,
    clock: systemClock,
    log,
    findHandler: (kind, name) =>
      handlers.find((handler) => handler.kind === kind && handler.name === name) ?? null,
    owner: randomUUID(),
    leaseMs: options.leaseMs ?? 30_000,
    announces: options.announces ?? true,
    onCommitted: (run) => {
      if (run.endedAt) waiters.ended(run);
      for (const listener of listeners) listener(run);
    },
  });
  return {
    stores,
    orchestrator,
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
    ended: async (runId: string): Promise<WorkflowRun> => {
      const run = await waiters.waitForEnd(runId);
      if (!run) throw new Error(`no run ${runId}`);
      return run;
    },
    stop: async () => {
      await orchestrator.stop();
      await relay.drain();
      await waiters.close(new Error('stopped'));
    },
  };
}
