import type { CalledName } from '../run/run-parts.ts';
import { changeStep, type RunEvent, type Transition } from '../run/transition.ts';
import type { StepState } from '../run/workflow-run.ts';
import { stepDefinition } from '../steps/step-lookup.ts';
import { after } from '../values/duration.ts';
import { retryIncident } from './retry-incident.ts';

/** Who offers to go on with a run, and how long its steps wait for a call that nobody can do. */
export interface Offer {
  /** Names the process in leases. */
  owner: string;
  can(called: CalledName): boolean;
  waitMs: number;
}

/**
 * A process takes up what steps wait for and it can do, incidents as well. While another process executes something else
 * of the run, the steps go on waiting, and no incident is made of it: there is one that is able.
 */
export function resumeMissing({ owner, can, waitMs }: Offer): RunEvent {
  return (transition, now) => {
    const able = Object.entries(transition.run.steps).filter(
      ([, step]) => isMissing(step) && step.missing && can(step.missing),
    );
    if (able.length === 0) return { refused: 'nothing in it waits for this process' };
    const { lease } = transition.run;
    if (lease && lease.owner !== owner && lease.until > now) return prolong(transition, able, waitMs, now);
    return able.reduce((current, [id, step]) => resumeStep(current, id, step, now), transition);
  };
}

function isMissing({ status, missing }: StepState): boolean {
  return Boolean(missing) && (status === 'waiting' || status === 'incident');
}

/** Told only when it is needed: each prolongation is a commit. */
function prolong(
  transition: Transition,
  able: readonly [string, StepState][],
  waitMs: number,
  now: Date,
): Transition {
  return able.reduce((current, [id, { missing }]) => {
    const isNear = missing?.incidentAt && missing.incidentAt < after(now, waitMs / 2);
    return missing && isNear
      ? changeStep(current, id, { missing: { ...missing, incidentAt: after(now, waitMs) } })
      : current;
  }, transition);
}

function resumeStep(transition: Transition, id: string, step: StepState, now: Date): Transition {
  if (step.status === 'incident') {
    const retried = retryIncident(transition, id, 'system', now);
    return 'refused' in retried ? transition : retried;
  }
  const timeoutMs = stepDefinition(transition.run, id)?.timeoutMs ?? null;
  const timeoutAt = timeoutMs === null ? null : after(now, timeoutMs);
  return changeStep(transition, id, { status: 'running', missing: null, timeoutAt });
}
