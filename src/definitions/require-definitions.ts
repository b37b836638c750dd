import { AppError } from '../base/errors.ts';
import type { Agency } from '../core/agency/agency.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { describeProblem, type Problem } from '../core/faults/problem.ts';
import { loadAgency } from './load-agency.ts';
import { loadWorkflows } from './load-workflows.ts';

/** The agency of a file. Throws `agency.invalid` with every problem. */
export async function requireAgency(file: string): Promise<Agency> {
  const loaded = await loadAgency(file);
  if (loaded.ok) return loaded.agency;
  throw refuse('agency.invalid', 'The agency file cannot be used', loaded.problems);
}

/** The definitions of a folder by name, the newest version of each. Throws `workflow.invalid` with every problem. */
export async function requireWorkflows(
  folder: string,
  surroundings: { handlers: readonly StepHandler[]; agency: Agency },
): Promise<Map<string, WorkflowDefinition>> {
  const { definitions, problems } = await loadWorkflows(folder, surroundings);
  if (problems.length > 0)
    throw refuse('workflow.invalid', 'Some workflow definitions cannot be used', problems);
  const newestFirst = definitions.sort((one, other) => other.version - one.version);
  const byName = new Map<string, WorkflowDefinition>();
  for (const definition of newestFirst)
    if (!byName.has(definition.name)) byName.set(definition.name, definition);
  return byName;
}

/** One error for a list of problems, each on a line of its own with file, path and remedy. */
export function refuse(code: string, heading: string, problems: readonly Problem[]): AppError {
  const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
  return new AppError(`${heading}: ${problems.length} problems`, {
    code,
    userMessage: `${heading}:\n${lines.join('\n')}`,
  });
}
