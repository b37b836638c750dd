import type { Log } from '../base/log.ts';
import type { AuditEvent } from '../core/audit/audit-event.ts';
import { describeEnd, type WorkflowRun } from '../core/run/workflow-run.ts';

/** Writes the log lines people know the product by: one line a fact, from the part it belongs to. */
export function narrate(log: Log, run: WorkflowRun, audit: readonly AuditEvent[]): void {
  for (const event of audit) narrateEvent(log, run, event);
}

function narrateEvent(log: Log, run: WorkflowRun, event: AuditEvent): void {
  const fields = { runId: run._id, workflow: run.workflow };
  const { task } = event;
  switch (event.type) {
    case 'run.started':
      log.for('Orchestrator').info(`Run started: ${run.workflow}`, fields);
      break;
    case 'run.ended':
      log.for('Orchestrator').info(`Run ended: ${run.status}`, { ...fields, reason: describeEnd(run) });
      break;
    case 'step.started':
      log.for('Monitor').info(`Task ${task} started at ${clockTime(event.at)}`, fields);
      break;
    case 'step.succeeded':
      log.for('Orchestrator').info(`Step ${stepNumber(run, task)} passed: ${task}`, fields);
      break;
    case 'step.skipped':
      log.for('Orchestrator').info(`Step ${stepNumber(run, task)} skipped: ${task}`, fields);
      break;
    case 'step.failed':
      log
        .for('Orchestrator')
        .error(`Step ${stepNumber(run, task)} failed: ${task}`, { ...fields, ...event.data });
      break;
    case 'approval.opened':
      log.for('Orchestrator').info(`Waiting ${task}...`, fields);
      break;
    case 'sla.warned':
      log
        .for('Monitor')
        .warn(`${task ?? 'run'} is close to its deadline`, { ...fields, dueAt: event.data.dueAt });
      break;
    case 'sla.breached':
      log.for('Escalator').error(`ALERT: ${task ?? 'run'} breached SLA at ${isoMinute(event.at)}`, fields);
      break;
    case 'budget.breached':
      log.for('Escalator').error(`ALERT: ${task ?? 'run'} went over budget`, { ...fields, ...event.data });
      break;
    case 'escalation.paged':
      log.for('Escalator').warn(`Paged level ${event.data.level}`, { ...fields, ...event.data });
      break;
    case 'escalation.exhausted':
      log
        .for('Escalator')
        .error('Nobody acknowledged: the policy is exhausted', { ...fields, ...event.data });
      break;
    default:
      log.for('Orchestrator').debug(event.type, { ...fields, task, ...event.data });
      break;
  }
}

function stepNumber(run: WorkflowRun, task: string | null): number | string {
  const index = run.definition.steps.findIndex((step) => step.task === task);
  return index < 0 ? '+' : index + 1;
}

function clockTime(at: Date): string {
  return at.toISOString().slice(11, 16);
}

function isoMinute(at: Date): string {
  return `${at.toISOString().slice(0, 16)}Z`;
}
