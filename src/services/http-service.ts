import { z } from 'zod';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { resultPath } from '../core/steps/step-call.ts';
import { postJson } from './post-json.ts';

export interface HttpServiceOptions {
  kind: StepHandler['kind'];
  name: string;
  url: string;
  timeoutMs: number;
  token?: string | undefined;
}

type Fields = Record<string, unknown>;

/**
 * An agent or service behind a URL. It is sent `{runId, task, attempt, input, callbackPath}` with an `Idempotency-Key`
 * that stays the same for all attempts of the step, and answers a JSON object, or 202 with `{"deferred": true}` when it
 * will report the result later, to `callbackPath` of Crewline's HTTP API. Errors are those of `postJson`.
 */
export function createHttpService(options: HttpServiceOptions): StepHandler<Fields, Fields> {
  const fields = z.record(z.string(), z.unknown());
  return {
    kind: options.kind,
    name: options.name,
    description: `Called at ${new URL(options.url).host}.`,
    input: fields,
    output: fields,
    execute: async (input, context) => {
      const { runId, task, attempt, idempotencyKey, signal } = context;
      // A path: under which address services reach this installation, its operators know and Crewline does not.
      const callbackPath = resultPath(runId, task, attempt);
      const body = { runId, task, attempt, input, callbackPath };
      const answer = await postJson({ ...options, idempotencyKey, signal, body });
      if (answer.status === 202 && answer.body.deferred === true) return { kind: 'deferred' };
      return { kind: 'done', output: answer.body };
    },
  };
}
