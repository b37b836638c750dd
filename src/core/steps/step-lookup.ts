import type { FallbackDefinition, StepDefinition } from '../definition/step-definition.ts';
import {
  containerOf,
  findNode,
  listAround,
  listTasks,
  parseStepId,
  stepId,
} from '../definition/step-tree.ts';
import { isFinished, type WorkflowRun } from '../run/workflow-run.ts';
import { listLooseStarts } from './lineage.ts';

/** Id of the pseudo step that carries the definition's own fallback. */
export const RUN_FALLBACK = 'runFallback';
/** Id of the pseudo step that waits, before anything is undone, until what the run had started has ended. */
export const AWAIT_CHILDREN = 'await/children';
const COMPENSATION = 'undo/';

/** Long enough for most things to be undone; after it somebody is told, and the run undoes its own work all the same. */
const LONGEST_AWAIT_MS = 15 * 60_000;

/** Id of the pseudo step that undoes a step. */
export function compensationOf(id: string): string {
  return `${COMPENSATION}${id}`;
}

/** Whether the run is ending and does not go on with it before all that it had started has ended. */
export function awaitsChildren(run: WorkflowRun): boolean {
  const step = run.steps[AWAIT_CHILDREN];
  return step !== undefined && step.startedAt !== null && !isFinished(step);
}

/** The definition of a step by its id; pseudo steps (the run's fallback, compensations) are made up from what they call. */
export function stepDefinition(run: WorkflowRun, id: string): StepDefinition | null {
  if (id === RUN_FALLBACK) return pseudoStep(id, 'What is done instead', run.definition.fallback);
  if (id === AWAIT_CHILDREN) return awaitStep(run);
  if (id.startsWith(COMPENSATION)) {
    const step = stepDefinition(run, id.slice(COMPENSATION.length));
    return step && pseudoStep(id, `Undo: ${step.title}`, step.compensate);
  }
  return findNode(run.definition, parseStepId(id).task)?.step ?? null;
}

/**
 * What references see from within a step: the input, the run, the outputs of finished steps around it (in its own
 * iteration, where there is one) and, inside a `forEach`, `item` and `index`.
 */
export function factsOf(run: WorkflowRun, id = ''): Record<string, unknown> {
  const { createdAt, requester } = run;
  const facts: Record<string, unknown> = {
    input: run.input,
    run: {
      id: run._id,
      workflow: run.workflow,
      requester: requester.name,
      createdAt: createdAt.toISOString(),
    },
  };
  for (const visible of listVisible(run, id)) {
    const output = run.steps[visible]?.output;
    if (output) facts[parseStepId(visible).task] = output;
  }
  const around = iterationOf(run, id);
  if (!around) return facts;
  return { ...facts, item: run.steps[around.container]?.items?.[around.index], index: around.index };
}

/** Ids of the steps whose outputs are seen from within a step, without a look at any other of thousands. */
export function listVisible(run: WorkflowRun, id: string): string[] {
  const { suffix } = parseStepId(placeOf(id));
  const tasks = listTasks(run.definition);
  const around = listAround(suffix);
  const own = suffix === '' ? tasks : tasks.flatMap((task) => around.map((outer) => stepId(task, outer)));
  // What an ending run has done so far has no place in the definition.
  const pseudo = run.closing ? Object.keys(run.steps).filter((key) => isPseudo(key)) : [];
  return [...own.filter((key) => run.steps[key]?.output), ...pseudo];
}

/** The list that a step inside a `forEach` goes through, by the id of that, and where in it; null outside of all. */
export function iterationOf(run: WorkflowRun, id: string): { container: string; index: number } | null {
  const place = placeOf(id);
  const container = containerOf(run.definition, place);
  if (container === null) return null;
  if (!run.steps[container]?.items) return iterationOf(run, container);
  return { container, index: Number(parseStepId(place).suffix.split('-').at(-1)) };
}

/** Where a step stands; a compensation where the step stands that it undoes. */
function placeOf(id: string): string {
  return id.startsWith(COMPENSATION) ? id.slice(COMPENSATION.length) : id;
}

function isPseudo(id: string): boolean {
  return id === RUN_FALLBACK || id === AWAIT_CHILDREN || id.startsWith(COMPENSATION);
}

/** Named after the step that had started something; when there are several, after none of them. */
function awaitStep(run: WorkflowRun): StepDefinition | null {
  const titles = new Set(listLooseStarts(run).map(({ step }) => stepDefinition(run, step)?.title ?? step));
  const [only = ''] = titles;
  const title = `Wait for ${titles.size === 1 ? only : 'sub-workflows'} to be called off`;
  const step = pseudoStep(AWAIT_CHILDREN, title, { kind: 'service', handler: '', with: {} });
  return (
    step && { ...step, kind: 'workflow', timeoutMs: LONGEST_AWAIT_MS, retry: { ...step.retry, attempts: 1 } }
  );
}

function pseudoStep(id: string, title: string, call: FallbackDefinition | null): StepDefinition | null {
  if (!call) return null;
  return {
    task: id,
    title,
    kind: call.kind,
    handler: call.handler,
    with: call.with,
    when: null,
    retry: { attempts: 5, backoffMs: 5_000, longestMs: 15 * 60_000 },
    timeoutMs: null,
    totalTimeoutMs: null,
    sla: null,
    requires: { skills: [], materials: [], durationMinutes: null },
    fallback: null,
    compensate: null,
  };
}
