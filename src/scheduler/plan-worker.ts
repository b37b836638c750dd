import { parentPort } from 'node:worker_threads';
import { answerPlanRequest, type PlanRequest } from './plan-request.ts';

// Planning takes up to a second of CPU: on the main thread, Slack would wait for its acknowledgements that long.
parentPort?.on('message', ({ id, request }: { id: number; request: PlanRequest }) => {
  try {
    parentPort?.postMessage({ id, answer: answerPlanRequest(request, () => performance.now()) });
  } catch (error) {
    parentPort?.postMessage({
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
