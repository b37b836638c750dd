import { AppError } from '../../base/errors.ts';
import type { Refusal, RunEvent } from './transition.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** What became of an event: the run as it is then, or why the event was refused. */
export type EventOutcome = { run: WorkflowRun } | Refusal;

/** Applies an event to a run, whoever executes it, commits it by itself and sets the run going again. */
export type ApplyEvent = (runId: string, event: RunEvent) => Promise<EventOutcome>;

/**
 * Applies an event to a run as a part of the caller's transaction: it is committed with everything else in it, or not at
 * all. `afterCommit` is to be called once the transaction is through. Throws `RunRefusal` when the run refuses, and the
 * retryable `run.conflict` when it was moved meanwhile: then the whole transaction has to be tried again.
 */
export type ApplyInTransaction<Session> = (
  runId: string,
  event: RunEvent,
  session: Session,
) => Promise<{ run: WorkflowRun; afterCommit(): void }>;

/** A run does not take the event that a transaction is about, so that nothing of the transaction may be committed. */
export class RunRefusal extends AppError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.refused, { code: 'run.refused' });
    this.refusal = refusal;
  }
}
