import { expireApproval, openApproval } from '../approvals/approval.ts';
import type { StepSummary } from '../audit/audit-data.ts';
import { BUILT_IN } from '../definition/built-in.ts';
import type { Finding } from '../definition/condition.ts';
import { DEFAULT_ATTEMPTS, isCalled, type StepDefinition } from '../definition/step-definition.ts';
import { containerOf } from '../definition/step-tree.ts';
import { openEscalation } from '../escalator/escalation.ts';
import { incidentKey, NO_HANDLER, resolveIncident } from '../escalator/incident.ts';
import { spend } from '../monitor/budget.ts';
import { stepClockKey, stopClock } from '../monitor/sla.ts';
import { change, changeStep, note, type Transition } from '../run/transition.ts';
import {
  isFinished,
  newClock,
  type StepAttempt,
  type StepError,
  type StepState,
  stateOf,
} from '../run/workflow-run.ts';
import { after } from '../values/duration.ts';
import { readGrave } from '../work/assessment.ts';
import { closeRun } from './end-run.ts';
import { LARGE_RUN, sizeWith } from './output-size.ts';
import { explainUnclear, openBody } from './step-body.ts';
import { stepDefinition } from './step-lookup.ts';

export { NO_HANDLER } from '../escalator/incident.ts';

interface Beginning {
  /** The fallback takes its turn. */
  fallback?: boolean;
  /** Why nobody can tell whether the step is needed. */
  unclear?: readonly Finding[] | undefined;
}

/**
 * Begins the next attempt of a step: an approval is opened, a wait is set, anything else is ready to be executed. Where
 * it is unclear whether the step is needed, people are asked, and anything else fails.
 */
export function startStep(
  transition: Transition,
  id: string,
  now: Date,
  { fallback = false, unclear }: Beginning = {},
): Transition {
  const definition = stepDefinition(transition.run, id);
  if (!definition) return transition;
  const step = stateOf(transition.run, id);
  const attempt: StepAttempt = {
    number: step.attempts.length + 1,
    fallback,
    startedAt: now,
    endedAt: null,
    error: null,
  };
  const byPeople = definition.kind === 'role' && !fallback;
  const started = changeStep(transition, id, {
    status: byPeople ? 'waiting' : 'running',
    startedAt: step.startedAt ?? now,
    attempts: [...step.attempts, attempt],
    retryAt: null,
    // What the attempt before it would have been woken for is not this one's business.
    ...(step.resumeAt ? { resumeAt: null } : {}),
    ...(step.missing ? { missing: null } : {}),
    timeoutAt: definition.timeoutMs === null ? null : after(now, definition.timeoutMs),
  });
  const clocked = startClock(started, definition, id, now);
  const data = { attempt: attempt.number, kind: definition.kind, handler: definition.handler };
  const noted = note(clocked, now, {
    type: fallback ? 'step.fallbackStarted' : 'step.started',
    task: id,
    data,
  });
  if (byPeople) {
    const data = { role: definition.handler, because: unclear ?? [] };
    const asked = unclear ? note(noted, now, { type: 'approval.doubted', task: id, data }) : noted;
    return openApproval(asked, id, definition.handler, now);
  }
  if (unclear) return failStep(noted, id, explainUnclear(unclear), now);
  if (fallback) return noted;
  const opened = openBody(noted, definition, id, now);
  return 'error' in opened ? failStep(noted, id, opened.error, now) : opened;
}

/** The attempt was handed out: somebody will report its result. `recheckAt` is when to ask again by ourselves. */
export function deferStep(transition: Transition, id: string, recheckAt: Date | null = null): Transition {
  return changeStep(transition, id, { status: 'waiting', ...(recheckAt ? { resumeAt: recheckAt } : {}) });
}

/**
 * The step has its output; reported cost is counted against the budget. `storedOutput` says where the whole of it is,
 * when `output` is only a part. A run that has no room for it fails the step instead.
 */
