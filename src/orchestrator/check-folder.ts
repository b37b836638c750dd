import type { KnownHandler } from '../core/known-names.ts';
import { describeProblem, type Problem } from '../core/problem.ts';
import type { WorkflowDefinition } from '../core/workflow-definition.ts';
import { loadAgency } from './load-agency.ts';
import { loadWorkflows } from './load-workflows.ts';

export interface FolderReport {
  /** One line a definition, or one line a problem; no newline at the end. */
  report: string;
  ok: boolean;
}

/** Checks the agency's file and every definition of `folder`, against `handlers` and what the agency calls by URL. */
export async function checkFolder(
  folder: string,
  agencyFile: string,
  handlers: Iterable<KnownHandler>,
): Promise<FolderReport> {
  const agency = await loadAgency(agencyFile);
  // Without an agency every role and policy would look unknown, and the one real fault would drown in them.
  if (!agency.ok) return refuse(agency.problems);
  const { definitions, problems } = await loadWorkflows(folder, { handlers, agency: agency.agency });
  if (problems.length > 0) return refuse(problems);
  if (definitions.length === 0)
    return { report: `${folder}: no workflow definitions — add a "*.json" file`, ok: false };
  return { report: definitions.map(describeDefinition).join('\n'), ok: true };
}

function refuse(problems: readonly Problem[]): FolderReport {
  return { report: problems.map(describeProblem).join('\n'), ok: false };
}

function describeDefinition(definition: WorkflowDefinition): string {
  const tasks = definition.steps.map((step) => step.task).join(' > ');
  const command = definition.command ? ` ${definition.command}` : '';
  return `${definition.name} version ${definition.version}${command}: ${tasks}`;
}
