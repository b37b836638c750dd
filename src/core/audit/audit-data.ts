import type { PageTarget } from '../agency/agency.ts';
import type { Finding } from '../definition/condition.ts';
import type { StepDefinition } from '../definition/step-definition.ts';
import type { WorkDoubt } from '../work/assessment.ts';
import type { Nudge } from '../work/work-order.ts';

/**
 * Why nobody has to decide any more, though nobody has: its time ran out (and something else does the step instead), the
 * step failed, the step around it ended without it, or the run ended.
 */
export const APPROVAL_ENDS = ['timedOut', 'takenOver', 'failed', 'notNeeded', 'runEnded'] as const;
export type ApprovalEnd = (typeof APPROVAL_ENDS)[number];

/** How a run can end. */
export type EndStatus = 'completed' | 'rejected' | 'escalated' | 'failed' | 'cancelled';

/** How a run ends, and why. */
export interface RunEnd {
  status: EndStatus;
  /** A sentence; empty when nobody gave one, and `cancelledBy` says all there is. */
  reason: string;
  /** Slack member id, or name, of who called it off. */
  cancelledBy?: string;
}

/** Facts whose type says all there is to say. */
export type NoData = Record<string, never>;

interface StepBegin {
  attempt: number;
  kind: StepDefinition['kind'];
  handler: string;
}

interface Failure {
  code: string;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
}

/** What of a step's output belongs into the audit trail: the whole output stays in the run. */
export interface StepSummary {
  severity?: number;
  priority?: string;
  summary?: string;
  decision?: string;
  crewName?: string;
  start?: string;
  actualCostCents?: number;
  note?: string;
}

interface Placement {
  crewId: string;
  crewName: string;
  start: Date;
  end: Date;
  /** Why this crew, in a sentence people can check. */
  reason: string;
  /** Dispatch chose the crew; absent when a plan did. */
  byHand?: boolean;
}

interface ClockState {
  /** Key of the clock. */
  clock: string;
  dueAt: Date;
}

interface Spending {
  spentCents: number;
  limitCents: number;
}

interface PlannedStart {
  crewName: string;
  start: Date;
}

/** What each kind of fact tells besides when, where and by whom. An optional field is one that not every such fact has. */
export interface AuditData {
  'run.started': { workflow: string; version: number };
  'run.ended': RunEnd;
  'step.started': StepBegin;
  'step.succeeded': StepSummary;
  'step.attemptFailed': Failure & { attempt: number };
  'step.failed': Failure;
  /** `because` is why its condition does not hold; earlier versions did not tell. */
  'step.skipped': { because?: readonly Finding[] };
  /** Case of a switch that was taken, from 1; null for none of them. */
  'step.branched': { branch: number | null; because: readonly Finding[] };
  'step.fallbackStarted': StepBegin;
  'step.abandoned': { reason: string };
  'approval.opened': { role: string };
  /** Nobody can tell whether the decision is needed, so people are asked. */
  'approval.doubted': { role: string; because: readonly Finding[] };
  'approval.approved': { reason: string | null };
  'approval.rejected': { reason: string | null };
  /** Earlier versions wrote no reason. */
  'approval.expired': { why?: ApprovalEnd };
  'approval.reminded': ClockState;
  'work.announced': Placement;
  /** `doubt`: it waits for dispatch, not for a plan. */
  'work.unplaced': { reason: string; fix?: string; fromCrewId?: string; doubt?: WorkDoubt };
  /** `fix` would get it done in time; `isHopeless`: every single change was tried, and none would. */
  'work.late': { end: Date; dueAt: Date; fix?: string; isHopeless?: boolean };
  'work.freed': { predecessor: string };
  'work.moved': Placement & { fromCrewId: string; fromStart: Date };
  'work.accepted': NoData;
  /** `gaveBack`: it had accepted before. */
  'work.declined': { reason: string; fromCrewId: string; crewName: string; gaveBack: boolean };
  /** `keys` name the causes; without them it is not known what would settle the warning. */
  'work.stranded': PlannedStart & { reason: string; isUnderWay: boolean; keys: readonly string[] };
  'work.cleared': PlannedStart & { reason: string; isAllClear: boolean; keys: readonly string[] };
  'work.nudged': PlannedStart & { kind: Exclude<Nudge, 'dispatch'>; toCrewId: string };
  'work.overdue': PlannedStart;
  'work.started': NoData;
  'work.blocked': { reason: string };
  'work.resumed': NoData;
  'work.done': { actualCostCents: number; note: string };
  'sla.warned': ClockState;
  'sla.breached': ClockState;
  'budget.warned': Spending;
  'budget.breached': Spending;
  /** `key` names the escalation; `level` counts from 1. */
  'escalation.paged': {
    key: string;
    kind: 'sla' | 'budget' | 'failure' | 'hazard';
    level: number;
    number: number;
    target: PageTarget;
  };
  'escalation.undeliverable': { key: string; number: number; reason: string };
  'escalation.acknowledged': { key: string };
  'escalation.exhausted': { key: string };
  /** `code` is that of the error behind an incident. */
  'escalation.resolved': { key: string; code?: string };
  'notice.posted': { channel: string | null; text: string };
}
