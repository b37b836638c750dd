import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { answerPlanRequest, type PlanAnswer, type PlanRequest } from './plan-request.ts';

/** Where plans are computed. */
export interface PlanEngine {
  plan(request: PlanRequest): Promise<PlanAnswer>;
  stop(): Promise<void>;
}

interface Waiting {
  resolve(answer: PlanAnswer): void;
  reject(error: AppError): void;
}

const WORKER = fileURLToPath(new URL('./plan-worker.js', import.meta.url));

/**
 * Plans in a worker thread, which starts with the first request and is replaced when it dies. Uncompiled, as in tests,
 * there is no file a thread could load: then plans are computed where they are asked for.
 */
export function createPlanEngine(): PlanEngine {
  if (!existsSync(WORKER)) {
    return {
      plan: async (request) => answerPlanRequest(request, () => performance.now()),
      stop: async () => {},
    };
  }
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;

  const fail = (reason: string): void => {
    worker = null;
    const error = new AppError(`the planner stopped: ${reason}`, { code: 'plan.stopped', retryable: true });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(WORKER);
    started.unref();
    started.on('message', ({ id, answer, error }: { id: number; answer?: PlanAnswer; error?: string }) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (answer) asked?.resolve(answer);
      else asked?.reject(new AppError(`planning failed: ${error}`, { code: 'plan.failed' }));
    });
    started.on('error', (error) => fail(error.message));
    started.on('exit', (code) => {
      if (worker === started) fail(`exit ${code}`);
    });
    return started;
  };

  return {
    plan: (request) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, request });
      }),
    stop: async () => {
      const stopping = worker;
      worker = null;
      await stopping?.terminate();
      fail('Crewline is stopping');
    },
  };
}
