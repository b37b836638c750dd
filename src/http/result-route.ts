import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { ResultReport } from '../core/events/reported-result.ts';
import type { ManagementLayer } from '../management/management-layer.ts';
import { parseBody, readJson } from './read-json.ts';
import { readQuery } from './read-query.ts';
import type { Answer } from './route.ts';
import { failure } from './server.ts';

/** Codes that begin so are Crewline's own: some of them mean more than that the step has failed. */
const OWN_CODES = /^step\./;

const ReportedError = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,63}$/, 'use letters, digits, “.”, “-” and “_”, 64 characters at most')
    .refine(
      (code) => !OWN_CODES.test(code),
      'choose another code: those that begin with “step.” are Crewline’s own',
    ),
  message: z.string().trim().min(1).max(500),
  retryable: z.boolean().default(false),
});
const ResultBody = z
  .strictObject({
    output: z.record(z.string(), z.unknown()).optional(),
    error: ReportedError.optional(),
  })
  .refine(
    ({ output, error }) => (output === undefined) !== (error === undefined),
    'send either “output” or “error”',
  );
const ResultQuery = {
  attempt: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .describe('the number of an attempt'),
};

/**
 * A service that answered 202 reports what came of a step. Reported again, it is answered as the first time; what does
 * not fit the run as it stands is refused with 409 and the reason.
 */
export async function reportResult(
  management: ManagementLayer,
  request: IncomingMessage,
  { id = '', step = '' }: Record<string, string>,
): Promise<Answer> {
  const { attempt = null } = readQuery(request, ResultQuery);
  const result = readResult(parseBody(ResultBody, await readJson(request)));
  const outcome = await management.runs.reportResult(id, { step, attempt, result });
  if ('refused' in outcome) return failure(409, 'step.notWaiting', outcome.refused);
  return { status: 200, body: { id, step, status: outcome.run.steps[step]?.status } };
}

function readResult({ output, error }: z.output<typeof ResultBody>): ResultReport['result'] {
  return error ? { error } : { output: output ?? {} };
}
