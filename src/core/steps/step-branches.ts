import { isWithin, listInside, parseStepId } from '../definition/step-tree.ts';
import type { Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { abandonSteps } from './end-run.ts';
import { gatherOutput } from './gather-output.ts';
import { failStep, succeedStep } from './step-attempt.ts';
import { stepDefinition } from './step-lookup.ts';

/** A container has all it needs: branches still open are given up, and their outputs become its own. */
export function joinBranches(transition: Transition, id: string, now: Date): Transition {
  const abandoned = abandonInside(transition, id, 'no longer needed', now);
  return succeedStep(abandoned, id, gatherOutput(abandoned.run, id), now);
}

/** Too many branches failed: the others are given up and the container fails with the first one's error. */
export function breakOffBranches(transition: Transition, id: string, now: Date): Transition {
  const inside = listIdsInside(transition.run, id);
  const failed = inside.map((inner) => transition.run.steps[inner]).find((step) => step?.status === 'failed');
  const error = failed?.error ?? {
    code: 'step.branches',
    message: 'too many branches failed',
    retryable: false,
  };
  const abandoned = abandonInside(transition, id, error.message, now);
  return failStep(abandoned, id, { ...error, retryable: false }, now);
}

/** Gives up whatever is unfinished inside a step. */
export function abandonInside(transition: Transition, id: string, reason: string, now: Date): Transition {
  const inside = new Set(listIdsInside(transition.run, id));
  return inside.size === 0 ? transition : abandonSteps(transition, reason, now, (inner) => inside.has(inner));
}

function listIdsInside(run: WorkflowRun, id: string): string[] {
  const definition = stepDefinition(run, id);
  if (!definition?.body) return [];
  const tasks = new Set(listInside(definition).map((step) => step.task));
  const { suffix } = parseStepId(id);
  return Object.keys(run.steps).filter((key) => {
    const own = parseStepId(key);
    return tasks.has(own.task) && isWithin(own.suffix, suffix);
  });
}
