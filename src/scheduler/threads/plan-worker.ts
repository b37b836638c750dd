import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { createTravelMemory } from '../../planner/problem/travel-memory.ts';
import { listReassignments } from './list-reassignments.ts';
import { answerPlanRequest } from './plan-request.ts';
import type { ThreadRequest } from './plan-thread.ts';
import { createSearchPartner } from './search-partner.ts';

const memory = createTravelMemory();
const warn = (warning: string) => parentPort?.postMessage({ warning });
const PARTNER = fileURLToPath(new URL('./partner-worker.js', import.meta.url));
/** On a single core, two searches would only take turns. */
const invite = availableParallelism() > 1 ? createSearchPartner(PARTNER, warn) : undefined;

// Planning takes up to a second of CPU: on the main thread, Slack would wait for its acknowledgements that long.
parentPort?.on('message', ({ id, request }: { id: number; request: ThreadRequest }) => {
  try {
    const answer =
      request.kind === 'plan'
        ? answerPlanRequest(request, () => performance.now(), memory, invite)
        : listReassignments(request, memory);
    parentPort?.postMessage({ id, answer });
  } catch (error) {
    parentPort?.postMessage({
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
