import type { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { resolveValues } from '../../core/definition/reference.ts';
import type { StepHandler } from '../../core/definition/step-handler.ts';
import { explainIssues } from '../../core/faults/explain-issues.ts';
import { describeValue, WHOLE_FILE } from '../../core/faults/problem.ts';
import { refuseCosts } from '../../core/monitor/budget.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { measureJson } from '../../core/steps/output-size.ts';
import { factsOf } from '../../core/steps/step-lookup.ts';
import { refuseJson } from '../../core/values/refuse-json.ts';

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
  const misfit = describeMisfit(parsed.error, handler.input, raw, 'input');
  throw new AppError(`${handler.name} cannot work with its input: ${misfit}`, {
    code: 'step.badInput',
    userMessage: `${handler.name} got an input it cannot work with: ${misfit}. Mend the step’s “with” or the request.`,
  });
}

/** The first place that does not fit, what is wrong there, and what would be right; `whole` names all of the value. */
function describeMisfit(error: z.ZodError, schema: z.ZodType, value: unknown, whole: string): string {
  const [first = whole] = explainIssues(error, schema, value).map(
    ({ path, wrong, right }) => `${path === WHOLE_FILE ? whole : `“${path}”`}: ${wrong} — ${right}`,
  );
  return first;
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

type Output = Record<string, unknown>;

/** An output larger than this belongs into a store of its own, and a link to it into the output. */
const LARGEST_OUTPUT_BYTES = 4 * 1024 * 1024;
/** As MongoDB stores it, a list of small numbers is several times as long; 16 MB are the end of a document. */
const LARGEST_STORED_BYTES = 12 * 1024 * 1024;

/** An output as the handler's contract has it. Throws a permanent `AppError` for what no run can keep. */
export function checkOutput(handler: StepHandler, output: unknown): Output {
  const parsed = handler.output.safeParse(output);
  const value = parsed.success ? parsed.data : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const misfit = parsed.error
      ? describeMisfit(parsed.error, handler.output, output, 'output')
      : `${describeValue(value)} is no object`;
    throw new AppError(`${handler.name} answered what it must not: ${misfit}`, { code: 'step.badOutput' });
  }
  const reason = refuseJson(value) ?? refuseCosts(value as Output);
  if (reason !== null)
    throw new AppError(`The answer of ${handler.name} has ${reason}`, { code: 'step.badOutput' });
  if (JSON.stringify(value).length > LARGEST_OUTPUT_BYTES || measureJson(value) > LARGEST_STORED_BYTES) {
    throw new AppError(`${handler.name} answered more than ${LARGEST_OUTPUT_BYTES / 1024} kB`, {
      code: 'step.largeOutput',
    });
  }
  return value as Output;
}
