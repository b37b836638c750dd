import { isSame } from '../definition/condition.ts';
import {
  normaliseWorkflow,
  type WorkflowDefinition,
  WorkflowSource,
} from '../definition/workflow-definition.ts';
import { checkSpan } from '../faults/check-span.ts';
import { explainIssues } from '../faults/explain-issues.ts';
import { beyond, isObject } from '../faults/keep-fitting.ts';
import {
  checkName,
  describeValue,
  type Fault,
  formatPath,
  type Problem,
  suggestName,
} from '../faults/problem.ts';
import { isPlannableYear } from '../values/duration.ts';
import { refuseJson } from '../values/refuse-json.ts';
import { isDate } from '../values/wall-time.ts';
import { checkChannel } from './check-channel.ts';
import { checkCrew } from './check-crew.ts';
import { checkNeeds } from './check-needs.ts';
import { checkSpans } from './check-spans.ts';
import { checkStepInputs } from './check-step-inputs.ts';
import { checkSteps } from './check-steps.ts';
import {
  listStarts,
  type PlacedStep,
  placeSteps,
  type StepToCheck,
  type WorkflowStart,
  type WorkflowToCheck,
} from './check-tree.ts';
import type { Call } from './fact-scope.ts';
import type { KnownNames } from './known-names.ts';
import { mendWorkflow } from './mend-workflow.ts';

type Field = WorkflowToCheck['input'][string];

/** Slack's modals hold 100 blocks, but nobody fills in more than this. */
const MOST_INPUT_FIELDS = 25;
const RESERVED_COMMAND = '/crewline';
const STORABLE = 'write it flatter, or give the field another name: a run is stored with it';

/** `starts`: the workflows that steps of the definition start, for the check of all definitions together. */
export type WorkflowCheck =
  | { ok: true; definition: WorkflowDefinition; starts: WorkflowStart[] }
  | { ok: false; problems: Problem[] };

/**
 * Checks a workflow definition as written, and brings it into its normal form. `fileName` names it in problems and, less
 * its ending, when it has no name of its own. `known` null checks all that can be told without an agency.
 */
export function checkWorkflow(source: unknown, fileName: string, known: KnownNames | null): WorkflowCheck {
  const unfit = refuseJson(source);
  if (unfit !== null)
    return refuse([{ path: formatPath([]), wrong: `has ${unfit}`, right: STORABLE }], fileName);
  const parsed = WorkflowSource.safeParse(source);
  if (!parsed.success) {
    const misfits = explainIssues(parsed.error, WorkflowSource, source);
    const readable = mendWorkflow(source);
    const others = readable ? beyond(misfits, checkContent(readable, fileName, known)) : [];
    return refuse([...misfits, ...others], fileName);
  }
  const workflow = parsed.data;
  const faults = [...checkContent(workflow, fileName, known), ...(known ? checkCrew(workflow, known) : [])];
  if (faults.length > 0) return refuse(faults, fileName);
  const definition = normaliseWorkflow(workflow, nameFromFile(fileName));
  return { ok: true, definition, starts: listStarts(workflow, definition.name) };
}

/** Everything that the shape alone does not tell. */
function checkContent(workflow: WorkflowToCheck, fileName: string, known: KnownNames | null): Fault[] {
  return [
    ...checkNames(workflow, fileName),
    ...checkSteps(workflow, nameOf(workflow, fileName)),
    ...Object.entries(workflow.input).flatMap(([name, field]) => checkField(field, `input.${name}`)),
    ...checkPromises(workflow),
    ...(known ? checkKnown(workflow, known) : []),
    ...checkStepInputs(workflow, nameOf(workflow, fileName), known),
  ];
}

/** What tells a definition from others. */
type Identity = Pick<WorkflowDefinition, 'name' | 'version' | 'command'>;

/** Name, version and command of a definition as written, checked or not; null when it is none. */
export function readIdentity(source: unknown, fileName: string): Identity | null {
  if (!isObject(source)) return null;
  const { version = 1, command } = source;
  if (typeof version !== 'number') return null;
  return { name: nameOf(source, fileName), version, command: typeof command === 'string' ? command : null };
}

/**
 * Finds versions and commands that two definitions share; the later file is told about the earlier one. Versions of one
 * name stand side by side; the command belongs to the newest of them.
 */
export function checkCollisions(entries: readonly { file: string; definition: Identity }[]): Problem[] {
  const owners = new Map<string, string>();
  const claim = (file: string, path: string, key: string, wrong: string, right: string): Problem[] => {
    const owner = owners.get(`${path} ${key}`);
    if (owner === undefined) owners.set(`${path} ${key}`, file);
    return owner === undefined ? [] : [{ file, path, wrong: `${wrong} ${owner}`, right }];
  };
  const newest = new Map<string, Identity>();
  for (const { definition } of entries) {
    const known = newest.get(definition.name);
    if (!known || definition.version > known.version) newest.set(definition.name, definition);
  }
  return entries.flatMap(({ file, definition }) => {
    const { name, version, command } = definition;
    const same = `"${name}" version ${version} is already the name and version of`;
    const names = claim(file, 'name', `${name} ${version}`, same, 'raise "version", or choose another name');
    if (command === null || newest.get(name) !== definition) return names;
    const taken = `"${command}" is already the command of`;
    const right = 'choose another command in one of the two files';
    return [...names, ...claim(file, 'command', command, taken, right)];
  });
}

function refuse(faults: readonly Fault[], file: string): WorkflowCheck {
  return { ok: false, problems: faults.map((fault) => ({ file, ...fault })) };
}

/** The name of a definition as written, checked or not: its own, or that of its file. */
export function nameOf(source: unknown, fileName: string): string {
  const own = typeof source === 'object' && source !== null && 'name' in source ? source.name : undefined;
  return typeof own === 'string' ? own : nameFromFile(fileName);
}

