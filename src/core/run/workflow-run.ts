import type { EscalationPolicy } from '../agency/agency.ts';
import type { EndStatus, RunEnd } from '../audit/audit-data.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import { after } from '../values/duration.ts';
import type {
  ApprovalRequest,
  BudgetState,
  Escalation,
  Lineage,
  MissingCall,
  OutboxMessage,
  SlaClock,
} from './run-parts.ts';

export type RunStatus = 'running' | EndStatus;

/**
 * pending -> running -> succeeded | failed | rejected; running -> waiting (handed out) -> the same; pending -> skipped;
 * running -> retrying -> running; running -> waiting (no such handler in this process) -> running in one that has it, or
 * -> incident -> running once there is one or somebody retries it; anything unfinished -> abandoned when the run, or the step around it, ends without it.
 */
export type StepStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'incident'
  | 'succeeded'
  | 'skipped'
  | 'failed'
  | 'rejected'
  | 'abandoned';

export interface StepError {
  code: string;
  message: string;
  retryable: boolean;
  /** The least wait the other side asked for, in milliseconds. */
  retryAfterMs?: number;
}

export interface StepAttempt {
  number: number;
  /** True when the step's fallback was called instead of its own handler. */
  fallback: boolean;
  startedAt: Date;
  endedAt: Date | null;
  error: StepError | null;
}

export interface StepState {
  status: StepStatus;
  startedAt: Date | null;
  endedAt: Date | null;
  attempts: StepAttempt[];
  /** When the next attempt is due, while retrying. */
  retryAt: Date | null;
  /** When the current attempt times out. */
  timeoutAt: Date | null;
  /** What the step came to; of a large output, only what decisions and cards look at. */
  output: Record<string, unknown> | null;
  /** Where the whole of a large output is stored. */
  storedOutput?: string;
  error: StepError | null;
  approval: ApprovalRequest | null;
  /** When a wait is over, or when a handed-out effect is looked at again. */
  resumeAt?: Date | null;
  /** The event from outside it waits for, as `name|key`. */
  event?: string;
  /** What it waits for a process to have. */
  missing?: MissingCall | null;
  /** The list a `forEach` goes through, fixed when it starts. */
  items?: unknown[];
  /** The case a `switch` took; -1 for `otherwise`. */
  branch?: number;
}

/** Who asked: a Slack member, or a caller of the HTTP API or the command line, for whom `userId` is null. */
export interface Requester {
  userId: string | null;
  name: string;
}

/** Where a run came from and where its card is posted. */
export interface RunOrigin {
  kind: 'slack' | 'http' | 'cli' | 'code';
  channel: string | null;
}

/** One execution of a workflow: all of its truth in one document, moved by fenced transitions (`version`). */
export interface WorkflowRun {
  _id: string;
  version: number;
  workflow: string;
  definition: WorkflowDefinition;
  policy: EscalationPolicy;
  /** Of the agency: what a time without a zone means. Not in runs that earlier versions began. */
  timeZone?: string;
  input: Record<string, unknown>;
  requester: Requester;
  origin: RunOrigin;
  /** The start request's own key: asking again with it finds this run. */
  requestKey: string | null;
  /** The step of another run that waits for this one. */
  parent: { runId: string; step: string } | null;
  /** Its place among the runs it came from; absent when nothing but a request started it. */
  lineage?: Lineage;
  /** Events from outside that steps wait for, as `name|key`. */
  waitingFor: string[];
  /** What steps wait for a process to have, as `kind name`; absent when nothing ever was missing. */
  missing?: string[];
  status: RunStatus;
  /** Why the run ended, in a sentence; empty while it runs, and when `cancelledBy` says all there is. */
  reason: string;
  /** Slack member id, or name, of who called it off. Not in runs that earlier versions stored: their reason names them. */
  cancelledBy?: string;
  /** Set while the run's fallback or its compensations (`queue`, in order) are under way: how the run ends after them. */
  closing: (RunEnd & { queue: string[] }) | null;
  steps: Record<string, StepState>;
  /** Bytes that the outputs and lists in `steps` take, about; absent as long as nobody counted. */
  keptBytes?: number;
  clocks: Record<string, SlaClock>;
  budget: BudgetState | null;
  escalations: Record<string, Escalation>;
  createdAt: Date;
  updatedAt: Date;
  endedAt: Date | null;
  lastSeq: number;
  /** When something of the run itself is due next: a clock, a timer, a retry; null when only an event moves it. */
  nextAt: Date | null;
  /** When somebody has to look at the run next: `nextAt`, or the end of its lease when that is earlier. */
  wakeAt: Date | null;
  /** Who executes the run's effects, and until when nobody else does; `token` differs each time it is taken. */
  lease: { owner: string; token: number; until: Date } | null;
  /** The audit trail, oldest first. */
  history: AuditEvent[];
  /** Messages that are committed with the run but not yet handed to the outbox. */
  pending: OutboxMessage[];
}

