import type { StepDefinition } from '../definition/step-definition.ts';
import { iterate, listBranches, parseStepId, stepId } from '../definition/step-tree.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { measureJson } from '../values/measure-json.ts';
import { OUTPUT_OF } from '../values/refuse-json.ts';
import { shortenOutput } from './shorten-output.ts';
import { stepDefinition } from './step-lookup.ts';

type Output = Record<string, unknown>;

/** Outputs as short as this are always copied; longer ones as long as all of them together stay below the other. */
const SHORT_BYTES = 1024;
const MOST_COPIED_BYTES = 64 * 1024;

/**
 * The output of each branch's last step that has one: by name, by index, or of the case that was taken. Long ones are
 * not copied level by level: what stands for them are their short fields and the id of the step that has the rest.
 */
export function gatherOutput(run: WorkflowRun, id: string): Output {
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
