import { AppError, toAppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { StepContext, StepHandler } from '../../core/definition/step-handler.ts';
import type { RunEvent } from '../../core/run/transition.ts';
import type { StepError, WorkflowRun } from '../../core/run/workflow-run.ts';
import { awaitCall } from '../../core/steps/missing-call.ts';
import { deferStep, failStep, NO_HANDLER, succeedStep } from '../../core/steps/step-attempt.ts';
import { calledBy, effectKey, handlerOf } from '../../core/steps/step-call.ts';
import { stepDefinition } from '../../core/steps/step-lookup.ts';
import { shortenText } from '../../core/values/text.ts';
import type { StepOutputStore } from '../../store/runs/step-outputs.ts';
import { type KeptOutput, keepOutput, restoreOutputs } from './large-outputs.ts';
import { buildStepInput, checkOutput, resolveStepValues } from './step-values.ts';
import type { SystemResult, SystemSteps } from './system-steps.ts';

/** Finds a handler by kind and name; null when this build has none of that name. */
export type FindHandler = (kind: 'agent' | 'service', name: string) => StepHandler | null;

export interface ExecuteDeps {
  findHandler: FindHandler;
  systemSteps: SystemSteps;
  /** Keeps outputs that are too large for the run's own document. */
  stepOutputs: StepOutputStore;
  /** How long a step waits for a process that can do what it calls. */
  missingWaitMs: number;
  signal: AbortSignal;
  now: Date;
}

/** What an attempt came to, as an event on its run. */
export interface Executed {
  event: RunEvent;
  isFailure: boolean;
}

/** A longer message helps nobody, and each attempt of each step has one in the run. */
const LONGEST_MESSAGE = 2_000;

/**
 * Calls the handler of the run's current attempt and turns whatever happens into an event on the run. Never throws. The
 * event applies only while that very attempt is still open, so a result that comes late or twice changes nothing.
 */
export async function executeStep(
  run: WorkflowRun,
  task: string,
  deps: ExecuteDeps & { log: Log },
): Promise<Executed> {
  const attempt = run.steps[task]?.attempts.length ?? 0;
  try {
    const result = await callHandler(run, task, attempt, deps);
    if (result.kind === 'deferred' && waitsForEver(run, task))
      deps.log.warn('Nothing limits how long a step waits for its result: give it a timeout or an SLA', {
        runId: run._id,
        task,
      });
    const event = whileOpen(task, attempt, (transition, now) =>
      result.kind === 'deferred'
        ? deferStep(transition, task, result.recheckAt)
        : succeedStep(transition, task, result.output, now, result.storedOutput),
    );
    return { event, isFailure: false };
  } catch (error) {
    const { code, message, retryable, retryAfterMs } = toAppError(error);
    if (code === NO_HANDLER) return leaveToOthers(run, task, attempt, deps);
    deps.log.warn('Step attempt failed', { runId: run._id, task, attempt, code, retryable, error });
    const stepError: StepError = {
      code,
      message: shortenText(userMessageOf(error) ?? message, LONGEST_MESSAGE),
      retryable,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    };
    const event = whileOpen(task, attempt, (transition, now) => failStep(transition, task, stepError, now));
    return { event, isFailure: true };
  }
}

/** This process is older or newer than the one that can: the step is left to that one. */
function leaveToOthers(
  run: WorkflowRun,
  task: string,
  attempt: number,
  { missingWaitMs, log }: Pick<ExecuteDeps, 'missingWaitMs'> & { log: Log },
): Executed {
  const called = calledBy(run, task);
  log.info('A step is left to a process that can do it', { runId: run._id, task, ...called });
  const event = whileOpen(task, attempt, (transition, now) =>
    awaitCall(transition, task, called, missingWaitMs, now),
  );
  return { event, isFailure: true };
}

/** The failure of an attempt whose result the database never takes. */
export function failUnstorable(task: string, attempt: number, { code, message }: AppError): RunEvent {
  const error = {
    code: code === 'run.tooLarge' ? 'step.largeOutput' : 'step.badOutput',
    message: `the result cannot be stored: ${message}`,
    retryable: false,
  };
  return whileOpen(task, attempt, (transition, now) => failStep(transition, task, error, now));
}

/** Whether an attempt of a step still waits for its result. */
export function isOpen(run: WorkflowRun, task: string, attempt: number): boolean {
  const step = run.steps[task];
  return step?.status === 'running' && step.attempts.length === attempt;
}

async function callHandler(
  shrunkRun: WorkflowRun,
  task: string,
  attempt: number,
  deps: ExecuteDeps,
): Promise<Extract<SystemResult, { kind: 'deferred' }> | ({ kind: 'done' } & KeptOutput)> {
  const result = await callWithAll(shrunkRun, task, attempt, deps);
  if (result.kind === 'deferred') return result;
  return { kind: 'done', ...(await keepOutput(deps.stepOutputs, shrunkRun, task, result.output)) };
}

async function callWithAll(
  shrunkRun: WorkflowRun,
  task: string,
  attempt: number,
  deps: ExecuteDeps,
): Promise<SystemResult> {
  const definition = stepDefinition(shrunkRun, task);
  const target = handlerOf(shrunkRun, task);
  const values = target ? target.with : (definition?.with ?? null);
  const run = await restoreOutputs(deps.stepOutputs, shrunkRun, task, values);
  const context = buildContext(run, task, attempt, deps);
  if (!target && definition) {
    const input = resolveStepValues(run, task, definition.with);
    return deps.systemSteps.execute(run, definition, task, input, context);
  }
  const handler = target && deps.findHandler(target.kind, target.name);
  if (!target || !handler) {
    throw new AppError(`no ${target?.kind ?? 'handler'} is called ${target?.name}`, { code: NO_HANDLER });
  }
  const input = buildStepInput(run, task, handler, target.with);
  const result = await handler.execute(input, context);
  if (result.kind === 'deferred') return result;
  return { kind: 'done', output: checkOutput(handler, result.output) };
}

function buildContext(
  run: WorkflowRun,
  task: string,
  attempt: number,
  deps: { signal: AbortSignal; now: Date },
): StepContext {
  const definition = stepDefinition(run, task);
  return {
    runId: run._id,
    workflow: run.workflow,
    task,
    attempt,
    idempotencyKey: effectKey(run, task),
    signal: deps.signal,
    now: deps.now,
    requires: definition?.requires ?? { skills: [], materials: [], durationMinutes: null },
    dueAt: run.clocks.run?.dueAt ?? null,
  };
}

/** A report can get lost. Waits for events and children are left out: they say themselves how long they take. */
function waitsForEver(run: WorkflowRun, task: string): boolean {
  const definition = stepDefinition(run, task);
  if (!definition || !handlerOf(run, task)) return false;
  const { timeoutMs, totalTimeoutMs, sla } = definition;
  return timeoutMs === null && totalTimeoutMs === null && sla === null && !run.clocks.run;
}

function whileOpen(task: string, attempt: number, event: RunEvent): RunEvent {
  return (transition, now) => {
    return isOpen(transition.run, task, attempt)
      ? event(transition, now)
      : { refused: `attempt ${attempt} of ${task} is over` };
  };
}

function userMessageOf(error: unknown): string | null {
  return error instanceof AppError ? error.userMessage : null;
}
