import type { CalledName } from '../run/run-parts.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { stepDefinition } from './step-lookup.ts';

/** What an attempt of a step calls. */
export interface StepCall {
  kind: 'agent' | 'service';
  name: string;
  with: Record<string, unknown> | null;
}

/** The handler that the current attempt of a step calls: its own, or its fallback's; null when it calls none. */
export function handlerOf(run: WorkflowRun, step: string): StepCall | null {
  const definition = stepDefinition(run, step);
  if (!definition) return null;
  if (isFallback(run, step) && definition.fallback) {
    const { kind, handler } = definition.fallback;
    return { kind, name: handler, with: definition.fallback.with };
  }
  const { kind } = definition;
  return kind === 'agent' || kind === 'service'
    ? { kind, name: definition.handler, with: definition.with }
    : null;
}

/** What a step needs of the process that executes it: its handler, or the definition it starts a run of. */
export function calledBy(run: WorkflowRun, step: string): CalledName {
  const call = handlerOf(run, step);
  if (call) return { kind: call.kind, name: call.name };
  return { kind: 'workflow', name: stepDefinition(run, step)?.handler || run.workflow };
}

/**
 * The key under which the world outside knows a piece of work: the same for all attempts of a step by one handler.
 * After an unknown outcome (a timeout, a lost connection) nobody but the service knows whether the work was done, so a
 * retry has to be recognisable as the same work. The fallback does other work and has a key of its own.
 */
export function effectKey(run: WorkflowRun, step: string): string {
  const key = `${run._id}/${step}`;
  return isFallback(run, step) ? `${key}#fallback` : key;
}

/** Where in the HTTP API the result of an attempt is reported. Ids of steps may hold `@` and `/`. */
export function resultPath(runId: string, step: string, attempt: number): string {
  return `/api/runs/${encodeURIComponent(runId)}/steps/${encodeURIComponent(step)}/result?attempt=${attempt}`;
}

function isFallback(run: WorkflowRun, step: string): boolean {
  return run.steps[step]?.attempts.at(-1)?.fallback ?? false;
}
