import { AppError } from '../../base/errors.ts';
import type { StepDefinition } from '../../core/definition/step-definition.ts';
import type { StepContext, StepResult } from '../../core/definition/step-handler.ts';
import { takenEvents } from '../../core/events/outside-event.ts';
import type { Lineage } from '../../core/run/run-parts.ts';
import type { Refusal } from '../../core/run/transition.ts';
import { describeEnd, type RunRequest, type WorkflowRun } from '../../core/run/workflow-run.ts';
import {
  childKey,
  hasContinued,
  lineageOfChild,
  lineageOfSuccessor,
  successorKey,
} from '../../core/steps/lineage.ts';
import { NO_HANDLER } from '../../core/steps/step-attempt.ts';
import { AWAIT_CHILDREN } from '../../core/steps/step-lookup.ts';
import { after } from '../../core/values/duration.ts';
import type { ExternalEventStore } from '../../store/runs/external-events.ts';
import type { StepOutputStore } from '../../store/runs/step-outputs.ts';
import { readOutputs } from './large-outputs.ts';

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
  stepOutputs: StepOutputStore;
  /** Starts a run of a definition; the same key starts it once. */
  startRun(request: RunRequest): Promise<{ run: WorkflowRun }>;
}

/** The end of a child is reported at once; should the report be lost, it is noticed after this long. */
const RECHECK_CHILD_MS = 5 * 60_000;
/** The same while a run waits with its end for what it had started. */
const RECHECK_CALLED_OFF_MS = 60_000;
/** A start that was under way when its step was given up is in the database after this long, or never will be. */
export const LATE_START_MS = 2_000;

/** Executes the engine's own steps over the stores; safe to repeat, because everything they start has a key. */
export function createSystemSteps(deps: SystemStepDeps): SystemSteps {
  return {
    execute: async (run, definition, id, input, context) => {
      switch (definition.kind) {
        case 'wait':
          return receiveEarly(deps, run, id);
        case 'workflow':
          return id === AWAIT_CHILDREN
            ? awaitChildren(run, context.now)
            : runChild(deps, run, definition, id, input, context);
        case 'continueAs':
          return continueAsNew(deps, run, definition, input, context.now);
        default:
          throw new AppError(`${definition.kind} is not executed`, { code: 'step.kind' });
      }
    },
  };
}

/** An event that came before we waited; each event is taken once by a run. */
async function receiveEarly(deps: SystemStepDeps, run: WorkflowRun, id: string): Promise<SystemResult> {
  const [name = '', ...key] = (run.steps[id]?.event ?? '').split('|');
  const event = await deps.events.findOldest(name, key.join('|'), takenEvents(run));
  return event ? { kind: 'done', output: { ...event.payload, eventId: event._id } } : { kind: 'deferred' };
}

/**
 * Starts a sub-workflow, or finds the one that was started. One that goes on as another run is not asked for again: what
 * it goes on as reports the end of the chain, and the chain may outlive the archiving of its first run, after which the
 * same key would start a second one.
 */
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
    requester: run.requester,
    origin: run.origin,
    parent: { runId: run._id, step: id },
    requestKey,
    lineage: orRefuse(lineageOfChild(run, requestKey, context.now), 'step.tooDeep'),
  });
  if (hasContinued(child)) return { kind: 'deferred' };
  const recheckAt = new Date(context.now.getTime() + RECHECK_CHILD_MS);
  if (!child.endedAt) return { kind: 'deferred', recheckAt };
  return { kind: 'done', output: await readChildResult(deps.stepOutputs, child) };
}

/** Calling off and looking who is left is done whenever the run has moved (`Family`): each recheck moves it. */
function awaitChildren(run: WorkflowRun, now: Date): SystemResult {
  const since = run.steps[AWAIT_CHILDREN]?.startedAt ?? now;
  const settledAt = after(since, LATE_START_MS);
  return { kind: 'deferred', recheckAt: settledAt > now ? settledAt : after(now, RECHECK_CALLED_OFF_MS) };
}

/** A definition this build does not have is an incident, like a handler it does not have. */
async function startKnown(deps: SystemStepDeps, request: RunRequest): Promise<WorkflowRun> {
  try {
    return (await deps.startRun(request)).run;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'run.unknownWorkflow') throw error;
    throw new AppError(error.message, { code: NO_HANDLER, userMessage: error.userMessage, cause: error });
  }
}

/**
 * The outputs of a child that completed, whole: those of a later step over those of an earlier one. Any other end is a
 * permanent failure of the step that waits for it.
 */
export async function readChildResult(
  stepOutputs: StepOutputStore,
  child: WorkflowRun,
): Promise<Record<string, unknown>> {
  if (child.status !== 'completed') {
    throw new AppError(`${child.workflow} ${child._id} ended ${child.status}: ${describeEnd(child)}`, {
      code: 'step.child',
    });
  }
  return { ...Object.assign({}, ...(await readOutputs(stepOutputs, child))), runId: child._id };
}

/** Goes on as a new run, in the place of this one: a step that waits for this run waits for the new one from now on. */
async function continueAsNew(
  deps: SystemStepDeps,
  run: WorkflowRun,
  definition: StepDefinition,
  input: Record<string, unknown>,
  now: Date,
): Promise<SystemResult> {
  const { requester, origin, parent } = run;
  const next = await startKnown(deps, {
    workflow: definition.handler === '' ? run.workflow : definition.handler,
    input,
    requester,
    origin,
    parent,
    requestKey: successorKey(run._id),
    lineage: orRefuse(lineageOfSuccessor(run, now), 'step.tooManyHops'),
  });
  return { kind: 'done', output: { continuedAs: next._id } };
}

/** A limit that was reached once is reached again: there is no point in trying. */
function orRefuse(lineage: Lineage | Refusal, code: string): Lineage {
  if ('refused' in lineage) throw new AppError(lineage.refused, { code });
  return lineage;
}
