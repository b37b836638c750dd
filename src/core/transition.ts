import type { AuditEvent, AuditEventType } from './audit-event.ts';
import type { StepState, WorkflowRun } from './workflow-run.ts';
import { emptyStep } from './workflow-run.ts';

/** A run on its way to its next version, with the facts that the way produced. A value: nothing is written yet. */
export interface Transition {
  run: WorkflowRun;
  audit: AuditEvent[];
}

/** Why an event does not apply, in words for the person who caused it. */
export interface Refusal {
  refused: string;
}

/** An event on a run: what it changes, or why it is refused. */
export type RunEvent = (transition: Transition, now: Date) => Transition | Refusal;

/** Whether the outcome of an event is a refusal. */
export function isRefusal(outcome: Transition | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}

/** A transition that has not changed anything yet. */
export function begin(run: WorkflowRun): Transition {
  return { run, audit: [] };
}

/** Changes fields of the run. */
export function change(transition: Transition, patch: Partial<WorkflowRun>): Transition {
  return { ...transition, run: { ...transition.run, ...patch } };
}

/** Changes fields of one step. */
export function changeStep(transition: Transition, task: string, patch: Partial<StepState>): Transition {
  const { steps } = transition.run;
  return change(transition, { steps: { ...steps, [task]: { ...(steps[task] ?? emptyStep()), ...patch } } });
}

/** Adds a fact to the audit trail. */
export function note(
  transition: Transition,
  now: Date,
  type: AuditEventType,
  details: { task?: string | null; actor?: string; data?: Record<string, unknown> } = {},
): Transition {
  const { run } = transition;
  const seq = run.lastSeq + 1;
  const event: AuditEvent = {
    seq,
    at: now,
    type,
    task: details.task ?? null,
    actor: details.actor ?? 'system',
    data: details.data ?? {},
  };
  return {
    run: { ...run, lastSeq: seq, history: [...run.history, event] },
    audit: [...transition.audit, event],
  };
}
