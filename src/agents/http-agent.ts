import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { explainIssues } from '../core/faults/explain-issues.ts';
import { WHOLE_FILE } from '../core/faults/problem.ts';
import { createHttpService } from '../services/http-service.ts';
import {
  assessReport,
  completeFacts,
  SEVERITY_CONTRACT,
  type SeverityAgent,
  SeverityOutput,
} from './severity-agent.ts';
import { toPriority } from './severity-rules.ts';

export interface HttpAgentOptions<Input, Output> {
  name: string;
  url: string;
  timeoutMs: number;
  token?: string | undefined;
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
}

/**
 * An agent behind a URL whose answer is checked against `output`. Fails as a service does: 4xx and an answer that does
 * not fit (`agent.bad-answer`) are permanent; 5xx, 429, network and timeout are retryable. It answers at once: what is
 * reported later would pass by this check.
 */
export function createHttpAgent<Input extends Record<string, unknown>, Output>(
  options: HttpAgentOptions<Input, Output>,
): StepHandler<Input, Output> {
  const service = createHttpService({ ...options, kind: 'agent' });
  return {
    kind: 'agent',
    name: options.name,
    description: service.description,
    input: options.input,
    output: options.output,
    execute: async (input, context) => {
      const result = await service.execute(input, context);
      if (result.kind === 'deferred') throw badAnswer(options.name, 'it cannot answer later');
      return { kind: 'done', output: checkAnswer(options.name, options.output, result.output) };
    },
  };
}

/**
 * `SeverityAgent` behind a URL. It answers `SeverityOutput`; priority and source are set here, so it may omit them. What
 * it does not say of kind, hazards and doubt, the rules say; a hazard they find in the report always counts.
 */
export function createHttpSeverityAgent(
  options: Pick<HttpAgentOptions<never, never>, 'url' | 'timeoutMs' | 'token'>,
): SeverityAgent {
  const answer = SeverityOutput.omit({ priority: true, source: true }).partial({
    kind: true,
    grave: true,
    understood: true,
    doubt: true,
  });
  const agent = createHttpAgent({ ...options, ...SEVERITY_CONTRACT, output: answer });
  return {
    ...SEVERITY_CONTRACT,
    description: agent.description,
    execute: async (input, context) => {
      const result = await agent.execute(input, context);
      if (result.kind === 'deferred') return result;
      const severity = Math.round(result.output.severity * 10) / 10;
      const facts = completeFacts(result.output, await assessReport(input));
      return {
        kind: 'done',
        output: { ...result.output, ...facts, severity, priority: toPriority(severity), source: 'http' },
      };
    },
  };
}

function checkAnswer<Output>(name: string, schema: z.ZodType<Output>, answer: unknown): Output {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [fault] = explainIssues(parsed.error, schema, answer);
  const place = fault?.path === WHOLE_FILE ? 'the answer' : `“${fault?.path}”`;
  const what = fault ? `${place}: ${fault.wrong} — ${fault.right}` : 'it does not fit';
  throw badAnswer(name, what, parsed.error);
}

function badAnswer(name: string, what: string, cause?: unknown): AppError {
  return new AppError(`${name} answered what its contract does not allow (${what})`, {
    code: 'agent.bad-answer',
    userMessage: `${name} gave an answer that cannot be used (${what}). Its maintainers should correct it.`,
    cause,
  });
}
