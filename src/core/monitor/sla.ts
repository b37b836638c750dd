import { remindOfApproval } from '../approvals/approval.ts';
import { openEscalation } from '../escalator/escalation.ts';
import { change, note, type Transition } from '../run/transition.ts';
import { currentTask, type WorkflowRun } from '../run/workflow-run.ts';
import { earliest } from '../values/duration.ts';

/** Key of the clock of a step; the run's own is `run`. */
export function stepClockKey(task: string): string {
  return `step-${task}`;
}

/** The clock that is due for a warning or a breach at `now`, a breach first; null when none is. */
export function findDueClock(run: WorkflowRun, now: Date): { key: string; event: 'warn' | 'breach' } | null {
  let warning: string | null = null;
  for (const [key, clock] of Object.entries(run.clocks)) {
    if (clock.stoppedAt || clock.breachedAt) continue;
    if (clock.dueAt <= now) return { key, event: 'breach' };
    if (!clock.warnedAt && clock.warnAt <= now) warning ??= key;
  }
  return warning === null ? null : { key: warning, event: 'warn' };
}

/** When the next clock of the run has something to say. */
export function nextClockInstant(run: WorkflowRun): Date | null {
  return earliest(
    Object.values(run.clocks).map((clock) =>
      clock.stoppedAt || clock.breachedAt ? null : clock.warnedAt ? clock.dueAt : clock.warnAt,
    ),
  );
}

/** Stops a clock that still runs; a stopped or missing one stays as it is. */
export function stopClock(transition: Transition, key: string, now: Date): Transition {
  const clock = transition.run.clocks[key];
  if (!clock || clock.stoppedAt) return transition;
  return change(transition, { clocks: { ...transition.run.clocks, [key]: { ...clock, stoppedAt: now } } });
}

/** Records that a clock reached its warning share; said once. */
export function warnClock(transition: Transition, key: string, now: Date): Transition {
  const clock = transition.run.clocks[key];
  if (!clock) return transition;
  const warned = change(transition, {
    clocks: { ...transition.run.clocks, [key]: { ...clock, warnedAt: now } },
  });
  const task = taskOfClock(transition.run, key);
  const data = { clock: key, dueAt: clock.dueAt };
  const noted = note(warned, now, { type: 'sla.warned', task, data });
  return task === null || key === 'run' ? noted : remindOfApproval(noted, task, data, now);
}

/** Records that a clock ran out and pages the run's escalation policy; what follows from it is decided elsewhere. */
export function breachClock(transition: Transition, key: string, now: Date): Transition {
  const clock = transition.run.clocks[key];
  if (!clock) return transition;
  const breached = change(transition, {
    clocks: {
      ...transition.run.clocks,
      [key]: { ...clock, warnedAt: clock.warnedAt ?? now, breachedAt: now },
    },
  });
  const task = taskOfClock(transition.run, key);
  const noted = note(breached, now, { type: 'sla.breached', task, data: { clock: key, dueAt: clock.dueAt } });
  return openEscalation(noted, { key: `sla-${key}`, kind: 'sla', task, dueAt: clock.dueAt }, now);
}

/** The step a clock speaks of: its own, or for the run's clock the one the run is at. */
export function taskOfClock(run: WorkflowRun, key: string): string | null {
  return key === 'run' ? currentTask(run) : key.slice('step-'.length);
}
