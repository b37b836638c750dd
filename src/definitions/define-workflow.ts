import { AppError } from '../base/errors.ts';
import { checkWorkflow } from '../core/checks/check-workflow.ts';
import type { WorkflowSource } from '../core/definition/workflow-definition.ts';
import { describeProblem } from '../core/faults/problem.ts';

/**
 * A workflow definition as code: the same form as in JSON, typed, checked at once and returned as it was given. Throws
 * `workflow.invalid` with every problem. Agents, services, roles and policies are checked when it is loaded or started.
 */
export function defineWorkflow<const Source extends WorkflowSource & { name: string }>(
  source: Source,
): Source {
  const result = checkWorkflow(source, source.name, null);
  if (result.ok) return source;
  const problems = result.problems.map(describeProblem).join('\n');
  throw new AppError(`Workflow definition "${source.name}" is invalid:\n${problems}`, {
    code: 'workflow.invalid',
    userMessage: `The workflow definition "${source.name}" is not right yet:\n${problems}`,
  });
}
