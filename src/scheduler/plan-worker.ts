import { parentPort } from 'node:worker_threads';
import { createTravelMemory } from '../planner/travel-memory.ts';
import { listReassignments } from './list-reassignments.ts';
import { answerPlanRequest } from './plan-request.ts';
import type { ThreadRequest } from './plan-thread.ts';

const memory = createTravelMemory();

// Planning takes up to a second of CPU: on the main thread, Slack would wait for its acknowledgements that long.
parentPort?.on('message', ({ id, request }: { id: number; request: ThreadRequest }) => {
  try {
    const answer =
      request.kind === 'plan'
        ? answerPlanRequest(request, () => performance.now(), memory)
        : listReassignments(request, memory);
    parentPort?.postMessage({ id, answer });
  } catch (error) {
    parentPort?.postMessage({
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
