import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../base/errors.ts';
import type { Agency } from '../core/agency/agency.ts';
import { checkCircles } from '../core/checks/check-circles.ts';
import type { WorkflowStart } from '../core/checks/check-tree.ts';
import { checkCollisions, checkWorkflow, nameOf, readIdentity } from '../core/checks/check-workflow.ts';
import { type KnownHandler, listKnownNames, readWorkflowInputs } from '../core/checks/known-names.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import type { WorkflowDefinition } from '../core/definition/workflow-definition.ts';
import type { Problem } from '../core/faults/problem.ts';
import { refuseProblems } from '../core/faults/problem.ts';
import { readUnicode } from '../core/values/decode-text.ts';
import { WorkflowRefusal } from './define-workflow.ts';
import { describeError, readSource, refuseEncoding, refuseFile, type SourceFile } from './read-source.ts';

/** What definitions are checked against. */
export interface WorkflowSurroundings {
  handlers: Iterable<KnownHandler>;
  /** Null when it cannot be read: then all is checked that can be told without it. */
  agency: Agency | null;
}

export interface LoadedWorkflows {
  definitions: WorkflowDefinition[];
  /** The same by the files they stand in. */
  files: ReadonlyMap<string, WorkflowDefinition>;
  problems: Problem[];
}

/**
 * Loads every definition of a folder: `*.json` except `agency.json` and `*.schema.json`, and code in `*.workflow.mjs` or
 * `*.workflow.js` that exports `workflow`. Faults come back as problems; the files without any still load. In the order
 * of the file names; several versions of one name may be among them.
 */
export async function loadWorkflows(
  folder: string,
  surroundings: WorkflowSurroundings,
): Promise<LoadedWorkflows> {
  const problems: Problem[] = [];
  const loaded: { file: string; definition: WorkflowDefinition; starts: WorkflowStart[] }[] = [];
  const files = await listFiles(folder);
  if (!files) {
    const right = 'name an existing folder with workflow definitions';
    return {
      definitions: [],
      files: new Map(),
      problems: refuseFile(folder, 'the folder cannot be read', right).problems,
    };
  }
  const identities: Parameters<typeof checkCollisions>[0][number][] = [];
  const sources: { file: string; read: SourceFile }[] = [];
  for (const file of files) {
    const isJson = file.endsWith('.json');
    sources.push({
      file,
      read: isJson ? await readSource(join(folder, file)) : await importSource(folder, file),
    });
  }
  // A definition may name any other of the folder, also one that has faults of its own.
  const named = sources.flatMap(({ file, read }) =>
    read.ok ? { name: nameOf(read.source, file), source: read.source } : [],
  );
  const { handlers, agency } = surroundings;
  const names = [...new Set(named.map(({ name }) => name))];
  const known = agency && listKnownNames(handlers, agency, names, readWorkflowInputs(named));
  for (const { file, read } of sources) {
    const checked = read.ok ? checkWorkflow(read.source, file, known) : read;
    if (checked.ok) loaded.push({ file, definition: checked.definition, starts: checked.starts });
    else problems.push(...checked.problems);
    const identity = read.ok ? readIdentity(read.source, file) : null;
    if (identity) identities.push({ file, definition: identity });
  }
  const together = [...checkCollisions(identities), ...checkCircles(loaded)];
  const refused = new Set(together.map((problem) => problem.file));
  const usable = loaded.filter(({ file }) => !refused.has(file));
  const definitions = giveCommandToNewest(usable.map(({ definition }) => definition));
  return {
    definitions,
    files: new Map(usable.map(({ file, definition }) => [file, definition])),
    problems: [...problems, ...together],
  };
}

/** People start the newest version; older ones are there for the runs that began with them. */
function giveCommandToNewest(definitions: readonly WorkflowDefinition[]): WorkflowDefinition[] {
  return definitions.map((definition) => {
    const isOlder = definitions.some(
      ({ name, version }) => name === definition.name && version > definition.version,
    );
    return isOlder ? { ...definition, command: null } : definition;
  });
}

async function listFiles(folder: string): Promise<string[] | null> {
  try {
    const files = await readdir(folder);
    return files.filter(isDefinition).sort();
  } catch {
    return null;
  }
}

/** Whether a file of a folder is taken for a workflow definition, by its name. */
export function isDefinition(file: string): boolean {
  if (/\.workflow\.(mjs|js|ts|mts)$/.test(file)) return true;
  return file.endsWith('.json') && !file.endsWith('.schema.json') && file !== 'agency.json';
}

async function importSource(folder: string, file: string): Promise<SourceFile> {
  // Node 20 runs no TypeScript, and a definition that is silently left out would be missed only when it is needed.
  if (/ts$/.test(file))
    return refuseFile(file, 'TypeScript cannot be loaded', 'compile it to ".workflow.mjs"');
  try {
    // Node itself puts a question mark in the place of what it cannot read.
    const read = readUnicode(await readFile(join(folder, file)));
    if (!read.ok) return refuseEncoding(file, read);
    const module: unknown = await import(pathToFileURL(join(folder, file)).href);
    if (typeof module === 'object' && module !== null && 'workflow' in module) {
      return { ok: true, source: module.workflow };
    }
    return refuseFile(
      file,
      'it has no export "workflow"',
      'write "export const workflow = defineWorkflow({ ... })"',
    );
  } catch (error) {
    if (error instanceof WorkflowRefusal)
      return { ok: false, problems: error.problems.map((problem) => ({ ...problem, file })) };
    const wrong =
      error instanceof AppError ? error.userMessage : `it cannot be imported (${describeError(error)})`;
    return refuseFile(file, wrong, 'correct the module so that it runs on its own');
  }
}

/** The definitions of a folder by name, the newest version of each. Throws `workflow.invalid` with every problem. */
export async function requireWorkflows(
  folder: string,
  surroundings: { handlers: readonly StepHandler[]; agency: Agency },
): Promise<Map<string, WorkflowDefinition>> {
  const { definitions, problems } = await loadWorkflows(folder, surroundings);
  if (problems.length > 0)
    throw refuseProblems('workflow.invalid', 'Some workflow definitions cannot be used', problems);
  const newestFirst = definitions.sort((one, other) => other.version - one.version);
  const byName = new Map<string, WorkflowDefinition>();
  for (const definition of newestFirst)
    if (!byName.has(definition.name)) byName.set(definition.name, definition);
  return byName;
}