export function succeedStep(
  transition: Transition,
  id: string,
  output: Record<string, unknown>,
  now: Date,
  storedOutput?: string,
): Transition {
  const step = transition.run.steps[id];
  if (!step) return transition;
  const keptBytes = sizeWith(transition.run, output);
  if (keptBytes === null) return failStep(transition, id, LARGE_RUN, now);
  const done = changeStep(change(transition, { keptBytes }), id, {
    status: 'succeeded',
    endedAt: now,
    timeoutAt: null,
    output,
    ...(storedOutput === undefined ? {} : { storedOutput }),
    error: null,
    attempts: closeAttempt(step, null, now),
  });
  const stopped = stopClock(done, stepClockKey(id), now);
  const noted = note(stopped, now, { type: 'step.succeeded', task: id, data: summarise(output) });
  const cost = output.actualCostCents;
  const spent =
    typeof cost === 'number' && Number.isFinite(cost) ? spend(noted, Math.round(cost), id, now) : noted;
  return postNotice(openHazard(spent, id, output, now), id, output, now);
}

/** An agent's assessment names what may kill somebody before a crew comes: somebody is paged at once, once. */
function openHazard(
  transition: Transition,
  id: string,
  output: Record<string, unknown>,
  now: Date,
): Transition {
  const isAssessed = stepDefinition(transition.run, id)?.kind === 'agent';
  if (!isAssessed || transition.run.endedAt || readGrave(output).length === 0) return transition;
  return openEscalation(transition, { key: `hazard-${id}`, kind: 'hazard', task: id, dueAt: null }, now);
}

/**
 * The attempt failed: tried again after a growing wait while it is worth it, then the fallback takes over, then the
 * step has failed, and with it whatever it stands in. A handler that no process has is an incident: the run stays,
 * somebody is paged, and it goes on once there is one, or the step is retried.
 */
export function failStep(transition: Transition, id: string, error: StepError, now: Date): Transition {
  const definition = stepDefinition(transition.run, id);
  const step = transition.run.steps[id];
  if (!definition || !step || isFinished(step)) return transition;
  const settled = resolveIncident(transition, id, 'system', now);
  const attempts = closeAttempt(step, error, now);
  const isFallback = attempts.at(-1)?.fallback ?? false;
  const tries = countTries(attempts, isFallback);
  const closed = changeStep(settled, id, { attempts, error, timeoutAt: null });
  const expired = expireApproval(closed, id, error.code === 'step.timeout' ? 'timedOut' : 'failed', now);
  const data = { attempt: attempts.length, ...error };
  const failed = note(expired, now, { type: 'step.attemptFailed', task: id, data });
  if (error.code === NO_HANDLER) return raiseIncident(failed, id, now);
  if (error.retryable && tries < mostTries(definition, isFallback)) {
    const wait = Math.max(
      backoffMs(definition, `${transition.run._id}${id}`, tries),
      error.retryAfterMs ?? 0,
    );
    const retryAt = after(now, Math.min(wait, definition.retry.longestMs));
    return changeStep(failed, id, { status: 'retrying', retryAt });
  }
  if (definition.fallback && !isFallback) return startStep(failed, id, now, { fallback: true });
  return giveUp(failed, id, error, now);
}

/** Attempts that found no handler tried nothing. */
function countTries(attempts: readonly StepAttempt[], fallback: boolean): number {
  return attempts.filter((attempt) => attempt.fallback === fallback && attempt.error?.code !== NO_HANDLER)
    .length;
}

/** People, waits and containers are not tried again; the handler that takes them over is, like any other. */
function mostTries(definition: StepDefinition, isFallback: boolean): number {
  return isFallback && !isCalled(definition.kind) ? DEFAULT_ATTEMPTS : definition.retry.attempts;
}

/** Leaves a step out because its condition does not hold, as `because` says. */
export function skipStep(
  transition: Transition,
  id: string,
  because: readonly Finding[],
  now: Date,
): Transition {
  const skipped = changeStep(transition, id, { status: 'skipped', endedAt: now });
  return note(skipped, now, { type: 'step.skipped', task: id, data: { because } });
}

