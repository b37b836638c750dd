import { AppError } from '../base/errors.ts';
import { checkWorkflow } from '../core/checks/check-workflow.ts';
import type { WorkflowSource } from '../core/definition/workflow-definition.ts';
import { describeProblem, type Problem } from '../core/faults/problem.ts';

/** A definition in code has faults; the module that holds it did run. */
export class WorkflowRefusal extends AppError {
  readonly problems: readonly Problem[];

  constructor(name: string, problems: readonly Problem[]) {
    const lines = problems.map(describeProblem).join('\n');
    super(`Workflow definition "${name}" is invalid:\n${lines}`, {
      code: 'workflow.invalid',
      userMessage: `The workflow definition "${name}" is not right yet:\n${lines}`,
    });
    this.problems = problems;
  }
}

/**
 * A workflow definition as code: the same form as in JSON, typed, checked at once and returned as it was given. Throws
 * `workflow.invalid` with every problem. Agents, services, roles and policies are checked when it is loaded or started.
 */
export function defineWorkflow<const Source extends WorkflowSource & { name: string }>(
  source: Source,
): Source {
  const result = checkWorkflow(source, source.name, null);
  if (result.ok) return source;
  throw new WorkflowRefusal(source.name, result.problems);
}
