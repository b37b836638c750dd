import { AppError } from '../../base/errors.ts';
import { resolveValues } from '../../core/definition/reference.ts';
import type { StepHandler } from '../../core/definition/step-handler.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { factsOf } from '../../core/steps/step-lookup.ts';

export { handlerOf } from '../../core/steps/step-call.ts';

/**
 * The checked input of an attempt: what `with` names, or, as in the seed, everything known so far: the run's input with
 * the outputs of the finished steps laid over it. Throws a permanent `AppError` that names what does not fit.
 */
export function buildStepInput(
  run: WorkflowRun,
  id: string,
  handler: StepHandler,
  values: Record<string, unknown> | null,
): unknown {
  const raw = resolveStepValues(run, id, values);
  const parsed = handler.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') || 'input';
  throw new AppError(`${handler.name} cannot work with its input: ${place}: ${issue?.message}`, {
    code: 'step.badInput',
    userMessage: `${handler.name} got an input it cannot work with: “${place}”: ${issue?.message}. Mend the step’s “with” or the request.`,
  });
}

/** What `with` names, or everything known so far. */
export function resolveStepValues(
  run: WorkflowRun,
  id: string,
  values: Record<string, unknown> | null,
): Record<string, unknown> {
  if (values) return resolveValues(values, factsOf(run, id)) as Record<string, unknown>;
  return mergeOutputs(run, id);
}

/** The run's input with every output that is visible from the step laid over it, and inside a `forEach` the item. */
function mergeOutputs(run: WorkflowRun, id: string): Record<string, unknown> {
  const { input: _input, run: _run, item, index, ...outputs } = factsOf(run, id);
  const around = index === undefined ? {} : { item, index };
  return Object.assign({}, run.input, ...Object.values(outputs), around);
}
