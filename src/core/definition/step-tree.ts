import type { StepDefinition } from './step-definition.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

/**
 * Steps inside others: a step's id in a run is its task name, and inside a `forEach` the task name with the indexes of
 * the iterations it is in: `replaceLamp@3`, or `tighten@3-0` two levels deep. Task names are unique in a definition.
 */
export interface StepId {
  task: string;
  /** Indexes joined by `-`; empty outside every `forEach`. */
  suffix: string;
}

/** Splits a step's id. */
export function parseStepId(id: string): StepId {
  const at = id.indexOf('@');
  return at < 0 ? { task: id, suffix: '' } : { task: id.slice(0, at), suffix: id.slice(at + 1) };
}

/** The id of a task within the iterations `suffix`. */
export function stepId(task: string, suffix: string): string {
  return suffix === '' ? task : `${task}@${suffix}`;
}

/** The suffix of iteration `index` inside `suffix`. */
export function iterate(suffix: string, index: number): string {
  return suffix === '' ? String(index) : `${suffix}-${index}`;
}

/** Whether what happened in `outer` is visible from within `inner`: the same iteration, or one around it. */
export function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}-`);
}

interface Node {
  step: StepDefinition;
  /** The step it stands in; null at the top. */
  parent: StepDefinition | null;
}

/** Definitions are frozen values, so an index made once stays right. */
const indexes = new WeakMap<WorkflowDefinition, ReadonlyMap<string, Node>>();

/** The step of that task with the step it stands in; undefined when there is none. */
export function findNode(definition: WorkflowDefinition, task: string): Node | undefined {
  let index = indexes.get(definition);
  if (!index) {
    index = indexSteps(definition.steps);
    indexes.set(definition, index);
  }
  return index.get(task);
}

/** Id of the step that `id` stands in; null at the top. */
export function containerOf(definition: WorkflowDefinition, id: string): string | null {
  const { task, suffix } = parseStepId(id);
  const parent = findNode(definition, task)?.parent;
  if (!parent) return null;
  return stepId(parent.task, parent.kind === 'forEach' ? outside(suffix) : suffix);
}

function outside(suffix: string): string {
  const cut = suffix.lastIndexOf('-');
  return cut < 0 ? '' : suffix.slice(0, cut);
}

const taskLists = new WeakMap<WorkflowDefinition, readonly string[]>();

/** Every task of a definition: those at the top in their order, then those inside others. */
export function listTasks(definition: WorkflowDefinition): readonly string[] {
  let tasks = taskLists.get(definition);
  if (!tasks) {
    const inside = definition.steps.flatMap((step) => listInside(step));
    tasks = [...definition.steps, ...inside].map((step) => step.task);
    taskLists.set(definition, tasks);
  }
  return tasks;
}

/** The iterations that `suffix` lies in, from the outside of all of them to itself: `''`, `3`, `3-0`. */
export function listAround(suffix: string): string[] {
  if (suffix === '') return [''];
  const indexes = suffix.split('-');
  return ['', ...indexes.map((_, depth) => indexes.slice(0, depth + 1).join('-'))];
}

/** The steps directly inside a step, branch by branch. */
export function listBranches(step: StepDefinition): StepDefinition[][] {
  const { body } = step;
  switch (body?.kind) {
    case 'parallel':
      return body.branches.map((branch) => branch.steps);
    case 'forEach':
      return [body.steps];
    case 'switch':
      return [...body.cases.map((branch) => branch.steps), body.otherwise];
    default:
      return [];
  }
}

/** Every step inside a step, at any depth. */
export function listInside(step: StepDefinition): StepDefinition[] {
  return listBranches(step)
    .flat()
    .flatMap((inner) => [inner, ...listInside(inner)]);
}

/** Whether any step of the definition, at any depth, is of that kind. */
export function hasKind(definition: WorkflowDefinition, kind: StepDefinition['kind']): boolean {
  return definition.steps.some((step) => [step, ...listInside(step)].some((inner) => inner.kind === kind));
}

/** Whether people are asked in the step or inside it, as far as its definition tells: another workflow may ask them, too. */
export function asksPeople(step: StepDefinition): boolean {
  const asking: readonly StepDefinition['kind'][] = ['role', 'workflow', 'continueAs'];
  return [step, ...listInside(step)].some(({ kind }) => asking.includes(kind));
}

function indexSteps(steps: readonly StepDefinition[]): Map<string, Node> {
  const index = new Map<string, Node>();
  const add = (step: StepDefinition, parent: StepDefinition | null): void => {
    index.set(step.task, { step, parent });
    for (const inner of listBranches(step).flat()) add(inner, step);
  };
  for (const step of steps) add(step, null);
  return index;
}
