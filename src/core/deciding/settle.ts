import { hasKind } from '../definition/step-tree.ts';
import { climb } from '../escalator/escalation.ts';
import { awaitedEvent } from '../events/outside-event.ts';
import { breachClock, taskOfClock, warnClock } from '../monitor/sla.ts';
import type { Change, Effect } from '../run/decision.ts';
import { change, changeStep, type Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';
import { abandonInside, breakOffBranches, joinBranches } from '../steps/containers.ts';
import { continueClosing, endRun, handOver } from '../steps/end-run.ts';
import { listMissing, raiseMissing } from '../steps/missing-call.ts';
import { failStep, skipStep, startStep, succeedStep, takeOver } from '../steps/step-attempt.ts';
import { stepDefinition } from '../steps/step-lookup.ts';
import { decideNext } from './decide-next.ts';
import { describeClock } from './describe-clock.ts';

/** A settled run: all that follows from its state is applied; what is left is calling handlers, or time passing. */
export interface Settled {
  transition: Transition;
  effects: Effect[];
}

/** More changes in a row than any legal run can take: reaching it is a defect, not a state. */
const MOST_CHANGES = 20_000;

/** Applies changes until only the outside can go on, and sets when to look again. Steps are chained in one commit. */
export function settle(start: Transition, now: Date): Settled {
  let transition = start;
  for (let count = 0; count < MOST_CHANGES; count++) {
    const decision = decideNext(transition.run, now, transition.draft?.seen);
    if (decision.kind === 'settled') {
      const { run } = transition;
      const waitingFor = listAwaited(run);
      const patch = {
        nextAt: decision.until,
        wakeAt: decision.until,
        updatedAt: now,
        ...(run.missing?.length ? { missing: listMissing(run) } : {}),
      };
      const isSame = waitingFor.length === 0 && run.waitingFor.length === 0;
      return {
        transition: change(transition, isSame ? patch : { ...patch, waitingFor }),
        effects: decision.effects,
      };
    }
    transition = applyChange(transition, decision.change, now);
  }
  throw new Error(`run ${start.run._id} does not settle`);
}

function applyChange(transition: Transition, next: Change, now: Date): Transition {
  switch (next.kind) {
    case 'warn':
      return warnClock(transition, next.clock, now);
    case 'breach':
      return applyBreach(breachClock(transition, next.clock, now), next.clock, now);
    case 'climb':
      return climb(transition, next.escalation, now);
    case 'skip':
      return skipStep(transition, next.step, next.because, now);
    case 'start':
      return startStep(transition, next.step, now, {
        fallback: isFallbackRetry(transition, next.step),
        unclear: next.unclear,
      });
    case 'resume':
      return resumeStep(transition, next.step, now);
    case 'timeOut':
      return timeOut(transition, next.step, next.total, now);
    case 'raise':
      return raiseMissing(transition, next.step, now);
    case 'join':
      return joinBranches(transition, next.step, now);
    case 'breakOff':
      return breakOffBranches(transition, next.step, now);
    case 'nextClosing':
      return continueClosing(transition, now);
    case 'end':
      return endRun(transition, next.end, now);
  }
}

/** A wait for time is over; anything else that was handed out is asked again. */
function resumeStep(transition: Transition, id: string, now: Date): Transition {
  const definition = stepDefinition(transition.run, id);
  const isOwn = !transition.run.steps[id]?.attempts.at(-1)?.fallback;
  const isTimer = isOwn && definition?.body?.kind === 'wait' && !('event' in definition.body.wait);
  const resumed = changeStep(transition, id, { resumeAt: null });
  return isTimer ? succeedStep(resumed, id, {}, now) : changeStep(resumed, id, { status: 'running' });
}

function timeOut(transition: Transition, id: string, total: boolean, now: Date): Transition {
  const abandoned = abandonInside(transition, id, 'timed out', now);
  const message = total ? 'timed out, all attempts together' : 'timed out';
  return failStep(abandoned, id, { code: 'step.timeout', message, retryable: !total }, now);
}

/** What a breach leads to: a late step goes to its fallback; a late run to its procedure and to the end, if so defined. */
function applyBreach(transition: Transition, clock: string, now: Date): Transition {
  const { run } = transition;
  if (run.endedAt || run.closing) return transition;
  if (clock !== 'run') {
    const id = taskOfClock(run, clock);
    return id === null
      ? transition
      : takeOver(abandonInside(transition, id, 'missed its deadline', now), id, now);
  }
  const { fallback, sla } = run.definition;
  return fallback || sla?.onBreach === 'end' ? handOver(transition, describeClock(run), now) : transition;
}

function isFallbackRetry(transition: Transition, id: string): boolean {
  return transition.run.steps[id]?.attempts.at(-1)?.fallback ?? false;
}

/** The events that open steps wait for: kept at the top of the run, where an index finds them. */
function listAwaited(run: WorkflowRun): string[] {
  if (run.endedAt || !hasKind(run.definition, 'wait')) return [];
  return Object.values(run.steps).flatMap((step) => awaitedEvent(step) ?? []);
}