/** The step missed its own deadline and has a fallback: the fallback takes the step over. */
export function takeOver(transition: Transition, id: string, now: Date): Transition {
  const step = transition.run.steps[id];
  if (!step || isFinished(step) || !stepDefinition(transition.run, id)?.fallback) return transition;
  if (step.attempts.at(-1)?.fallback) return transition;
  const error: StepError = { code: 'step.late', message: 'missed its deadline', retryable: false };
  const settled = resolveIncident(transition, id, 'system', now);
  const expired = expireApproval(settled, id, 'takenOver', now);
  const attempts = closeAttempt(step, error, now);
  const closed = changeStep(expired, id, { attempts, error });
  return startStep(closed, id, now, { fallback: true });
}

function raiseIncident(transition: Transition, id: string, now: Date): Transition {
  const raised = changeStep(transition, id, { status: 'incident' });
  const key = incidentKey(raised, id);
  return openEscalation(raised, { key, kind: 'failure', task: id, dueAt: null }, now);
}

function giveUp(transition: Transition, id: string, error: StepError, now: Date): Transition {
  const failed = changeStep(transition, id, { status: 'failed', endedAt: now });
  const stopped = stopClock(failed, stepClockKey(id), now);
  const noted = note(stopped, now, { type: 'step.failed', task: id, data: { ...error } });
  // Inside another step the failure is that step's to judge; while closing, the next in the queue still runs.
  if (noted.run.closing || containerOf(noted.run.definition, id) !== null) return noted;
  const title = stepDefinition(noted.run, id)?.title ?? id;
  return closeRun(noted, { status: 'failed', reason: `${title}: ${error.message}` }, now);
}

function startClock(transition: Transition, definition: StepDefinition, id: string, now: Date): Transition {
  const key = stepClockKey(id);
  if (!definition.sla || transition.run.clocks[key]) return transition;
  const clock = newClock(now, definition.sla.withinMs, definition.sla.warnAt);
  return change(transition, { clocks: { ...transition.run.clocks, [key]: clock } });
}

function closeAttempt(step: StepState, error: StepError | null, now: Date): StepAttempt[] {
  return step.attempts.map((attempt) => (attempt.endedAt ? attempt : { ...attempt, endedAt: now, error }));
}

/** Doubles per try, with up to a tenth more, so that what failed together does not come back together. */
function backoffMs(definition: StepDefinition, seed: string, tries: number): number {
  const wait = definition.retry.backoffMs * 2 ** (tries - 1);
  return Math.min(wait * (1 + 0.1 * fraction(`${seed}${tries}`)), definition.retry.longestMs);
}

/** A number in [0, 1) that depends on the text alone (FNV-1a), so that a decision can be repeated. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 2 ** 32;
}

/** The built-in notice service has its text posted, committed with the step itself. */
function postNotice(
  transition: Transition,
  id: string,
  output: Record<string, unknown>,
  now: Date,
): Transition {
  const definition = stepDefinition(transition.run, id);
  const isFallback = transition.run.steps[id]?.attempts.at(-1)?.fallback ?? false;
  const handler = isFallback ? definition?.fallback?.handler : definition?.handler;
  if (handler !== BUILT_IN.notice) return transition;
  const { channel, text } = output;
  const data = {
    channel: typeof channel === 'string' ? channel : null,
    text: typeof text === 'string' ? text : '',
  };
  return note(transition, now, { type: 'notice.posted', task: id, data });
}

const SUMMARY_TEXTS = ['priority', 'summary', 'decision', 'crewName', 'start', 'note'] as const;
const SUMMARY_NUMBERS = ['severity', 'actualCostCents'] as const;

/** Outputs come from outside: a field of another kind than people read there says nothing. */
function summarise(output: Record<string, unknown>): StepSummary {
  const summary: StepSummary = {};
  for (const name of SUMMARY_TEXTS) {
    const value = output[name];
    if (typeof value === 'string') summary[name] = value;
  }
  for (const name of SUMMARY_NUMBERS) {
    const value = output[name];
    if (typeof value === 'number') summary[name] = value;
  }
  return summary;
}
