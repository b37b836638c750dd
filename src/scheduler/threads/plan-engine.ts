import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../base/log.ts';
import type { Reassignments } from '../../core/work/reassignment.ts';
import { createTravelMemory } from '../../planner/problem/travel-memory.ts';
import { copySources } from '../problem/plan-sources.ts';
import type { ReassignmentRequest } from './list-reassignments.ts';
import type { PlanAnswer, PlanRequest } from './plan-request.ts';
import { createPlanThread } from './plan-thread.ts';

/** Where plans are computed: never where Slack waits for an acknowledgement. */
export interface PlanEngine {
  plan(request: PlanRequest): Promise<PlanAnswer>;
  listReassignments(request: ReassignmentRequest): Promise<Reassignments>;
  stop(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('./plan-worker.js', import.meta.url));

/**
 * Plans in a worker thread, and lists reassignments in another: who opened a menu does not wait for a plan to end.
 * Threads start when they are first needed and are replaced when they die. Uncompiled, as in tests, there is no file a
 * thread could load: then everything is computed where it is asked for.
 */
export function createPlanEngine(log: Log): PlanEngine {
  if (!existsSync(WORKER)) return createPlanEngineHere();
  const warn = (warning: string) => log.warn('The second search of a plan ended', { error: warning });
  const planning = createPlanThread(WORKER, warn);
  const listing = createPlanThread(WORKER, warn);
  return {
    plan: (request) => planning.ask({ kind: 'plan', ...request }),
    listReassignments: ({ sources, orderId }) =>
      listing.ask({ kind: 'listReassignments', sources: copySources(sources), orderId }),
    stop: async () => {
      await Promise.all([planning.stop(), listing.stop()]);
    },
  };
}

/** Loads the search with the first request: where threads do it, this thread need not have it. */
function createPlanEngineHere(): PlanEngine {
  const memory = createTravelMemory();
  return {
    plan: async (request) => {
      const { answerPlanRequest } = await import('./plan-request.ts');
      return answerPlanRequest(request, () => performance.now(), memory);
    },
    listReassignments: async (request) => {
      const { listReassignments } = await import('./list-reassignments.ts');
      return listReassignments(request, memory);
    },
    stop: async () => {},
  };
}
