import { earliest } from './duration.ts';
import { findDueEscalation } from './escalation.ts';
import { holds } from './reference.ts';
import { findDueClock, nextClockInstant } from './sla.ts';
import {
  currentTask,
  emptyStep,
  factsOf,
  isFinished,
  RUN_FALLBACK,
  type RunStatus,
  stepDefinition,
  type WorkflowRun,
} from './workflow-run.ts';

/** What is to be done with a run. `execute` and `rest` are for the world outside; the others change only the run. */
export type Decision =
  | { kind: 'warn'; clock: string }
  | { kind: 'breach'; clock: string }
  | { kind: 'climb'; escalation: string }
  | { kind: 'skip'; task: string }
  | { kind: 'start'; task: string }
  | { kind: 'timeOut'; task: string }
  | { kind: 'end'; status: RunStatus; reason: string }
  | { kind: 'execute'; task: string; attempt: number }
  | { kind: 'rest'; until: Date | null };

/**
 * Decides what happens next to a run at `now`: clocks first, then escalations, then its current step. Pure and total:
 * the same run and instant give the same decision, and applying decisions always ends in `execute` or `rest`.
 */
export function decideNext(run: WorkflowRun, now: Date): Decision {
  const clock = findDueClock(run, now);
  if (clock) return { kind: clock.event, clock: clock.key };
  const escalation = findDueEscalation(run, now);
  if (escalation) return { kind: 'climb', escalation };
  if (run.endedAt) return rest(run, null);
  return decideStep(run, now);
}

function decideStep(run: WorkflowRun, now: Date): Decision {
  const task = currentTask(run);
  if (task === null) return endOfSteps(run);
  const step = run.steps[task] ?? emptyStep();
  if (task === RUN_FALLBACK && isFinished(step)) return { kind: 'end', ...(run.closing ?? endOfSteps(run)) };
  if (step.timeoutAt && step.timeoutAt <= now) return { kind: 'timeOut', task };
  if (step.status === 'pending') return startOrSkip(run, task);
  if (step.status === 'retrying' && step.retryAt && step.retryAt <= now) return { kind: 'start', task };
  if (step.status === 'running') return { kind: 'execute', task, attempt: step.attempts.length };
  return rest(run, earliest([step.retryAt, step.timeoutAt]));
}

function startOrSkip(run: WorkflowRun, task: string): Decision {
  const condition = stepDefinition(run, task)?.when;
  return { kind: !condition || holds(condition, factsOf(run)) ? 'start' : 'skip', task };
}

/** A run that missed its own deadline never counts as completed, even when the work got done in the end. */
function endOfSteps(run: WorkflowRun): { kind: 'end'; status: RunStatus; reason: string } {
  return run.clocks.run?.breachedAt
    ? { kind: 'end', status: 'escalated', reason: 'Done, after the deadline' }
    : { kind: 'end', status: 'completed', reason: 'All steps done' };
}

function rest(run: WorkflowRun, stepInstant: Date | null): Decision {
  return { kind: 'rest', until: earliest([stepInstant, nextInstant(run)]) };
}

/** When a clock or an escalation of the run is due next. */
export function nextInstant(run: WorkflowRun): Date | null {
  return earliest([
    nextClockInstant(run),
    ...Object.values(run.escalations).map((escalation) =>
      escalation.state === 'open' ? escalation.nextAt : null,
    ),
  ]);
}
