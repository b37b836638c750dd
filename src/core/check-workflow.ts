import type { z } from 'zod';
import { checkStepInputs } from './check-step-inputs.ts';
import { toMilliseconds } from './duration.ts';
import { explainIssues } from './explain-issues.ts';
import type { KnownNames } from './known-names.ts';
import { checkName, describeValue, type Fault, listNames, type Problem, suggestName } from './problem.ts';
import { normaliseWorkflow, type WorkflowDefinition, WorkflowSource } from './workflow-definition.ts';

type Source = z.output<typeof WorkflowSource>;
type Step = Source['steps'][number];
type Field = Source['input'][string];

/** Slack's modals hold 100 blocks, but nobody fills in more than this. */
const MOST_INPUT_FIELDS = 25;
const LONGEST_SPAN_DAYS = 366;
const RESERVED_TASKS: readonly string[] = ['input', 'run'];
const RESERVED_COMMAND = '/crewline';

export type WorkflowCheck = { ok: true; definition: WorkflowDefinition } | { ok: false; problems: Problem[] };

/**
 * Checks a workflow definition as written, and brings it into its normal form. `fileName` names it in problems and, less
 * its ending, when it has no name of its own. `known` null checks all that can be told without an agency.
 */
export function checkWorkflow(source: unknown, fileName: string, known: KnownNames | null): WorkflowCheck {
  const parsed = WorkflowSource.safeParse(source);
  if (!parsed.success) return refuse(explainIssues(parsed.error, WorkflowSource, source), fileName);
  const workflow = parsed.data;
  const faults = [
    ...checkNames(workflow, fileName),
    ...checkTasks(workflow.steps),
    ...Object.entries(workflow.input).flatMap(([name, field]) => checkField(field, `input.${name}`)),
    ...checkPromises(workflow),
    ...(known ? checkKnown(workflow, known) : []),
    ...checkStepInputs(workflow, known),
  ];
  if (faults.length > 0) return refuse(faults, fileName);
  return { ok: true, definition: normaliseWorkflow(workflow, nameFromFile(fileName)) };
}

/** Finds names and commands that two definitions share; the later file is told about the earlier one. */
export function checkCollisions(
  entries: readonly { file: string; definition: WorkflowDefinition }[],
): Problem[] {
  const owners = new Map<string, string>();
  return entries.flatMap(({ file, definition }) => {
    const claims: [string, string | null][] = [
      ['name', definition.name],
      ['command', definition.command],
    ];
    return claims.flatMap(([path, value]) => {
      if (value === null) return [];
      const owner = owners.get(`${path} ${value}`);
      if (owner === undefined) owners.set(`${path} ${value}`, file);
      const wrong = `"${value}" is already the ${path} of ${owner}`;
      return owner === undefined
        ? []
        : [{ file, path, wrong, right: `choose another ${path} in one of the two files` }];
    });
  });
}

function refuse(faults: readonly Fault[], file: string): WorkflowCheck {
  return { ok: false, problems: faults.map((fault) => ({ file, ...fault })) };
}

/** `repairWorkflow.json` and `repairWorkflow.workflow.mjs` are both named `repairWorkflow`. */
function nameFromFile(fileName: string): string {
  return fileName.replace(/(\.workflow)?\.[^.]+$/, '');
}

