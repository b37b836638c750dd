import type { WorkflowRun } from '../core/workflow-run.ts';
import type { StepOutputStore } from '../store/step-outputs.ts';

type Output = Record<string, unknown>;

/** An output longer than this, as JSON, is kept beside the run. */
const LONGEST_INSIDE = 16 * 1024;
const LONGEST_TEXT_INSIDE = 200;
const REFERENCE = 'storedOutput';

/**
 * The part of an output that stays in the run: all of a short one; of a long one, which is stored first, the numbers,
 * flags and short texts that conditions and cards look at, and the id of the rest.
 */
export async function shrinkOutput(store: StepOutputStore, id: string, output: Output): Promise<Output> {
  if (JSON.stringify(output).length <= LONGEST_INSIDE) return output;
  await store.store(id, output);
  const short = Object.entries(output).filter(
    ([, value]) =>
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      (typeof value === 'string' && value.length <= LONGEST_TEXT_INSIDE),
  );
  return { ...Object.fromEntries(short), [REFERENCE]: id };
}

/** The run as its handlers have to see it: outputs that were kept beside it are put back, inside others too. */
export async function restoreOutputs(store: StepOutputStore, run: WorkflowRun): Promise<WorkflowRun> {
  const shrunk = Object.entries(run.steps).filter(
    ([, { output }]) => output && JSON.stringify(output).includes(REFERENCE),
  );
  if (shrunk.length === 0) return run;
  const restored = shrunk.map(async ([id, step]) => [
    id,
    { ...step, output: (await restore(store, step.output)) as Output },
  ]);
  return { ...run, steps: { ...run.steps, ...Object.fromEntries(await Promise.all(restored)) } };
}

async function restore(store: StepOutputStore, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => restore(store, item)));
  if (typeof value !== 'object' || value === null) return value;
  const id = (value as Output)[REFERENCE];
  if (typeof id === 'string') return (await store.find(id)) ?? value;
  const entries = Object.entries(value).map(
    async ([key, inner]) => [key, await restore(store, inner)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
