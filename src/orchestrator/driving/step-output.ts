import { AppError } from '../../base/errors.ts';
import type { StepHandler } from '../../core/definition/step-handler.ts';
import { measureJson } from '../../core/values/measure-json.ts';
import { refuseJson } from '../../core/values/refuse-json.ts';

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
    const issue = parsed.error?.issues[0];
    throw new AppError(
      `${handler.name} answered what it must not: ${issue?.path.join('.')}: ${issue?.message}`,
      {
        code: 'step.badOutput',
      },
    );
  }
  const reason = refuseJson(value);
  if (reason !== null)
    throw new AppError(`The answer of ${handler.name} has ${reason}`, { code: 'step.badOutput' });
  if (JSON.stringify(value).length > LARGEST_OUTPUT_BYTES || measureJson(value) > LARGEST_STORED_BYTES) {
    throw new AppError(`${handler.name} answered more than ${LARGEST_OUTPUT_BYTES / 1024} kB`, {
      code: 'step.largeOutput',
    });
  }
  return value as Output;
}
