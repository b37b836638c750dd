import type { Log } from '../base/log.ts';
import type { OutboxMessage } from '../core/run/run-parts.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import type { Relay } from '../store/outbox/relay.ts';
import type { AuditEventStore } from '../store/runs/audit-events.ts';
import type { RunStore } from '../store/runs/runs.ts';

export interface CommitPublisherDeps {
  runs: RunStore;
  relay: Relay;
  auditEvents: AuditEventStore;
  log: Log;
}

/** Facts that a run's document holds at most, and how many stay when the older ones are moved out. */
const LONGEST_HISTORY = 200;
const HISTORY_KEPT = 100;

/** What is stored elsewhere once a run is committed; all of it is in the run until then, so that nothing is lost. */
export class CommitPublisher {
  readonly #deps: CommitPublisherDeps;
  readonly #under = new Set<Promise<void>>();

  constructor(deps: CommitPublisherDeps) {
    this.#deps = deps;
  }

  /** Hands the messages of a commit on, and the older facts of a long history. */
  publish(after: WorkflowRun, messages: OutboxMessage[], onTrimmed: () => void): void {
    if (messages.length > 0) this.#track(this.#publishMessages(after._id, messages));
    if (after.history.length > LONGEST_HISTORY) this.#track(this.#moveHistory(after, onTrimmed));
  }

  /** Resolves once what is under way has been handed on, or left to the sweep. */
  async drain(): Promise<void> {
    await Promise.all(this.#under);
  }

  #track(work: Promise<void>): void {
    this.#under.add(work);
    void work.finally(() => this.#under.delete(work));
  }

  async #publishMessages(runId: string, messages: OutboxMessage[]): Promise<void> {
    try {
      await this.#deps.relay.publish({ runId, messages });
    } catch (error) {
      this.#deps.log.warn('Publishing failed; the sweep will repeat it', { runId, error });
    }
  }

  /** Keeps run documents short: the older facts go to a collection of their own. A crash in between repeats it. */
  async #moveHistory(run: WorkflowRun, onTrimmed: () => void): Promise<void> {
    const older = run.history.slice(0, -HISTORY_KEPT);
    const last = older.at(-1)?.seq ?? 0;
    try {
      await this.#deps.auditEvents.append(run._id, older);
      await this.#deps.runs.trimHistory(run._id, last);
      onTrimmed();
    } catch (error) {
      this.#deps.log.warn('Older facts stay in the run for now', { runId: run._id, error });
    }
  }
}