/** `repairWorkflow.json` and `repairWorkflow.workflow.mjs` are both named `repairWorkflow`. */
function nameFromFile(fileName: string): string {
  return fileName.replace(/(\.workflow)?\.[^.]+$/, '');
}

function checkNames(workflow: WorkflowToCheck, fileName: string): Fault[] {
  const faults: Fault[] = [];
  if (!workflow.name && !/^[A-Za-z][\w-]{0,63}$/.test(nameFromFile(fileName))) {
    const wrong = `the file name "${fileName}" cannot serve as the name`;
    faults.push({ path: 'name', wrong, right: 'add a "name" of letters, digits, "-" and "_"' });
  }
  if (workflow.command === RESERVED_COMMAND) {
    const wrong = `"${RESERVED_COMMAND}" belongs to the product itself`;
    faults.push({ path: 'command', wrong, right: 'choose another command, such as "/repair"' });
  }
  const count = Object.keys(workflow.input).length;
  if (count > MOST_INPUT_FIELDS) {
    const right = `ask for at most ${MOST_INPUT_FIELDS} fields; people fill them in by hand`;
    faults.push({ path: 'input', wrong: `${count} fields`, right });
  }
  return faults;
}

function checkField(field: Field, path: string): Fault[] {
  const faults: Fault[] = [];
  const choices = field.choices ?? [];
  const repeated = findRepeated(choices);
  if (repeated) {
    const [first, second] = repeated.map((choice) => JSON.stringify(choice));
    const wrong = first === second ? `${first} is listed twice` : `${first} and ${second} read the same`;
    const right = 'list every choice once: case, accents and blanks make no difference';
    faults.push({ path: `${path}.choices`, wrong, right });
  }
  if (field.default === undefined) return faults;
  const wanted = describeWantedDefault(field);
  const wrong = `${describeValue(field.default)} does not fit type "${field.type}"`;
  return wanted === null ? faults : [...faults, { path: `${path}.default`, wrong, right: wanted }];
}

/** The first two choices that no condition can tell apart. */
function findRepeated(choices: readonly string[]): [string, string] | null {
  for (const [index, choice] of choices.entries()) {
    const before = choices.slice(0, index).find((other) => isSame(other, choice) === true);
    if (before !== undefined) return [before, choice];
  }
  return null;
}

/** What the default should be; null when it is that already. */
function describeWantedDefault({ type, default: value, choices }: Field): string | null {
  if (type === 'number') return typeof value === 'number' ? null : 'write a number';
  if (type === 'boolean') return typeof value === 'boolean' ? null : 'write true or false';
  if (typeof value !== 'string') return 'write a text in quotes';
  if (type === 'choice')
    return choices?.includes(value) ? null : suggestName(value, choices ?? [], 'choices');
  if (type !== 'date') return null;
  return isDate(value) && isPlannableYear(value) ? null : 'write a date such as "2026-07-31"';
}

/** Deadlines and budget: spans that can be kept, in an order that makes sense. */
function checkPromises(workflow: WorkflowToCheck): Fault[] {
  const faults: Fault[] = [];
  const runSpan = workflow.slaHours === undefined ? workflow.sla?.within : `${workflow.slaHours}h`;
  const runSpanPath = workflow.slaHours === undefined ? 'sla.within' : 'slaHours';
  faults.push(...checkSpan(runSpan, runSpanPath));
  if (workflow.fallback && !runSpan) {
    const wrong = 'never runs, because the run has no deadline to miss';
    faults.push({
      path: 'fallback',
      wrong,
      right: 'add "slaHours" or "sla", or give the fallback to a step',
    });
  }
  faults.push(...placeSteps(workflow).flatMap((place) => checkSpans(place, runSpan)));
  const amount = workflow.budget?.amount ?? 0;
  if (Math.abs(amount * 100 - Math.round(amount * 100)) > 1e-6) {
    const right = 'write whole currency units with at most two decimals';
    faults.push({ path: 'budget.amount', wrong: `${amount} has more than two decimals`, right });
  }
  return faults;
}

function checkKnown(workflow: WorkflowToCheck, known: KnownNames): Fault[] {
  const faults = placeSteps(workflow).flatMap((place) => checkStepNames(place, known));
  if (workflow.fallback) faults.push(...checkHandlerNames(workflow.fallback, 'fallback', known));
  return [...faults, ...checkName(workflow.escalation, 'escalation', known.policies, 'escalation policies')];
}

function checkStepNames({ step, path }: PlacedStep, known: KnownNames): Fault[] {
  const { workflow, continueAs, fallback, compensate } = step;
  const workflows = known.workflows;
  return [
    ...checkHandlerNames(step, path, known),
    ...(fallback ? checkHandlerNames(fallback, `${path}.fallback`, known) : []),
    ...(compensate ? checkHandlerNames(compensate, `${path}.compensate`, known) : []),
    ...(workflows ? checkName(workflow?.workflow, `${path}.workflow.workflow`, workflows, 'workflows') : []),
    ...(workflows
      ? checkName(continueAs?.workflow, `${path}.continueAs.workflow`, workflows, 'workflows')
      : []),
    ...checkNeeds(step, path, known),
  ];
}

function checkHandlerNames(step: Call & Pick<StepToCheck, 'role'>, path: string, known: KnownNames): Fault[] {
  return [
    ...checkName(step.agent, `${path}.agent`, [...known.agents.keys()], 'agents'),
    ...checkName(step.service, `${path}.service`, [...known.services.keys()], 'services'),
    ...checkName(step.role, `${path}.role`, known.roles, 'roles'),
    ...checkChannel(step, path, known),
  ];
}
