import type { WorkflowRun } from '../core/run/workflow-run.ts';

const MOST_REMEMBERED = 5_000;

/**
 * Runs as this process committed them last: likely still true, and the fence tells when they are not. `version` counts
 * commits in the database; the run in memory has to say what the database says.
 */
export class RecentRuns {
  /** The oldest first. */
  readonly #runs = new Map<string, WorkflowRun>();
  readonly #owner: string;

  /** `owner` names this process in leases. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  get(runId: string): WorkflowRun | undefined {
    return this.#runs.get(runId);
  }

  /** Keeps the newest known form of a run that is still to move and whose effects are nobody else's. */
  remember(run: WorkflowRun): void {
    if ((this.#runs.get(run._id)?.version ?? -1) > run.version) return;
    this.#runs.delete(run._id);
    // Its owner goes on renewing a lease, which makes no new version: from memory it would seem to have ended.
    const isOthers = run.lease !== null && run.lease.owner !== this.#owner;
    if (run.endedAt || isOthers) return;
    this.#runs.set(run._id, run);
    const oldest = this.#runs.keys().next();
    if (this.#runs.size > MOST_REMEMBERED && !oldest.done) this.#runs.delete(oldest.value);
  }

  /** Whether there was anything to forget. */
  forget(runId: string): boolean {
    return this.#runs.delete(runId);
  }
}
