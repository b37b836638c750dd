import { Worker } from 'node:worker_threads';
import { AppError } from '../../base/errors.ts';
import type { Reassignments } from '../../core/work/reassignment.ts';
import type { ReassignmentRequest } from './list-reassignments.ts';
import type { PlanAnswer, PlanRequest } from './plan-request.ts';

/** What a planning thread is asked, and what it answers. */
export type ThreadRequest =
  | ({ kind: 'plan' } & PlanRequest)
  | ({ kind: 'listReassignments' } & ReassignmentRequest);
interface ThreadAnswers {
  plan: PlanAnswer;
  listReassignments: Reassignments;
}

/** A thread that answers one request after the other. */
export interface PlanThread {
  ask<Kind extends keyof ThreadAnswers>(
    request: ThreadRequest & { kind: Kind },
  ): Promise<ThreadAnswers[Kind]>;
  stop(): Promise<void>;
}

/** An answer, why there is none, or a warning. */
interface ThreadMessage {
  id: number;
  answer?: unknown;
  error?: string;
  warning?: string;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: AppError): void;
}

/** The longest search takes a minute; a thread that is silent for so long will never say anything. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Starts `file` with the first request, and again with the next one after it died: what it was asked then fails. One that
 * has not answered anything for `patienceMs` is ended, or all planning would wait for it for ever. `warn` is told what
 * goes wrong beside the answers.
 */
export function createPlanThread(
  file: string,
  warn: (warning: string) => void,
  patienceMs: number = PATIENCE_MS,
): PlanThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;
  let silence: NodeJS.Timeout | undefined;
  let isStopped = false;

  /** Begins to count anew; with nothing asked there is nothing to wait for, nor to keep the process alive for. */
  const watch = (): void => {
    clearTimeout(silence);
    if (waiting.size === 0) {
      worker?.unref();
      return;
    }
    worker?.ref();
    silence = setTimeout(() => {
      const stuck = worker;
      fail(`no answer for ${Math.round(patienceMs / 1_000)} seconds`);
      void stuck?.terminate();
    }, patienceMs).unref();
  };

  const fail = (reason: string): void => {
    worker = null;
    for (const { reject } of waiting.values()) reject(stopped(reason));
    waiting.clear();
    watch();
  };
  const start = (): Worker => {
    const started = startWorker(file);
    started.on('message', ({ id, answer, error, warning }: ThreadMessage) => {
      if (warning !== undefined) return warn(warning);
      const asked = waiting.get(id);
      waiting.delete(id);
      watch();
      if (error === undefined) asked?.resolve(answer);
      else asked?.reject(new AppError(`planning failed: ${error}`, { code: 'plan.failed' }));
    });
    started.on('error', (error: unknown) => {
      if (worker === started) fail(error instanceof Error ? error.message : String(error));
    });
    started.on('exit', (code) => {
      if (worker === started) fail(`exit ${code}`);
    });
    return started;
  };

  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (isStopped) return reject(stopped('Crewline is stopping'));
        worker ??= start();
        lastId += 1;
        // Before anything waits for it: what cannot be sent will not be answered.
        worker.postMessage({ id: lastId, request });
        // The worker answers each kind with what `ThreadAnswers` says.
        waiting.set(lastId, { resolve: resolve as (answer: unknown) => void, reject });
        if (waiting.size === 1) watch();
      }),
    stop: async () => {
      isStopped = true;
      const stopping = worker;
      worker = null;
      await stopping?.terminate();
      fail('Crewline is stopping');
    },
  };
}

/** There may be no thread to be had just now. */
function startWorker(file: string): Worker {
  try {
    return new Worker(file);
  } catch (error) {
    throw stopped(error instanceof Error ? error.message : String(error));
  }
}

function stopped(reason: string): AppError {
  return new AppError(`the planner stopped: ${reason}`, { code: 'plan.stopped', retryable: true });
}
