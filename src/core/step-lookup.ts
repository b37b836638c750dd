import { listLooseStarts } from './lineage.ts';
import type { FallbackDefinition, StepDefinition } from './step-definition.ts';
import { findNode, isWithin, parseStepId, stepId } from './step-tree.ts';
import { isFinished, type WorkflowRun } from './workflow-run.ts';

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
  if (id === RUN_FALLBACK) return pseudoStep(id, 'Fallback procedure', run.definition.fallback);
  if (id === AWAIT_CHILDREN) return awaitStep(run);
  if (id.startsWith(COMPENSATION)) {
    const step = stepDefinition(run, id.slice(COMPENSATION.length));
    return step && pseudoStep(id, `Undo: ${step.title}`, step.compensate);
  }
  return findNode(run.definition, parseStepId(id).task)?.step ?? null;
}

/** Id of the step that `id` stands in; null at the top. */
export function containerOf(run: WorkflowRun, id: string): string | null {
  const { task, suffix } = parseStepId(id);
  const parent = findNode(run.definition, task)?.parent;
  if (!parent) return null;
  return stepId(parent.task, parent.kind === 'forEach' ? outside(suffix) : suffix);
}

/**
 * What references see from within a step: the input, the run, the outputs of finished steps around it (in its own
 * iteration, where there is one) and, inside a `forEach`, `item` and `index`.
 */
export function factsOf(run: WorkflowRun, id = ''): Record<string, unknown> {
  const place = id.startsWith(COMPENSATION) ? id.slice(COMPENSATION.length) : id;
  const { suffix } = parseStepId(place);
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
  for (const [key, step] of Object.entries(run.steps)) {
    if (!step.output) continue;
    const own = parseStepId(key);
    if (isWithin(suffix, own.suffix)) facts[own.task] = step.output;
  }
  return suffix === '' ? facts : { ...facts, ...iterationOf(run, place) };
}

function iterationOf(run: WorkflowRun, id: string): { item?: unknown; index?: number } {
  const container = containerOf(run, id);
  if (container === null) return {};
  const items = run.steps[container]?.items;
  if (!items) return iterationOf(run, container);
  const index = Number(parseStepId(id).suffix.split('-').at(-1));
  return { item: items[index], index };
}

function outside(suffix: string): string {
  const cut = suffix.lastIndexOf('-');
  return cut < 0 ? '' : suffix.slice(0, cut);
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
