import { type Decision, decideNext, nextInstant } from './decide-next.ts';
import { describeClock } from './describe.ts';
import { earliest } from './duration.ts';
import { abandonSteps, endRun } from './end-run.ts';
import { climb } from './escalation.ts';
import { breachClock, taskOfClock, warnClock } from './sla.ts';
import { failStep, skipStep, startStep, takeOver } from './step-attempt.ts';
import { change, changeStep, type Transition } from './transition.ts';
import { currentTask, emptyStep, RUN_FALLBACK, type WorkflowRun } from './workflow-run.ts';

/** A settled run: everything that follows from its state is applied; `next` is what the outside has to do. */
export interface Settled {
  transition: Transition;
  next: Extract<Decision, { kind: 'execute' | 'rest' }>;
}

/** More decisions in a row than any legal run can take: reaching it is a defect, not a state. */
const MOST_DECISIONS = 2_000;

/** Applies decisions until only the outside can go on, and sets when to look again. Steps are chained in one commit. */
export function settle(start: Transition, now: Date): Settled {
  let transition = start;
  for (let count = 0; count < MOST_DECISIONS; count++) {
    const decision = decideNext(transition.run, now);
    if (decision.kind === 'execute' || decision.kind === 'rest') {
      return {
        transition: change(transition, { wakeAt: wakeInstant(transition.run, decision), updatedAt: now }),
        next: decision,
      };
    }
    transition = applyDecision(transition, decision, now);
  }
  throw new Error(`run ${start.run._id} does not settle`);
}

function applyDecision(transition: Transition, decision: Decision, now: Date): Transition {
  switch (decision.kind) {
    case 'warn':
      return warnClock(transition, decision.clock, now);
    case 'breach':
      return applyBreach(breachClock(transition, decision.clock, now), decision.clock, now);
    case 'climb':
      return climb(transition, decision.escalation, now);
    case 'skip':
      return skipStep(transition, decision.task, now);
    case 'start':
      return startStep(transition, decision.task, now, isFallbackRetry(transition, decision.task));
    case 'timeOut':
      return failStep(
        transition,
        decision.task,
        { code: 'step.timeout', message: 'timed out', retryable: true },
        now,
      );
    case 'end':
      return endRun(transition, decision.status, decision.reason, now);
    default:
      return transition;
  }
}

/** What a breach leads to: a late step goes to its fallback; a late run to its procedure and to the end, if so defined. */
function applyBreach(transition: Transition, clock: string, now: Date): Transition {
  const { run } = transition;
  if (run.endedAt) return transition;
  if (clock !== 'run') {
    const task = taskOfClock(run, clock);
    return task === null ? transition : takeOver(transition, task, now);
  }
  const reason = describeClock(run);
  if (run.definition.fallback && !run.steps[RUN_FALLBACK]) {
    const abandoned = abandonSteps(transition, reason, now);
    const closing = change(abandoned, { closing: { status: 'escalated', reason } });
    return changeStep(closing, RUN_FALLBACK, emptyStep());
  }
  return run.definition.sla?.onBreach === 'end' ? endRun(transition, 'escalated', reason, now) : transition;
}

function isFallbackRetry(transition: Transition, task: string): boolean {
  return transition.run.steps[task]?.attempts.at(-1)?.fallback ?? false;
}

function wakeInstant(run: WorkflowRun, decision: Settled['next']): Date | null {
  if (decision.kind === 'rest') return decision.until;
  const step = run.steps[currentTask(run) ?? ''];
  return earliest([step?.timeoutAt, nextInstant(run)]);
}
