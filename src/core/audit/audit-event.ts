/** Everything that can be told about a run. Past tense: an audit event is a fact, never a wish. */
export type AuditEventType =
  | 'run.started'
  | 'run.ended'
  | 'step.started'
  | 'step.succeeded'
  | 'step.attemptFailed'
  | 'step.failed'
  | 'step.skipped'
  | 'step.fallbackStarted'
  | 'step.abandoned'
  | 'approval.opened'
  | 'approval.approved'
  | 'approval.rejected'
  | 'approval.expired'
  | 'approval.reminded'
  | 'work.announced'
  | 'work.unplaced'
  | 'work.late'
  | 'work.freed'
  | 'work.moved'
  | 'work.accepted'
  | 'work.declined'
  | 'work.stranded'
  | 'work.cleared'
  | 'work.nudged'
  | 'work.overdue'
  | 'work.started'
  | 'work.blocked'
  | 'work.resumed'
  | 'work.done'
  | 'sla.warned'
  | 'sla.breached'
  | 'budget.warned'
  | 'budget.breached'
  | 'escalation.paged'
  | 'escalation.undeliverable'
  | 'escalation.acknowledged'
  | 'escalation.exhausted'
  | 'escalation.resolved'
  | 'notice.posted';

/** An append-only fact about a run, kept in the run itself: it is committed with the change it tells of. */
export interface AuditEvent {
  /** 1, 2, 3 … within the run, without gaps. */
  seq: number;
  at: Date;
  type: AuditEventType;
  task: string | null;
  /** Slack member id (or `system`) of who did it. */
  actor: string;
  data: Record<string, unknown>;
}
