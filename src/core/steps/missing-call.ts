import { NO_HANDLER } from '../escalator/incident.ts';
import type { CalledName, MissingCall } from '../run/run-parts.ts';
import { change, changeStep, type Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { after, describeSpan } from '../values/duration.ts';
import { failStep } from './step-attempt.ts';

/** What is called, as one text: how processes say what they can do, and how runs are found that need it. */
export function callKey({ kind, name }: CalledName): string {
  return `${kind} ${name}`;
}

/**
 * The process that has the run cannot do what its step calls: the step waits for a process that can, and becomes an
 * incident when none has come for `waitMs`. Nothing was tried, so its own time limit begins anew when it is called.
 */
export function awaitCall(
  transition: Transition,
  id: string,
  called: CalledName,
  waitMs: number,
  now: Date,
): Transition {
  const { missing = [] } = transition.run;
  const waiting = changeStep(change(transition, { missing: [...missing, callKey(called)] }), id, {
    status: 'waiting',
    timeoutAt: null,
    missing: { ...called, since: now, incidentAt: after(now, waitMs) },
  });
  return waitMs > 0 ? waiting : raiseMissing(waiting, id, now);
}

/** No process has been able for as long as the step was to wait: somebody is paged. */
export function raiseMissing(transition: Transition, id: string, now: Date): Transition {
  const missing = transition.run.steps[id]?.missing;
  if (!missing) return transition;
  const message = describeMissing(missing, now);
  const settled = changeStep(transition, id, { missing: { ...missing, incidentAt: null } });
  return failStep(settled, id, { code: NO_HANDLER, message, retryable: false }, now);
}

/** What open steps of the run wait for a process to have, each once. */
export function listMissing({ endedAt, steps, missing = [] }: WorkflowRun): string[] {
  if (endedAt || missing.length === 0) return [];
  const open = Object.values(steps).filter((step) => step.status === 'waiting' || step.status === 'incident');
  return [...new Set(open.flatMap((step) => (step.missing ? callKey(step.missing) : [])))];
}

function describeMissing({ kind, name, since }: MissingCall, now: Date): string {
  const waited = now.getTime() - since.getTime();
  const span = waited > 0 ? ` for ${describeSpan(waited)}` : '';
  return `no running Crewline has had the ${kind} “${name}”${span}: start one that has it, and the step goes on by itself`;
}
