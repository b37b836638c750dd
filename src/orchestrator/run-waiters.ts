import type { WorkflowRun } from '../core/workflow-run.ts';
import type { RunStore } from '../store/runs.ts';

/** Lets callers wait for the end of runs, whichever process ends them. */
export interface RunWaiters {
  /** Tells those who wait that a run ended here. */
  ended(run: WorkflowRun): void;
  /** Resolves with the run once it has ended; null when there is no such run. */
  waitForEnd(runId: string): Promise<WorkflowRun | null>;
  /** Those who still wait are told that the process stops: their run goes on without them. */
  close(reason: Error): Promise<void>;
}

interface Waiter {
  resolve(run: WorkflowRun): void;
  reject(error: Error): void;
}

/** Waiters over the run store; a change stream, opened by the first waiter, brings the ends of other processes. */
export function createRunWaiters(runs: RunStore): RunWaiters {
  const waiters = new Map<string, Waiter[]>();
  let watch: { close(): Promise<void> } | null = null;

  const settle = (run: WorkflowRun): void => {
    for (const waiter of waiters.get(run._id) ?? []) waiter.resolve(run);
    waiters.delete(run._id);
  };
  const check = async (runId: string): Promise<void> => {
    if (!waiters.has(runId)) return;
    const run = await runs.find(runId);
    if (run?.endedAt) settle(run);
  };

  return {
    ended: settle,
    waitForEnd: async (runId) => {
      watch ??= runs.watchEnded((id) => void check(id).catch(() => {}));
      const run = await runs.find(runId);
      if (!run || run.endedAt) return run;
      const end = new Promise<WorkflowRun>((resolve, reject) => {
        waiters.set(runId, [...(waiters.get(runId) ?? []), { resolve, reject }]);
      });
      // It may have ended between the look and the entry in the list, or before the stream was open.
      const again = setInterval(() => void check(runId).catch(() => {}), 5_000);
      void check(runId).catch(() => {});
      return end.finally(() => clearInterval(again));
    },
    close: async (reason) => {
      for (const list of waiters.values()) for (const waiter of list) waiter.reject(reason);
      waiters.clear();
      await watch?.close();
    },
  };
}
