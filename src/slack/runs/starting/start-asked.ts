import { createHash } from 'node:crypto';
import { AppError } from '../../../base/errors.ts';
import type { RunRequest, WorkflowRun } from '../../../core/run/workflow-run.ts';
import { OTHER_REQUEST, type Runs } from '../../../management/runs.ts';

/**
 * Starts what a person asked for, once. What comes under a key that has started something else already is another
 * report: it starts a run of its own, under a key that names what it says too. Throws as `Runs.start` does.
 */
export async function startAsked(
  runs: Pick<Runs, 'start'>,
  request: RunRequest & { requestKey: string },
): Promise<WorkflowRun> {
  try {
    return (await runs.start(request)).run;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== OTHER_REQUEST) throw error;
    const { workflow, requester, input } = request;
    const said = createHash('sha256').update(JSON.stringify([workflow, requester.userId, input]));
    return (await runs.start({ ...request, requestKey: `${request.requestKey}:${said.digest('hex')}` })).run;
  }
}

/** Whether an error of a start leaves no doubt that nothing was filed. */
export function isRefusedStart(error: unknown): error is AppError {
  return error instanceof AppError && NOT_STARTED.has(error.code);
}

const NOT_STARTED: ReadonlySet<string> = new Set(['run.badInput', 'run.busy', 'run.unknownWorkflow']);