/** Which runs somebody looks for; without a word about it, any. */
export interface RunFilter {
  status?: RunStatus;
  requesterId?: string;
  workflow?: string;
}

/** A request to start a run, as it comes from Slack, HTTP, code or a step of another run. */
export interface RunRequest {
  /** The name of its definition, against which the input is still to be checked. */
  workflow: string;
  input: Record<string, unknown>;
  requester: Requester;
  origin: RunOrigin;
  /** The same key starts one run, however often it is asked. */
  requestKey: string | null;
  /** Only when a step of another run asks. */
  parent?: WorkflowRun['parent'];
  lineage?: Lineage;
}

/** What a new run is made of: the request, checked, with what is frozen for it. */
export interface NewRun extends Omit<RunRequest, 'workflow'> {
  _id: string;
  definition: WorkflowDefinition;
  policy: EscalationPolicy;
  timeZone?: string;
}

/** A run that has not taken its first step: nothing is decided yet, its SLA clock and budget are set. */
export function createRun(request: NewRun, now: Date): WorkflowRun {
  const { definition } = request;
  const { sla, budget } = definition;
  return {
    ...request,
    parent: request.parent ?? null,
    waitingFor: [],
    version: 0,
    workflow: definition.name,
    status: 'running',
    reason: '',
    closing: null,
    steps: Object.fromEntries(definition.steps.map((step) => [step.task, emptyStep()])),
    clocks: sla ? { run: newClock(now, sla.withinMs, sla.warnAt) } : {},
    budget: budget
      ? {
          limitCents: budget.limitCents,
          warnCents: Math.round(budget.limitCents * budget.warnAt),
          spentCents: 0,
          warnedAt: null,
          breachedAt: null,
        }
      : null,
    escalations: {},
    createdAt: now,
    updatedAt: now,
    endedAt: null,
    lastSeq: 0,
    nextAt: now,
    wakeAt: now,
    lease: null,
    history: [],
    pending: [],
  };
}

/** A step nobody has touched. */
export function emptyStep(): StepState {
  return {
    status: 'pending',
    startedAt: null,
    endedAt: null,
    attempts: [],
    retryAt: null,
    timeoutAt: null,
    output: null,
    error: null,
    approval: null,
  };
}

const UNTOUCHED: StepState = emptyStep();

/** A clock that starts at `now` and is due `withinMs` later. */
export function newClock(now: Date, withinMs: number, warnAt: number): SlaClock {
  return {
    startedAt: now,
    warnAt: after(now, Math.round(withinMs * warnAt)),
    dueAt: after(now, withinMs),
    warnedAt: null,
    breachedAt: null,
    stoppedAt: null,
  };
}

const FINISHED: ReadonlySet<StepStatus> = new Set([
  'succeeded',
  'skipped',
  'failed',
  'rejected',
  'abandoned',
]);

/** Whether nothing more will happen to the step. */
export function isFinished(step: StepState): boolean {
  return FINISHED.has(step.status);
}

/** The state of a step; that of one nobody has touched when the run knows nothing of it. */
export function stateOf(run: WorkflowRun, id: string): StepState {
  return run.steps[id] ?? UNTOUCHED;
}

/** The reason of a run that completed. */
export const ALL_DONE = 'All steps done';

/** Why a run ended, or is about to, in plain words; people in it are named by their ids. */
export function describeEnd({ reason, cancelledBy }: Pick<WorkflowRun, 'reason' | 'cancelledBy'>): string {
  return reason === '' && cancelledBy !== undefined ? `Cancelled by ${cancelledBy}` : reason;
}

/** The step the run is at: the first unfinished one at the top, or null when all are finished. */
export function currentTask(run: WorkflowRun): string | null {
  if (run.closing) return run.closing.queue[0] ?? null;
  return run.definition.steps.find((step) => !isFinished(stateOf(run, step.task)))?.task ?? null;
}

/** The newest value that any step at the top reported under `key`, e.g. `estimatedCostCents`. */
export function findOutput(run: WorkflowRun, key: string): unknown {
  for (const step of [...run.definition.steps].reverse()) {
    const output = run.steps[step.task]?.output;
    if (output && Object.hasOwn(output, key)) return output[key];
  }
  return undefined;
}
