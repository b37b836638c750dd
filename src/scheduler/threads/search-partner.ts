import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Plan, PlanBudget, PlanProblem } from '../../planner/problem/plan-problem.ts';
import type { InvitePartner } from '../../planner/search/partner.ts';
import { createPartner } from './partner-port.ts';

/** What the partner's thread is asked; `until` is in milliseconds since 1970, as each thread's own clock begins anew. */
export interface PartnerRequest {
  problem: PlanProblem;
  plan: Plan;
  budget: PlanBudget;
  until: number;
  port: MessagePort;
}

/**
 * Second searches in the thread of `file`, which starts with the first one, lives as long as the thread that asks, and is
 * started again after it died; `warn` is told why. Nobody waits for it: a search whose partner is late, slow or dead only
 * has less help.
 */
export function createSearchPartner(file: string, warn: (warning: string) => void): InvitePartner {
  let worker: Worker | null = null;
  const start = (): Worker => {
    const started = new Worker(file);
    started.unref();
    started.on('error', (error: unknown) => {
      if (worker === started) worker = null;
      warn(describeError(error));
    });
    started.on('exit', (code) => {
      if (worker !== started) return;
      worker = null;
      warn(`exit ${code}`);
    });
    return started;
  };
  return ({ problem, plan, budget }) => {
    const { port1, port2 } = new MessageChannel();
    const until = Date.now() + budget.milliseconds;
    try {
      worker ??= start();
      worker.postMessage({ problem, plan, budget, until, port: port2 } satisfies PartnerRequest, [port2]);
    } catch (error) {
      // There may be no thread to be had.
      port1.close();
      warn(describeError(error));
      return null;
    }
    return createPartner(port1, true);
  };
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
