import { openRequest } from './approval-request.ts';
import { spend } from './budget.ts';
import { after } from './duration.ts';
import { endRun } from './end-run.ts';
import { stepClockKey, stopClock } from './sla.ts';
import { change, changeStep, note, type Transition } from './transition.ts';
import type { StepDefinition } from './workflow-definition.ts';
import {
  emptyStep,
  isFinished,
  newClock,
  type StepAttempt,
  type StepError,
  type StepState,
  stepDefinition,
} from './workflow-run.ts';

const LONGEST_BACKOFF_MS = 15 * 60_000;

/** Begins the next attempt of a step: an approval is opened, anything else is ready to be executed. */
export function startStep(transition: Transition, task: string, now: Date, fallback = false): Transition {
  const definition = stepDefinition(transition.run, task);
  if (!definition) return transition;
  const step = transition.run.steps[task] ?? emptyStep();
  const attempt: StepAttempt = {
    number: step.attempts.length + 1,
    fallback,
    startedAt: now,
    endedAt: null,
    error: null,
  };
  const byPeople = definition.kind === 'role' && !fallback;
  const started = changeStep(transition, task, {
    status: byPeople ? 'waiting' : 'running',
    startedAt: step.startedAt ?? now,
    attempts: [...step.attempts, attempt],
    retryAt: null,
    timeoutAt: definition.timeoutMs === null ? null : after(now, definition.timeoutMs),
    approval: byPeople ? openRequest(definition.handler, now) : step.approval,
  });
  const clocked = startClock(started, definition, now);
  const data = { attempt: attempt.number, kind: definition.kind, handler: definition.handler };
  const noted = note(clocked, now, fallback ? 'step.fallbackStarted' : 'step.started', { task, data });
  return byPeople ? note(noted, now, 'approval.opened', { task, data: { role: definition.handler } }) : noted;
}

/** The attempt was handed out: somebody will report its result, the step holds no worker meanwhile. */
export function deferStep(transition: Transition, task: string): Transition {
  return changeStep(transition, task, { status: 'waiting' });
}

/** The step has its output; reported cost is counted against the budget. */
export function succeedStep(
  transition: Transition,
  task: string,
  output: Record<string, unknown>,
  now: Date,
): Transition {
  const step = transition.run.steps[task];
  if (!step) return transition;
  const done = changeStep(transition, task, {
    status: 'succeeded',
    endedAt: now,
    timeoutAt: null,
    output,
    error: null,
    attempts: closeAttempt(step, null, now),
  });
  const noted = note(stopClock(done, stepClockKey(task), now), now, 'step.succeeded', {
    task,
    data: summarise(output),
  });
  const cost = output.actualCostCents;
  const spent =
    typeof cost === 'number' && Number.isFinite(cost) ? spend(noted, Math.round(cost), task, now) : noted;
  return postNotice(spent, task, output, now);
}

/**
 * The attempt failed: tried again after a growing wait while it is worth it, then the fallback takes over, then the
 * run fails and pages somebody.
 */
export function failStep(transition: Transition, task: string, error: StepError, now: Date): Transition {
  const definition = stepDefinition(transition.run, task);
  const step = transition.run.steps[task];
  if (!definition || !step || isFinished(step)) return transition;
  const attempts = closeAttempt(step, error, now);
  const isFallback = attempts.at(-1)?.fallback ?? false;
  const tries = attempts.filter((attempt) => attempt.fallback === isFallback).length;
  const closed = changeStep(transition, task, { attempts, error, timeoutAt: null, approval: expire(step) });
  const expired =
    step.approval?.state === 'pending' ? note(closed, now, 'approval.expired', { task }) : closed;
  const failed = note(expired, now, 'step.attemptFailed', {
    task,
    data: { attempt: attempts.length, ...error },
  });
  if (error.retryable && tries < definition.retry.attempts) {
    const wait = Math.max(backoffMs(definition.retry.backoffMs, tries), error.retryAfterMs ?? 0);
    const retryAt = after(now, Math.min(wait, LONGEST_BACKOFF_MS));
    return changeStep(failed, task, { status: 'retrying', retryAt });
  }
  if (definition.fallback && !isFallback) return startStep(failed, task, now, true);
  return giveUp(failed, task, error, now);
}

/** Leaves a step out because its condition does not hold. */
export function skipStep(transition: Transition, task: string, now: Date): Transition {
  return note(changeStep(transition, task, { status: 'skipped', endedAt: now }), now, 'step.skipped', {
    task,
  });
}

/** The step missed its own deadline and has a fallback: the fallback takes the step over. */
export function takeOver(transition: Transition, task: string, now: Date): Transition {
  const step = transition.run.steps[task];
  if (!step || isFinished(step) || !stepDefinition(transition.run, task)?.fallback) return transition;
  if (step.attempts.at(-1)?.fallback) return transition;
  const error: StepError = { code: 'step.late', message: 'missed its deadline', retryable: false };
  const expired =
    step.approval?.state === 'pending' ? note(transition, now, 'approval.expired', { task }) : transition;
  const closed = changeStep(expired, task, {
    attempts: closeAttempt(step, error, now),
    error,
    approval: expire(step),
  });
  return startStep(closed, task, now, true);
}

function giveUp(transition: Transition, task: string, error: StepError, now: Date): Transition {
  const failed = changeStep(transition, task, { status: 'failed', endedAt: now });
  const noted = note(stopClock(failed, stepClockKey(task), now), now, 'step.failed', {
    task,
    data: { ...error },
  });
  if (noted.run.closing) return noted;
  return endRun(noted, 'failed', `${stepDefinition(noted.run, task)?.title ?? task}: ${error.message}`, now);
}

function startClock(transition: Transition, definition: StepDefinition, now: Date): Transition {
  const key = stepClockKey(definition.task);
  if (!definition.sla || transition.run.clocks[key]) return transition;
  const clock = newClock(now, definition.sla.withinMs, definition.sla.warnAt);
  return change(transition, { clocks: { ...transition.run.clocks, [key]: clock } });
}

function closeAttempt(step: StepState, error: StepError | null, now: Date): StepAttempt[] {
  return step.attempts.map((attempt) => (attempt.endedAt ? attempt : { ...attempt, endedAt: now, error }));
}

function expire(step: StepState): StepState['approval'] {
  return step.approval?.state === 'pending' ? { ...step.approval, state: 'expired' } : step.approval;
}

/** Doubles per try, capped. */
function backoffMs(firstMs: number, tries: number): number {
  return Math.min(firstMs * 2 ** (tries - 1), LONGEST_BACKOFF_MS);
}

/** A step whose output says `postNotice` has its text posted, committed with the step itself. */
function postNotice(
  transition: Transition,
  task: string,
  output: Record<string, unknown>,
  now: Date,
): Transition {
  if (stepHandlerName(transition, task) !== 'NoticeService') return transition;
  return note(transition, now, 'notice.posted', {
    task,
    data: { channel: output.channel ?? null, text: output.text },
  });
}

function stepHandlerName(transition: Transition, task: string): string | undefined {
  const definition = stepDefinition(transition.run, task);
  const isFallback = transition.run.steps[task]?.attempts.at(-1)?.fallback;
  return isFallback ? (definition?.fallback?.handler ?? definition?.handler) : definition?.handler;
}

const SUMMARY_FIELDS = [
  'severity',
  'priority',
  'summary',
  'decision',
  'crewName',
  'start',
  'actualCostCents',
  'note',
];

/** What of an output belongs into the audit trail: the whole output stays in the run. */
function summarise(output: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(SUMMARY_FIELDS.filter((key) => key in output).map((key) => [key, output[key]]));
}
