import type { AuditEvent } from '../core/audit-event.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';

/** A run as lists show it. */
export function summariseRun(run: WorkflowRun) {
  const { _id, workflow, status, reason, createdAt, endedAt } = run;
  const deadline = run.clocks.run?.dueAt ?? null;
  return { id: _id, workflow, status, reason, createdAt, endedAt, deadline, requester: run.requester.name };
}

/** A run with everything that has happened to it. */
export function detailRun(run: WorkflowRun, audit: readonly AuditEvent[]) {
  const timeline = audit.map(({ at, type, task, actor, data }) => ({ at, type, task, actor, data }));
  const { input, steps, clocks } = run;
  return {
    ...summariseRun(run),
    ...{ input, steps, clocks },
    escalations: Object.values(run.escalations).map(summariseEscalation),
    budget: summariseBudget(run),
    timeline,
  };
}

function summariseEscalation(escalation: WorkflowRun['escalations'][string]) {
  const { key, kind, state, task, openedAt, dueAt, acknowledgedBy, acknowledgedAt } = escalation;
  const pages = escalation.pages.map(({ number, at, target, undeliverable }) => ({
    ...{ number, at, target, undeliverable },
  }));
  const nextPageAt = escalation.nextAt;
  return { key, kind, state, step: task, openedAt, dueAt, acknowledgedBy, acknowledgedAt, nextPageAt, pages };
}

function summariseBudget({ budget }: WorkflowRun) {
  if (!budget) return null;
  const { limitCents, spentCents, warnedAt, breachedAt } = budget;
  return { limitCents, spentCents, warnedAt, breachedAt };
}
