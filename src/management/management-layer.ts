import type { AuditEvent } from '../core/audit/audit-event.ts';
import type { WorkflowDefinition, WorkflowSource } from '../core/definition/workflow-definition.ts';
import type { ResultReport } from '../core/events/reported-result.ts';
import type { Requester, RunFilter, RunOrigin, RunStatus, WorkflowRun } from '../core/run/workflow-run.ts';
import type { WorkOrder } from '../core/work/work-order.ts';

/** What a run came to: the seed's `{status, details}`. */
export interface RunResult {
  status: RunStatus;
  details: {
    runId: string;
    reason: string;
    outputs: Record<string, Record<string, unknown>>;
    /** Which clocks and budgets were breached, e.g. `["sla-run"]`. */
    breaches: string[];
    startedAt: Date;
    endedAt: Date | null;
    spentCents: number | null;
  };
}

/** A wish to start a run, as it comes from Slack, HTTP, the command line or code. Input is checked against the definition. */
export interface StartRequest {
  workflow: string;
  input: Record<string, unknown>;
  requester: Requester;
  origin: RunOrigin;
  /** The same key starts one run, however often it is asked. */
  requestKey: string | null;
}

/** A person's act either happened, or is refused with words for that person. */
export type ActOutcome = { run: WorkflowRun } | { refused: string };

/** Everything people and systems can do with Crewline. Slack, HTTP and the command line are doors to this. */
export interface ManagementLayer {
  /** Definitions by name, newest version. */
  readonly definitions: ReadonlyMap<string, WorkflowDefinition>;
  /** Starts a workflow by definition or name and resolves at its end, also when another process ends it. */
  start(workflow: WorkflowSource | string, context: Record<string, unknown>): Promise<RunResult>;
  /** Waits for the end of a run that exists; can be asked again after a restart. */
  awaitEnd(runId: string): Promise<RunResult>;
  /** Starts a run and returns at once. Throws `AppError` (`run.badInput`, `run.unknownWorkflow`) with what to mend. */
  begin(request: StartRequest): Promise<{ run: WorkflowRun; inserted: boolean }>;
  find(runId: string): Promise<WorkflowRun | null>;
  list(filter: RunFilter, limit: number, skip?: number): Promise<WorkflowRun[]>;
  listAudit(runId: string, afterSeq?: number): Promise<AuditEvent[]>;
  findWorkOrder(runId: string): Promise<WorkOrder | null>;
  /** Requester and operators may cancel. */
  cancel(runId: string, actor: string, reason: string): Promise<ActOutcome>;
  /** Tries the steps of a run again whose handler was missing; refused when there is none. */
  retry(runId: string, actor: string): Promise<ActOutcome>;
  /** Reports an event from outside, for steps that wait for it now or will later. The same id is reported once. */
  reportEvent(event: {
    id: string;
    name: string;
    key: string;
    payload: Record<string, unknown>;
  }): Promise<void>;
  /**
   * A service that answered "later" reports the result of its step; reported again, it is what it was. Throws
   * `run.unknown` and `step.unknown`; refused when the step does not wait for it.
   */
  reportResult(runId: string, report: ResultReport): Promise<ActOutcome>;
  /** Members of the request's role decide; who they are is looked up at this moment. */
  decide(
    runId: string,
    decision: { task: string; verdict: 'approved' | 'rejected'; actor: string; reason: string | null },
  ): Promise<ActOutcome>;
  /** Whether `actor` could decide now: null, or why not. For opening a modal only to those who may submit it. */
  refuseDecision(runId: string, task: string, actor: string): Promise<string | null>;
  /** Takes responsibility for an escalation (`key` of the run). */
  acknowledge(runId: string, key: string, actor: string): Promise<ActOutcome>;
  /**
   * The crew's lead or members report; `block` needs a reason, `finish` the cost in cents. With the crew whose card was
   * pressed (`crewId`) it is refused once the job is another crew's.
   */
  reportWork(
    runId: string,
    report: { actor: string; crewId?: string } & (
      | { kind: 'start' | 'resume' }
      | { kind: 'block'; reason: string }
      | { kind: 'finish'; actualCostCents: number; note: string }
    ),
  ): Promise<ActOutcome>;
  /** Whether `actor` could report on the job now, on the card of that crew: null, or why not. */
  refuseReport(runId: string, actor: string, crewId?: string): Promise<string | null>;
  /** Slack says a page can never arrive: the escalation climbs at once. */
  reportUndeliverablePage(runId: string, key: string, number: number, reason: string): Promise<void>;
}
