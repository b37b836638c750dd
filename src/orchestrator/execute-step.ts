import { deferStep, failStep, NO_HANDLER, succeedStep } from '../core/step-attempt.ts';
import { effectKey, handlerOf, outputId } from '../core/step-call.ts';
import type { StepContext, StepHandler } from '../core/step-handler.ts';
import { stepDefinition } from '../core/step-lookup.ts';
import type { RunEvent } from '../core/transition.ts';
import type { StepError, WorkflowRun } from '../core/workflow-run.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StepOutputStore } from '../store/step-outputs.ts';
import { restoreOutputs } from './large-outputs.ts';
import { buildStepInput, resolveStepValues } from './step-input.ts';
import { checkOutput, keepOutput } from './step-output.ts';
import type { SystemResult, SystemSteps } from './system-steps.ts';

/** Finds a handler by kind and name; null when this build has none of that name. */
export type FindHandler = (kind: 'agent' | 'service', name: string) => StepHandler | null;

export interface ExecuteDeps {
  findHandler: FindHandler;
  systemSteps: SystemSteps;
  /** Keeps outputs that are too large for the run's own document. */
  stepOutputs: StepOutputStore;
  signal: AbortSignal;
  now: Date;
}

/**
 * Calls the handler of the run's current attempt and turns whatever happens into an event on the run. Never throws. The
 * event applies only while that very attempt is still open, so a result that comes late or twice changes nothing.
 */
export async function executeStep(
  run: WorkflowRun,
  task: string,
  deps: ExecuteDeps & { log: Log },
): Promise<RunEvent> {
  const attempt = run.steps[task]?.attempts.length ?? 0;
  try {
    const result = await callHandler(run, task, attempt, deps);
    if (result.kind === 'deferred' && waitsForEver(run, task))
      deps.log.warn('Nothing limits how long a step waits for its result: give it a timeout or an SLA', {
        runId: run._id,
        task,
      });
    return whileOpen(task, attempt, (transition, now) =>
      result.kind === 'deferred'
        ? deferStep(transition, task, result.recheckAt)
        : succeedStep(transition, task, result.output, now),
    );
  } catch (error) {
    const { code, message, retryable, retryAfterMs } = toAppError(error);
    deps.log.warn('Step attempt failed', { runId: run._id, task, attempt, code, retryable, error });
    const stepError: StepError = {
      code,
      message: userMessageOf(error) ?? message,
      retryable,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    };
    return whileOpen(task, attempt, (transition, now) => failStep(transition, task, stepError, now));
  }
}

async function callHandler(
  shrunkRun: WorkflowRun,
  task: string,
  attempt: number,
  deps: ExecuteDeps,
): Promise<SystemResult> {
  const run = await restoreOutputs(deps.stepOutputs, shrunkRun);
  const context = buildContext(run, task, attempt, deps);
  const definition = stepDefinition(run, task);
  const target = handlerOf(run, task);
  if (!target && definition) {
    const input = resolveStepValues(run, task, definition.with);
    return deps.systemSteps.execute(run, definition, task, input, context);
  }
  const handler = target && deps.findHandler(target.kind, target.name);
  if (!target || !handler) {
    throw new AppError(`no ${target?.kind ?? 'handler'} is called ${target?.name}`, {
      code: NO_HANDLER,
      userMessage: `Nothing is called “${target?.name}” here any more: bring it back, then retry the step.`,
    });
  }
  const input = buildStepInput(run, task, handler, target.with);
  const result = await handler.execute(input, context);
  if (result.kind === 'deferred') return result;
  const output = checkOutput(handler, result.output);
  const id = outputId(run._id, task, attempt, 'answered');
  return { kind: 'done', output: await keepOutput(deps.stepOutputs, run, id, output) };
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
    const step = transition.run.steps[task];
    const isOpen = step?.status === 'running' && step.attempts.length === attempt;
    return isOpen ? event(transition, now) : { refused: `attempt ${attempt} of ${task} is over` };
  };
}

function userMessageOf(error: unknown): string | null {
  return error instanceof AppError ? error.userMessage : null;
}
