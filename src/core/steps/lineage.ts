import { findNode, hasKind, parseStepId } from '../definition/step-tree.ts';
import type { Lineage } from '../run/run-parts.ts';
import type { Refusal } from '../run/transition.ts';
import {
  isFinished,
  type StepAttempt,
  type StepState,
  stateOf,
  type WorkflowRun,
} from '../run/workflow-run.ts';

/**
 * Circles are refused when definitions are loaded. This is the second line, for definitions of different versions that
 * form one together, and far above what anybody can keep in mind.
 */
const MOST_LEVELS = 8;

/**
 * A chain may go on for years, but not in a spin: a loop that has nothing to wait for would start hundreds of runs a
 * second, for good, past the limit that turns requests away when too much waits. Slack shows one message a second in a
 * channel, so a chain that begins anew more often than that cannot be followed by anybody. What is counted begins anew
 * with the first hop after each minute; a hop that was allowed once is allowed when it is repeated later.
 */
const MOST_HOPS = 100;
const HOP_SPAN_MS = 60_000;

/** The lineage of a run that a step of `parent` starts and waits for; refused when it would stand too deep. */
export function lineageOfChild(parent: WorkflowRun, requestKey: string, now: Date): Lineage | Refusal {
  const depth = (parent.lineage?.depth ?? 0) + 1;
  if (depth <= MOST_LEVELS) return { depth, generation: 0, hops: 0, since: now, head: requestKey };
  const refused = `Workflows wait for each other more than ${MOST_LEVELS} levels deep here, likely in a circle. Look at the “workflow” steps of “${parent.workflow}” and of the workflows that lead to it.`;
  return { refused };
}

/** The lineage of the run that goes on for `run`; refused when the chain begins anew too often within a minute. */
export function lineageOfSuccessor(run: WorkflowRun, now: Date): Lineage | Refusal {
  const { depth, generation, hops, since, head } = lineageOf(run);
  const isSameSpan = now.getTime() - since.getTime() < HOP_SPAN_MS;
  const next = { depth, generation: generation + 1, head };
  if (!isSameSpan) return { ...next, hops: 1, since: now };
  if (hops < MOST_HOPS) return { ...next, hops: hops + 1, since };
  const refused = `“${run.workflow}” began anew ${MOST_HOPS} times within a minute, without waiting for anything. Put a “wait” before its “continueAs”, then start it again.`;
  return { refused };
}

/** The request key of the run that an attempt of a step starts. */
export function childKey(runId: string, step: string, attempt: number): string {
  return `child:${runId}/${step}/${attempt}`;
}

/** The request key of the run that goes on for a run: however often it is asked for, there is one. */
export function successorKey(runId: string): string {
  return `continue:${runId}`;
}

/** The run that this one goes on for, by the request key; null when it goes on for none. */
export function predecessorOf(run: WorkflowRun): string | null {
  const prefix = successorKey('');
  return run.requestKey?.startsWith(prefix) ? run.requestKey.slice(prefix.length) : null;
}

/** Whether the open attempt of the parent's step is the one that started this child, or the first run of its chain. */
export function isAwaited(parent: WorkflowRun, child: WorkflowRun): boolean {
  const step = child.parent?.step ?? '';
  const state = parent.steps[step];
  const attempt = state?.attempts.at(-1);
  if (!state || !attempt || isFinished(state) || attempt.endedAt || attempt.fallback) return false;
  return lineageOf(child).head === childKey(parent._id, step, attempt.number);
}

/** An attempt of a step that started a run, or was about to, and was not told of its end. */
export interface LooseStart {
  step: string;
  requestKey: string;
}

/**
 * What the steps of a run started and may still be open: they are at it, or gave up on it, alone or with what they stand
 * in. Once called off, such a run may have work of its own to undo.
 */
export function listLooseStarts(run: WorkflowRun): LooseStart[] {
  if (!hasKind(run.definition, 'workflow')) return [];
  return Object.entries(run.steps).flatMap(([step, { attempts }]) => {
    const loose = attempts.filter(isLoose);
    if (loose.length === 0 || findNode(run.definition, parseStepId(step).task)?.step.kind !== 'workflow')
      return [];
    return loose.map(({ number }) => ({ step, requestKey: childKey(run._id, step, number) }));
  });
}

/** Whether the run has ended, and with it its chain: it was not even about to go on as another one. */
export function hasEndedAlone(run: WorkflowRun): boolean {
  return run.endedAt !== null && continuation(run) === null;
}

/** Whether the run ended only to go on as another one: its own end is not the end of the chain. */
export function hasContinued(run: WorkflowRun): boolean {
  const step = continuation(run);
  return run.endedAt !== null && step?.status === 'succeeded';
}

/** Whether another run is to go on for this one: its `continueAs` is at it, or has done it. */
export function wantsSuccessor(run: WorkflowRun): boolean {
  const step = continuation(run);
  return step !== null && (!isFinished(step) || step.status === 'succeeded');
}

const GIVEN_UP: ReadonlySet<string> = new Set(['step.timeout', 'step.late']);

/** Of its errors, the permanent ones say that the child has ended or was never started; others leave it open. */
function isLoose({ fallback, endedAt, error }: StepAttempt): boolean {
  if (fallback) return false;
  return endedAt === null || (error !== null && (error.retryable || GIVEN_UP.has(error.code)));
}

/** Runs that were stored before there was a lineage stand at the beginning of one. */
function lineageOf(run: WorkflowRun): Lineage {
  const { lineage, createdAt, requestKey } = run;
  return lineage ?? { depth: 0, generation: 0, hops: 0, since: createdAt, head: requestKey };
}

/** The last step while it goes on as another run; null before it started, and once its fallback took over. */
function continuation(run: WorkflowRun): StepState | null {
  const last = run.definition.steps.at(-1);
  if (last?.kind !== 'continueAs') return null;
  const step = stateOf(run, last.task);
  const attempt = step.attempts.at(-1);
  return attempt && !attempt.fallback ? step : null;
}
