import type { z } from 'zod';
import type { Requirements } from '../work/work-order.ts';

/** What a handler is told about the attempt it is executing. */
export interface StepContext {
  runId: string;
  workflow: string;
  task: string;
  /** Number of this attempt, from 1. */
  attempt: number;
  /**
   * Names the piece of work: the same for all attempts of the step by this handler, whoever repeats them. Hand it to
   * whatever is called outside.
   */
  idempotencyKey: string;
  /** Aborted when the attempt times out, its run is cancelled or the process stops. */
  signal: AbortSignal;
  now: Date;
  /** What the definition's `requires` asks for; durationMinutes is null when it leaves it to the assessment. */
  requires: Omit<Requirements, 'durationMinutes'> & { durationMinutes: number | null; anyCrew?: true };
  /** Deadline of the run, null when it has none. */
  dueAt: Date | null;
}

/**
 * `done`: the step has succeeded with `output`. `deferred`: the work was handed out (to a planner, a crew) and somebody
 * will report its result later; the step waits without holding a worker.
 */
export type StepResult<Output> = { kind: 'done'; output: Output } | { kind: 'deferred' };

/**
 * An agent or service that a step names. `input` and `output` are the contract; what does not fit `input` is a permanent
 * error of the step. `execute` may be called again with the same idempotency key, after a crash or as a retry of an
 * attempt whose outcome is unknown, and must then have the effect of one call. It throws an `AppError`; `retryable`
 * decides whether the step is tried again.
 * An output field `actualCostCents` counts against the run's budget; `estimatedCostCents` is shown to approvers.
 */
export interface StepHandler<Input = unknown, Output = unknown> {
  kind: 'agent' | 'service';
  name: string;
  description: string;
  /** How many calls one process makes at a time; as many as it executes in all when left out. */
  concurrency?: number;
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  execute(input: Input, context: StepContext): Promise<StepResult<Output>>;
}
