import { NO_HANDLER } from '../core/step-attempt.ts';
import type { StepDefinition } from '../core/step-definition.ts';
import type { StepContext, StepResult } from '../core/step-handler.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import { AppError } from '../errors.ts';
import type { ExternalEventStore } from '../store/external-events.ts';

/** What a step of the engine's own kinds came to; a deferred one is asked again at `recheckAt`. */
export type SystemResult = StepResult<Record<string, unknown>> & { recheckAt?: Date };

/** The step kinds that the engine executes itself: waiting for an event, a sub-workflow, going on as a new run. */
export interface SystemSteps {
  execute(
    run: WorkflowRun,
    definition: StepDefinition,
    id: string,
    input: Record<string, unknown>,
    context: StepContext,
  ): Promise<SystemResult>;
}

export interface SystemStepDeps {
  events: ExternalEventStore;
  /** Starts a run of a definition; the same key starts it once. */
  startRun(request: {
    workflow: string;
    input: Record<string, unknown>;
    parent: WorkflowRun;
    /** The waiting step, for a sub-workflow; null when the new run stands on its own. */
    step: string | null;
    requestKey: string;
  }): Promise<WorkflowRun>;
}

/** The end of a child is reported at once; should the report be lost, it is noticed after this long. */
const RECHECK_CHILD_MS = 5 * 60_000;

/** Executes the engine's own steps over the stores; safe to repeat, because everything they start has a key. */
export function createSystemSteps(deps: SystemStepDeps): SystemSteps {
  return {
    execute: (run, definition, id, input, context) => {
      switch (definition.kind) {
        case 'wait':
          return receiveEarly(deps, run, id);
        case 'workflow':
          return runChild(deps, run, definition, id, input, context);
        case 'continueAs':
          return continueAsNew(deps, run, definition, input);
        default:
          throw new AppError(`${definition.kind} is not executed`, { code: 'step.kind' });
      }
    },
  };
}

/** An event that came before we waited; each event is taken once by a run. */
async function receiveEarly(deps: SystemStepDeps, run: WorkflowRun, id: string): Promise<SystemResult> {
  const [name = '', ...key] = (run.steps[id]?.event ?? '').split('|');
  const taken = Object.values(run.steps).flatMap((step) => {
    const eventId = step.output?.eventId;
    return typeof eventId === 'string' ? eventId : [];
  });
  const event = await deps.events.findOldest(name, key.join('|'), taken);
  return event ? { kind: 'done', output: { ...event.payload, eventId: event._id } } : { kind: 'deferred' };
}

async function runChild(
  deps: SystemStepDeps,
  run: WorkflowRun,
  definition: StepDefinition,
  id: string,
  input: Record<string, unknown>,
  context: StepContext,
): Promise<SystemResult> {
  const requestKey = childKey(run._id, id, context.attempt);
  const child = await startKnown(deps, {
    workflow: definition.handler,
    input,
    parent: run,
    step: id,
    requestKey,
  });
  const recheckAt = new Date(context.now.getTime() + RECHECK_CHILD_MS);
  return child.endedAt ? childResult(child) : { kind: 'deferred', recheckAt };
}

/** A definition this build does not have is an incident, like a handler it does not have. */
async function startKnown(
  deps: SystemStepDeps,
  request: Parameters<SystemStepDeps['startRun']>[0],
): Promise<WorkflowRun> {
  try {
    return await deps.startRun(request);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'run.unknownWorkflow') throw error;
    throw new AppError(error.message, { code: NO_HANDLER, userMessage: error.userMessage, cause: error });
  }
}

/** The request key of the run that an attempt of a step starts. */
export function childKey(runId: string, step: string, attempt: number): string {
  return `child:${runId}/${step}/${attempt}`;
}

/** The outputs of a child that completed; any other end is a permanent failure of the step that waits for it. */
export function childResult(child: WorkflowRun): StepResult<Record<string, unknown>> {
  if (child.status !== 'completed') {
    throw new AppError(`${child.workflow} ${child._id} ended ${child.status}: ${child.reason}`, {
      code: 'step.child',
    });
  }
  const outputs = child.definition.steps.map((step) => child.steps[step.task]?.output ?? {});
  return { kind: 'done', output: { ...Object.assign({}, ...outputs), runId: child._id } };
}

async function continueAsNew(
  deps: SystemStepDeps,
  run: WorkflowRun,
  definition: StepDefinition,
  input: Record<string, unknown>,
): Promise<SystemResult> {
  const workflow = definition.handler === '' ? run.workflow : definition.handler;
  const requestKey = `continue:${run._id}`;
  const next = await deps.startRun({ workflow, input, parent: run, step: null, requestKey });
  return { kind: 'done', output: { continuedAs: next._id } };
}