function checkNames(workflow: Source, fileName: string): Fault[] {
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

function checkTasks(steps: readonly Step[]): Fault[] {
  const seen = new Map<string, number>();
  return steps.flatMap(({ task }, index): Fault[] => {
    const path = `steps[${index}].task`;
    if (RESERVED_TASKS.includes(task)) {
      const wrong = `"${task}" is a reserved name`;
      return [
        { path, wrong, right: `choose another; ${listNames(RESERVED_TASKS)} stand for facts of the run` },
      ];
    }
    const first = seen.get(task);
    if (first === undefined) seen.set(task, index);
    const wrong = `"${task}" is also the task of steps[${first}]`;
    return first === undefined ? [] : [{ path, wrong, right: 'give every step a task name of its own' }];
  });
}

function checkField(field: Field, path: string): Fault[] {
  const faults: Fault[] = [];
  const choices = field.choices ?? [];
  if (new Set(choices).size < choices.length) {
    faults.push({
      path: `${path}.choices`,
      wrong: 'a choice is listed twice',
      right: 'list every choice once',
    });
  }
  if (field.default === undefined) return faults;
  const wanted = describeWantedDefault(field);
  const wrong = `${describeValue(field.default)} does not fit type "${field.type}"`;
  return wanted === null ? faults : [...faults, { path: `${path}.default`, wrong, right: wanted }];
}

/** What the default should be; null when it is that already. */
function describeWantedDefault({ type, default: value, choices }: Field): string | null {
  if (type === 'number') return typeof value === 'number' ? null : 'write a number';
  if (type === 'boolean') return typeof value === 'boolean' ? null : 'write true or false';
  if (typeof value !== 'string') return 'write a text in quotes';
  if (type === 'choice')
    return choices?.includes(value) ? null : suggestName(value, choices ?? [], 'choices');
  if (type !== 'date') return null;
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : 'write a date such as "2026-07-31"';
}

/** Deadlines and budget: spans that can be kept, in an order that makes sense. */
function checkPromises(workflow: Source): Fault[] {
  const faults: Fault[] = [];
  const runSpan = workflow.slaHours === undefined ? workflow.sla?.within : `${workflow.slaHours}h`;
  const runSpanPath = workflow.slaHours === undefined ? 'sla.within' : 'slaHours';
  if (runSpan) faults.push(...checkSpan(runSpan, runSpanPath));
  if (workflow.fallback && !runSpan) {
    const wrong = 'never runs, because the run has no deadline to miss';
    faults.push({
      path: 'fallback',
      wrong,
      right: 'add "slaHours" or "sla", or give the fallback to a step',
    });
  }
  for (const [index, step] of workflow.steps.entries()) {
    const path = `steps[${index}]`;
    if (step.timeout) faults.push(...checkSpan(step.timeout, `${path}.timeout`));
    if (step.retry) faults.push(...checkSpan(step.retry.backoff, `${path}.retry.backoff`));
    if (!step.sla) continue;
    faults.push(...checkSpan(step.sla.within, `${path}.sla.within`));
    if (runSpan && toMilliseconds(step.sla.within) > toMilliseconds(runSpan)) {
      const wrong = `"${step.sla.within}" is longer than the whole run may take (${runSpan})`;
      faults.push({ path: `${path}.sla.within`, wrong, right: 'shorten it, or lengthen the SLA of the run' });
    }
  }
  const amount = workflow.budget?.amount ?? 0;
  if (Math.abs(amount * 100 - Math.round(amount * 100)) > 1e-6) {
    const right = 'write whole currency units with at most two decimals';
    faults.push({ path: 'budget.amount', wrong: `${amount} has more than two decimals`, right });
  }
  return faults;
}

function checkSpan(span: string, path: string): Fault[] {
  const milliseconds = toMilliseconds(span);
  if (milliseconds > 0 && milliseconds <= toMilliseconds(`${LONGEST_SPAN_DAYS}d`)) return [];
  const right = `write a span longer than zero and at most ${LONGEST_SPAN_DAYS} days`;
  return [{ path, wrong: `"${span}" is not a span that can be kept`, right }];
}

function checkKnown(workflow: Source, known: KnownNames): Fault[] {
  const faults = workflow.steps.flatMap((step, index) => [
    ...checkHandlerNames(step, `steps[${index}]`, known),
    ...(step.fallback ? checkHandlerNames(step.fallback, `steps[${index}].fallback`, known) : []),
    ...checkRequires(step, `steps[${index}].requires`, known),
  ]);
  if (workflow.fallback) faults.push(...checkHandlerNames(workflow.fallback, 'fallback', known));
  return [...faults, ...checkName(workflow.escalation, 'escalation', known.policies, 'escalation policies')];
}

function checkHandlerNames(
  step: Pick<Step, 'agent' | 'service' | 'role'>,
  path: string,
  known: KnownNames,
): Fault[] {
  return [
    ...checkName(step.agent, `${path}.agent`, [...known.agents.keys()], 'agents'),
    ...checkName(step.service, `${path}.service`, [...known.services.keys()], 'services'),
    ...checkName(step.role, `${path}.role`, known.roles, 'roles'),
  ];
}

function checkRequires(step: Step, path: string, known: KnownNames): Fault[] {
  const { skills, materials } = step.requires ?? { skills: [], materials: [] };
  const allSkills = [...new Set(known.crewSkills.flat())];
  const faults = [
    ...skills.flatMap((skill, index) => checkName(skill, `${path}.skills[${index}]`, allSkills, 'skills')),
    ...materials.flatMap(({ material }, index) =>
      checkName(material, `${path}.materials[${index}].material`, known.materials, 'materials'),
    ),
  ];
  const hasCrew = known.crewSkills.some((crew) => skills.every((skill) => crew.includes(skill)));
  if (faults.length > 0 || skills.length === 0 || hasCrew) return faults;
  const wrong = `no crew has all of ${listNames(skills)}`;
  return [
    { path: `${path}.skills`, wrong, right: 'split the step, or give one crew these skills in agency.json' },
  ];
}
