import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { KnownHandler } from '../core/known-names.ts';
import { beyond } from '../core/mend-source.ts';
import { describeProblem, type Problem } from '../core/problem.ts';
import type { WorkflowDefinition } from '../core/workflow-definition.ts';
import { loadAgency } from './load-agency.ts';
import { isDefinition, loadWorkflows } from './load-workflows.ts';
import { refuseFile } from './read-source.ts';

export interface FolderReport {
  /** One line a definition, or one line a problem; no newline at the end. */
  report: string;
  ok: boolean;
}

/**
 * Checks the agency's file and every definition of `folder`, against `handlers` and what the agency calls by URL. Says
 * everything that is wrong at once, as far as the agency's file can be read.
 */
export async function checkFolder(
  folder: string,
  agencyFile: string,
  handlers: Iterable<KnownHandler>,
): Promise<FolderReport> {
  const { definitions, problems } = await findProblems(folder, agencyFile, handlers);
  if (problems.length > 0) return refuse(problems);
  if (definitions.length === 0)
    return { report: `${folder}: no workflow definitions — add a "*.json" file`, ok: false };
  return { report: definitions.map(describeDefinition).join('\n'), ok: true };
}

/**
 * Checks a folder, or one file in the surroundings of its folder: a definition, or the agency's. `agencyFile` is the
 * folder's `agency.json` unless given.
 */
export async function checkPath(
  path: string,
  agencyFile: string | undefined,
  handlers: Iterable<KnownHandler>,
): Promise<FolderReport> {
  const found = await stat(path).catch(() => null);
  if (!found) return refuse(refuseFile(path, 'there is nothing', 'name a folder, or a file in it').problems);
  if (found.isDirectory()) return checkFolder(path, agencyFile ?? join(path, 'agency.json'), handlers);
  const name = basename(path);
  const agency = agencyFile ?? join(dirname(path), 'agency.json');
  if (name === 'agency.json' || resolve(path) === resolve(agency)) return describeAgency(path);
  if (!isDefinition(name))
    return refuse(
      refuseFile(path, 'is no workflow definition', 'name a "*.json" or "*.workflow.mjs" file').problems,
    );
  const { files, problems } = await findProblems(dirname(path), agency, handlers);
  const own = problems.filter(({ file }) => file === name);
  if (own.length > 0) return refuse(own);
  const definition = files.get(name);
  // Nothing is wrong with it, and yet it could not be looked at in full.
  return definition ? { report: describeDefinition(definition), ok: true } : refuse(problems);
}

async function findProblems(folder: string, agencyFile: string, handlers: Iterable<KnownHandler>) {
  const checked = await loadAgency(agencyFile);
  const agency = checked.ok ? checked.agency : checked.readable;
  const loaded = await loadWorkflows(folder, { handlers, agency });
  const problems = [...(checked.ok ? [] : checked.problems), ...beyond([], loaded.problems)];
  return { ...loaded, problems };
}

async function describeAgency(file: string): Promise<FolderReport> {
  const checked = await loadAgency(file);
  if (!checked.ok) return refuse(checked.problems);
  const { name, roles, crews, depots } = checked.agency;
  const counts = [`${crews.length} crews`, `${depots.length} depots`, `${roles.length} roles`].join(', ');
  return { report: `${basename(file)}: ${name}, ${counts}`, ok: true };
}

function refuse(problems: readonly Problem[]): FolderReport {
  return { report: problems.map(describeProblem).join('\n'), ok: false };
}

function describeDefinition(definition: WorkflowDefinition): string {
  const tasks = definition.steps.map((step) => step.task).join(' > ');
  const command = definition.command ? ` ${definition.command}` : '';
  return `${definition.name} version ${definition.version}${command}: ${tasks}`;
}
