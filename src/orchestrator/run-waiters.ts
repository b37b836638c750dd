import type { WorkflowRun } from '../core/run/workflow-run.ts';
import type { RunStore } from '../store/runs/runs.ts';

/** Lets callers wait for the end of runs, whichever process ends them. */
export interface RunWaiters {
  /** Tells those who wait that a run ended here. */
  ended(run: WorkflowRun): void;
  /** Resolves with a run that is about to be started here, once it has ended. */
  expectEnd(runId: string): Promise<WorkflowRun>;
  /** Resolves with the run once it has ended; null when there is no such run. */
  waitForEnd(runId: string): Promise<WorkflowRun | null>;
  /** Those who still wait are told that the process stops: their run goes on without them. */
  close(reason: Error): Promise<void>;
}

interface Waiter {
  resolve(run: WorkflowRun): void;
  reject(error: Error): void;
}

/** The change stream tells of ends elsewhere at once; should it ever miss one, this look finds it. */
const LOOK_AGAIN_MS = 5_000;

/** Waiters over the run store. The change stream is opened by the first who waits for a run of another process. */
export function createRunWaiters(runs: RunStore): RunWaiters {
  const waiters = new Map<string, Waiter[]>();
  let watch: { close(): Promise<void> } | null = null;
  let timer: NodeJS.Timeout | undefined;

  const settle = (run: WorkflowRun): void => {
    for (const waiter of waiters.get(run._id) ?? []) waiter.resolve(run);
    waiters.delete(run._id);
  };
  const check = async (runIds: string[]): Promise<void> => {
    const waited = runIds.filter((runId) => waiters.has(runId));
    const found = waited.length > 0 ? await runs.findMany(waited) : [];
    for (const run of found) if (run.endedAt) settle(run);
  };
  const expectEnd = (runId: string): Promise<WorkflowRun> => {
    timer ??= setInterval(() => void check([...waiters.keys()]).catch(() => {}), LOOK_AGAIN_MS).unref();
    return new Promise((resolve, reject) => {
      waiters.set(runId, [...(waiters.get(runId) ?? []), { resolve, reject }]);
    });
  };

  return {
    ended: settle,
    expectEnd,
    waitForEnd: async (runId) => {
      watch ??= runs.watchEnded((id) => void check([id]).catch(() => {}));
      const end = expectEnd(runId);
      const run = await runs.find(runId);
      if (run?.endedAt) settle(run);
      if (run) return end;
      waiters.delete(runId);
      return null;
    },
    close: async (reason) => {
      clearInterval(timer);
      for (const list of waiters.values()) for (const waiter of list) waiter.reject(reason);
      waiters.clear();
      await watch?.close();
    },
  };
}
