import type { StepDefinition } from '../definition/step-definition.ts';
import { isWithin, iterate, listBranches, listInside, parseStepId, stepId } from '../definition/step-tree.ts';
import type { Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { OUTPUT_OF } from '../values/refuse-json.ts';
import { abandonSteps } from './end-run.ts';
import { measureJson, shortenOutput } from './output-size.ts';
import { failStep, succeedStep } from './step-attempt.ts';
import { stepDefinition } from './step-lookup.ts';

/** A container has all it needs: branches still open are given up, and their outputs become its own. */
export function joinBranches(transition: Transition, id: string, now: Date): Transition {
  const abandoned = abandonInside(transition, id, 'no longer needed', now);
  return succeedStep(abandoned, id, gatherOutput(abandoned.run, id), now);
}

/** Too many branches failed: the others are given up and the container fails with the first one's error. */
export function breakOffBranches(transition: Transition, id: string, now: Date): Transition {
  const inside = listIdsInside(transition.run, id);
  const failed = inside.map((inner) => transition.run.steps[inner]).find((step) => step?.status === 'failed');
  const error = failed?.error ?? {
    code: 'step.branches',
    message: 'too many branches failed',
    retryable: false,
  };
  const abandoned = abandonInside(transition, id, error.message, now);
  return failStep(abandoned, id, { ...error, retryable: false }, now);
}

/** Gives up whatever is unfinished inside a step. */
export function abandonInside(transition: Transition, id: string, reason: string, now: Date): Transition {
  const inside = new Set(listIdsInside(transition.run, id));
  return inside.size === 0 ? transition : abandonSteps(transition, reason, now, (inner) => inside.has(inner));
}

function listIdsInside(run: WorkflowRun, id: string): string[] {
  const definition = stepDefinition(run, id);
  if (!definition?.body) return [];
  const tasks = new Set(listInside(definition).map((step) => step.task));
  const { suffix } = parseStepId(id);
  return Object.keys(run.steps).filter((key) => {
    const own = parseStepId(key);
    return tasks.has(own.task) && isWithin(own.suffix, suffix);
  });
}

type Output = Record<string, unknown>;

/** Outputs as short as this are always copied; longer ones as long as all of them together stay below the other. */
const SHORT_BYTES = 1024;
const MOST_COPIED_BYTES = 64 * 1024;

/**
 * The output of each branch's last step that has one: by name, by index, or of the case that was taken. Long ones are
 * not copied level by level: what stands for them are their short fields and the id of the step that has the rest.
 */
function gatherOutput(run: WorkflowRun, id: string): Output {
  const definition = stepDefinition(run, id);
  const { suffix } = parseStepId(id);
  const state = run.steps[id];
  const lastOutput = createCopier(run);
  switch (definition?.body?.kind) {
    case 'parallel':
      return Object.fromEntries(
        definition.body.branches.map(({ name, steps }) => [name, lastOutput(steps, suffix)]),
      );
    case 'forEach': {
      const { steps } = definition.body;
      return { items: (state?.items ?? []).map((_, index) => lastOutput(steps, iterate(suffix, index))) };
    }
    case 'switch':
      return lastOutput(listBranches(definition).at(state?.branch ?? -1) ?? [], suffix) ?? {};
    default:
      return {};
  }
}

function createCopier(run: WorkflowRun) {
  let copied = 0;
  return (steps: readonly StepDefinition[], within: string): Output | null => {
    const ids = steps.map((step) => stepId(step.task, within));
    const last = ids.findLast((id) => run.steps[id]?.output);
    const state = last === undefined ? undefined : run.steps[last];
    if (last === undefined || !state?.output) return null;
    const bytes = measureJson(state.output);
    const isCopied = bytes <= SHORT_BYTES || copied + bytes <= MOST_COPIED_BYTES;
    if (isCopied) copied += bytes;
    if (isCopied && !state.storedOutput) return state.output;
    const kept = isCopied ? state.output : shortenOutput(run.definition, state.output);
    return { ...kept, [OUTPUT_OF]: last };
  };
}
