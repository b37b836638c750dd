import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Agency } from '../core/agency/agency.ts';
import { warnOfTimeZone } from '../core/agency/warn-of-time-zone.ts';
import type { KnownHandler } from '../core/checks/known-names.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import { beyond } from '../core/faults/keep-fitting.ts';
import { describeProblem, type Problem } from '../core/faults/problem.ts';
import { loadAgency } from './load-agency.ts';
import { isDefinition, loadWorkflows } from './load-workflows.ts';
import { refuseFile } from './read-source.ts';

export interface FolderReport {
  /** One line a definition, or one line a problem; no newline at the end. */
  report: string;
  ok: boolean;
}

const UNCHECKED: Problem = {
  file: 'agency.json',
  path: '(whole file)',
  wrong: 'agents of the agency, roles, skills, materials and policies were not checked without it',
  right: 'mend it, or name the agency file in AGENCY_FILE',
};

/**
 * Checks the agency's file and every definition of `folder`, against `handlers` and what the agency calls by URL. Says
 * everything that is wrong at once, as far as the agency's file can be read.
 */
export async function checkFolder(
  folder: string,
  agencyFile: string,
  handlers: Iterable<KnownHandler>,
): Promise<FolderReport> {
  const { definitions, problems, warnings } = await findProblems(folder, agencyFile, handlers);
  if (problems.length > 0) return refuse(problems);
  if (definitions.length === 0)
    return { report: `${folder}: no workflow definitions — add a "*.json" file`, ok: false };
  return { report: [...definitions.map(describeDefinition), ...warnings].join('\n'), ok: true };
}

/** Where the agency's file may be. */
export interface AgencyPlaces {
  /** Taken wherever the definitions are. */
  chosen?: string | undefined;
  /** Taken where none stands beside the definitions. */
  usual: string;
}

/**
 * Checks a folder, or one file in the surroundings of its folder: a definition, or the agency's. The agency's file is
 * the one chosen, else `agency.json` beside the definitions, else the usual one; the report names it when it is not
 * beside them. Not ok without one: then no name has been checked.
 */
export async function checkPath(
  path: string,
  places: AgencyPlaces,
  handlers: Iterable<KnownHandler>,
): Promise<FolderReport> {
  const found = await stat(path).catch(() => null);
  if (!found) return refuse(refuseFile(path, 'there is nothing', 'name a folder, or a file in it').problems);
  const folder = found.isDirectory() ? path : dirname(path);
  const agency = await findAgency(folder, places);
  if (!found.isDirectory()) return nameAgency(await checkFile(path, agency, handlers), folder, agency);
  return nameAgency(await checkFolder(path, agency, handlers), folder, agency);
}

async function checkFile(
  path: string,
  agency: string,
  handlers: Iterable<KnownHandler>,
): Promise<FolderReport> {
  const name = basename(path);
  if (name === 'agency.json' || resolve(path) === resolve(agency)) return describeAgency(path);
  if (!isDefinition(name))
    return refuse(
      refuseFile(path, 'is no workflow definition', 'name a "*.json" or "*.workflow.mjs" file').problems,
    );
  const { files, problems, isReadable } = await findProblems(dirname(path), agency, handlers);
  const own = problems.filter(({ file }) => file === name);
  const unchecked = isReadable
    ? []
    : [...problems.filter(({ file }) => file === basename(agency)), UNCHECKED];
  if (own.length + unchecked.length > 0) return refuse([...own, ...unchecked]);
  const definition = files.get(name);
  // Nothing is wrong with it, and yet it could not be looked at in full.
  return definition ? { report: describeDefinition(definition), ok: true } : refuse(problems);
}

async function findAgency(folder: string, { chosen, usual }: AgencyPlaces): Promise<string> {
  if (chosen !== undefined) return chosen;
  const beside = join(folder, 'agency.json');
  const isThere = async (file: string) => (await stat(file).catch(() => null)) !== null;
  return (await isThere(beside)) || !(await isThere(usual)) ? beside : usual;
}

/** Which agency names were compared with is no detail, when it is another than the one beside them. */
function nameAgency({ report, ok }: FolderReport, folder: string, agency: string): FolderReport {
  if (resolve(dirname(agency)) === resolve(folder)) return { report, ok };
  return { report: `${report}\n(names are those of ${agency})`, ok };
}

async function findProblems(folder: string, agencyFile: string, handlers: Iterable<KnownHandler>) {
  const checked = await loadAgency(agencyFile);
  const agency = checked.ok ? checked.agency : checked.readable;
  const loaded = await loadWorkflows(folder, { handlers, agency });
  const problems = [...(checked.ok ? [] : checked.problems), ...beyond([], loaded.problems)];
  const warnings = checked.ok ? listWarnings(checked.agency, agencyFile) : [];
  return { ...loaded, problems, warnings, isReadable: agency !== null };
}

/** What can be used, and is hardly meant. */
function listWarnings(agency: Agency, file: string): string[] {
  return warnOfTimeZone(agency).map(
    (fault) => `warning: ${describeProblem({ file: basename(file), ...fault })}`,
  );
}

async function describeAgency(file: string): Promise<FolderReport> {
  const checked = await loadAgency(file);
  if (!checked.ok) return refuse(checked.problems);
  const { name, roles, crews, depots } = checked.agency;
  const counts = [`${crews.length} crews`, `${depots.length} depots`, `${roles.length} roles`].join(', ');
  const warnings = listWarnings(checked.agency, file);
  return { report: [`${basename(file)}: ${name}, ${counts}`, ...warnings].join('\n'), ok: true };
}

function refuse(problems: readonly Problem[]): FolderReport {
  return { report: problems.map(describeProblem).join('\n'), ok: false };
}

function describeDefinition(definition: WorkflowDefinition): string {
  const tasks = definition.steps.map((step) => step.task).join(' > ');
  const command = definition.command ? ` ${definition.command}` : '';
  return `${definition.name} version ${definition.version}${command}: ${tasks}`;
}
