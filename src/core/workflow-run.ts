import type { EscalationPolicy } from './agency.ts';
import type { ApprovalRequest } from './approval-request.ts';
import type { AuditEvent } from './audit-event.ts';
import type { BudgetState } from './budget.ts';
import { after } from './duration.ts';
import type { Escalation } from './escalation.ts';
import type { OutboxMessage } from './outbox-message.ts';
import type { SlaClock } from './sla.ts';
import type { StepDefinition, WorkflowDefinition } from './workflow-definition.ts';

export type RunStatus = 'running' | 'completed' | 'rejected' | 'escalated' | 'failed' | 'cancelled';

/**
 * pending -> running -> succeeded | failed | rejected; running -> waiting (handed out) -> the same; pending -> skipped;
 * running -> retrying -> running; anything unfinished -> abandoned when the run ends without it.
 */
export type StepStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'retrying'
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
  output: Record<string, unknown> | null;
  error: StepError | null;
  approval: ApprovalRequest | null;
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
  input: Record<string, unknown>;
  requester: Requester;
  origin: RunOrigin;
  /** The start request's own key: asking again with it finds this run. */
  requestKey: string | null;
  status: RunStatus;
  /** Why the run ended, in a sentence; empty while it runs. */
  reason: string;
  /** Set while the run's fallback procedure is under way: how the run ends after it. */
  closing: { status: RunStatus; reason: string } | null;
  steps: Record<string, StepState>;
  clocks: Record<string, SlaClock>;
  budget: BudgetState | null;
  escalations: Record<string, Escalation>;
  createdAt: Date;
  updatedAt: Date;
  endedAt: Date | null;
  lastSeq: number;
  /** When somebody has to look at the run next; null when only an outside event moves it. */
  wakeAt: Date | null;
  /** Who executes the run's current effect, and until when nobody else does. */
  lease: { owner: string; until: Date } | null;
  /** The audit trail, oldest first. */
  history: AuditEvent[];
  /** Messages that are committed with the run but not yet handed to the outbox. */
  pending: OutboxMessage[];
}

/** The pseudo step that carries the definition's own fallback. */
export const RUN_FALLBACK = 'runFallback';

/** What a new run is made of. */
export interface RunRequest {
  _id: string;
  definition: WorkflowDefinition;
  policy: EscalationPolicy;
  input: Record<string, unknown>;
  requester: Requester;
  origin: RunOrigin;
  requestKey: string | null;
}

/** A run that has not taken its first step: nothing is decided yet, its SLA clock and budget are set. */
export function createRun(request: RunRequest, now: Date): WorkflowRun {
  const { definition } = request;
  const { sla, budget } = definition;
  return {
    ...request,
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

/** The step of that name in the run's frozen definition; the run's fallback counts as a step once it was started. */
export function stepDefinition(run: WorkflowRun, task: string): StepDefinition | null {
  const step = run.definition.steps.find((candidate) => candidate.task === task);
  if (step) return step;
  const fallback = run.definition.fallback;
  if (task !== RUN_FALLBACK || !fallback) return null;
  return {
    task: RUN_FALLBACK,
    title: 'Fallback procedure',
    kind: fallback.kind,
    handler: fallback.handler,
    with: fallback.with,
    when: null,
    retry: { attempts: 3, backoffMs: 5_000 },
    timeoutMs: null,
    sla: null,
    requires: { skills: [], materials: [], durationMinutes: null },
    fallback: null,
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

/** The step the run is at: the first unfinished one, or null when all are finished. */
export function currentTask(run: WorkflowRun): string | null {
  if (run.closing) return RUN_FALLBACK;
  return run.definition.steps.find((step) => !isFinished(run.steps[step.task] ?? emptyStep()))?.task ?? null;
}

/** What references of the definition see: the input, the run itself and the outputs of finished steps. */
export function factsOf(run: WorkflowRun): Record<string, unknown> {
  const facts: Record<string, unknown> = {
    input: run.input,
    run: {
      id: run._id,
      workflow: run.workflow,
      requester: run.requester.name,
      createdAt: run.createdAt.toISOString(),
    },
  };
  for (const [task, step] of Object.entries(run.steps)) {
    if (step.output) facts[task] = step.output;
  }
  return facts;
}

/** The newest value that any step reported under `key`, e.g. `estimatedCostCents`. */
export function findOutput(run: WorkflowRun, key: string): unknown {
  for (const step of [...run.definition.steps].reverse()) {
    const output = run.steps[step.task]?.output;
    if (output && Object.hasOwn(output, key)) return output[key];
  }
  return undefined;
}
