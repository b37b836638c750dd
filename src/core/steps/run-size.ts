import type { StepState, WorkflowRun } from '../run/workflow-run.ts';
import { measureJson } from '../values/measure-json.ts';

/**
 * What the outputs and lists inside a run may take together. MongoDB's documents end at 16 MB; the rest is for the states
 * of 5,000 steps, the definition and the audit trail, and for the run to be called off or to fail with.
 */
const MOST_BYTES = 9 * 1024 * 1024;

/** Bytes that the outputs and lists inside a run take, about. */
export function sizeOf(run: WorkflowRun): number {
  return run.keptBytes ?? Object.values(run.steps).reduce((sum, step) => sum + sizeOfStep(step), 0);
}

/** The size of a run once `value` is kept inside it; null when there is no room for it. */
export function sizeWith(run: WorkflowRun, value: unknown): number | null {
  const size = sizeOf(run) + measureJson(value);
  return size > MOST_BYTES ? null : size;
}

/** Why a step fails for which a run has no room. */
export const LARGE_RUN = {
  code: 'step.largeRun',
  message: `the outputs of this run have outgrown ${MOST_BYTES / 1024 / 1024} MB: keep large data elsewhere and answer with a link, or use sub-workflows`,
  retryable: false,
} as const;

function sizeOfStep({ output, items }: StepState): number {
  return (output ? measureJson(output) : 0) + (items ? measureJson(items) : 0);
}
