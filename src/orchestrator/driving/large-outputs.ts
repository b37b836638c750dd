import { randomUUID } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import { listReferences } from '../../core/definition/reference.ts';
import { listBranches, parseStepId } from '../../core/definition/step-tree.ts';
import type { StepState, WorkflowRun } from '../../core/run/workflow-run.ts';
import { measureJson, shortenOutput, sizeOf } from '../../core/steps/output-size.ts';
import { iterationOf, listVisible, stepDefinition } from '../../core/steps/step-lookup.ts';
import { OUTPUT_OF } from '../../core/values/refuse-json.ts';
import type { StepOutputStore } from '../../store/runs/step-outputs.ts';

type Output = Record<string, unknown>;

/** An output longer than this is kept beside the run; in a run that is large already, one longer than the other. */
const LONGEST_INSIDE = 16 * 1024;
const LONGEST_INSIDE_LARGE = 1024;
const LARGE_RUN = 1024 * 1024;

/** What of an output goes into the run, and where the whole of it is when that is not all. */
export interface KeptOutput {
  output: Output;
  storedOutput?: string;
}

/** Stores a long output of a step of the run beside it. What nobody commits to is never referred to. */
export async function keepOutput(
  store: StepOutputStore,
  run: WorkflowRun,
  step: string,
  output: Output,
): Promise<KeptOutput> {
  const longest = sizeOf(run) < LARGE_RUN ? LONGEST_INSIDE : LONGEST_INSIDE_LARGE;
  if (measureJson(output) <= longest) return { output };
  // An id of its own: of two results of one attempt, only one is committed, and that has to be the one found there.
  const storedOutput = `${run._id}/${step}/${randomUUID()}`;
  await store.store(storedOutput, output);
  return { output: shortenOutput(run.definition, output), storedOutput };
}

/**
 * The run as the handler of a step has to see it: outputs that were kept beside it are put back, inside others too, as
 * far as `values` refer to them; everything that the step sees when those are null.
 */
export async function restoreOutputs(
  store: StepOutputStore,
  run: WorkflowRun,
  step: string,
  values: Record<string, unknown> | null,
): Promise<WorkflowRun> {
  const named = values && new Set(listReferences(values, '').map(({ reference }) => reference.source));
  const isMeant = (name: string) => !named || named.has(name);
  const visible = listVisible(run, step).filter((id) => isMeant(parseStepId(id).task) && isShort(run, id));
  const around = isMeant('item') ? iterationOf(run, step) : null;
  const steps: Record<string, StepState> = {};
  const restorer = createRestorer(store, run);
  for (const id of visible) {
    const state = run.steps[id];
    if (state) steps[id] = { ...state, output: await restorer.restoreStep(id) };
  }
  const list = around && run.steps[around.container];
  if (around && list?.items && mentionsOutput(list.items[around.index])) {
    const item = await restorer.restoreInside(list.items[around.index]);
    steps[around.container] = {
      ...(steps[around.container] ?? list),
      items: list.items.with(around.index, item),
    };
  }
  return Object.keys(steps).length === 0 ? run : { ...run, steps: { ...run.steps, ...steps } };
}

/** The outputs of the steps at the top of a run, whole. */
export async function readOutputs(store: StepOutputStore, run: WorkflowRun): Promise<Output[]> {
  const restorer = createRestorer(store, run);
  return Promise.all(run.definition.steps.map(async ({ task }) => (await restorer.restoreStep(task)) ?? {}));
}

/** Whether an output in the run is not the whole of it. */
function isShort(run: WorkflowRun, id: string): boolean {
  const state = run.steps[id];
  if (!state?.output) return false;
  return storedId(run, id, state) !== null || (isContainer(run, id) && mentionsOutput(state.output));
}

function createRestorer(store: StepOutputStore, run: WorkflowRun) {
  const restoreStep = async (id: string): Promise<Output | null> => {
    const state = run.steps[id];
    if (!state?.output) return null;
    const stored = storedId(run, id, state);
    const output = stored === null ? state.output : await findStored(store, stored, state);
    return isContainer(run, id) ? ((await restoreInside(output)) as Output) : output;
  };
  const restoreInside = async (value: unknown): Promise<unknown> => {
    if (!mentionsOutput(value)) return value;
    if (Array.isArray(value)) return Promise.all(value.map(restoreInside));
    const id = (value as Output)[OUTPUT_OF];
    if (typeof id === 'string') return restoreStep(id);
    const entries = Object.entries(value as Output).map(
      async ([key, inner]) => [key, await restoreInside(inner)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  return { restoreStep, restoreInside };
}

async function findStored(store: StepOutputStore, id: string, state: StepState): Promise<Output> {
  const output = await store.find(id);
  if (output) return output;
  // An older release had the id among the fields, where it may also be a service's own.
  if (state.storedOutput === undefined && state.output) return state.output;
  throw new AppError(`the stored output ${id} is not there`, { code: 'step.lostOutput', retryable: true });
}

/** Where the whole output of a step is stored; an older release noted it in the output, under this very step's id. */
function storedId(run: WorkflowRun, id: string, { output, storedOutput }: StepState): string | null {
  if (storedOutput !== undefined) return storedOutput;
  const noted = output?.storedOutput;
  const isOwn = typeof noted === 'string' && noted.startsWith(`${run._id}/${id}/`);
  return isOwn && /^\d+(\/reported)?$/.test(noted.slice(`${run._id}/${id}/`.length)) ? noted : null;
}

/** Only the outputs of steps with steps inside stand for those of others: what a service answers is never read so. */
function isContainer(run: WorkflowRun, id: string): boolean {
  const definition = stepDefinition(run, id);
  return definition !== null && listBranches(definition).length > 0;
}

function mentionsOutput(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(mentionsOutput);
  return Object.hasOwn(value, OUTPUT_OF) || Object.values(value).some(mentionsOutput);
}
