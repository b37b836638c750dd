import { deferStep, failStep, NO_HANDLER, succeedStep } from '../core/step-attempt.ts';
import type { StepContext, StepHandler } from '../core/step-handler.ts';
import { stepDefinition } from '../core/step-lookup.ts';
import { hasKind } from '../core/step-tree.ts';
import type { RunEvent } from '../core/transition.ts';
import type { StepError, WorkflowRun } from '../core/workflow-run.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StepOutputStore } from '../store/step-outputs.ts';
import { restoreOutputs, shrinkOutput } from './large-outputs.ts';
import { buildStepInput, handlerOf, resolveStepValues } from './step-input.ts';
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

/** An output larger than this belongs into a store of its own, and a link to it into the output. */
const LARGEST_OUTPUT_BYTES = 4 * 1024 * 1024;

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
  // A list that steps go through has to stay where the decisions are made.
  if (hasKind(run.definition, 'forEach')) return { kind: 'done', output };
  return { kind: 'done', output: await shrinkOutput(deps.stepOutputs, context.idempotencyKey, output) };
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
    idempotencyKey: `${run._id}/${task}/${attempt}`,
    signal: deps.signal,
    now: deps.now,
    requires: definition?.requires ?? { skills: [], materials: [], durationMinutes: null },
    dueAt: run.clocks.run?.dueAt ?? null,
  };
}

function checkOutput(handler: StepHandler, output: unknown): Record<string, unknown> {
  const parsed = handler.output.safeParse(output);
  const value = parsed.success ? parsed.data : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const issue = parsed.error?.issues[0];
    throw new AppError(
      `${handler.name} answered what it must not: ${issue?.path.join('.')}: ${issue?.message}`,
      {
        code: 'step.badOutput',
      },
    );
  }
  if (JSON.stringify(value).length > LARGEST_OUTPUT_BYTES) {
    throw new AppError(`${handler.name} answered more than ${LARGEST_OUTPUT_BYTES / 1024} kB`, {
      code: 'step.largeOutput',
    });
  }
  return value as Record<string, unknown>;
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
