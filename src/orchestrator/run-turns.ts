import type { Verdict } from '../core/deciding/fold-events.ts';
import type { EventOutcome } from '../core/run/apply-event.ts';
import type { RunEvent } from '../core/run/transition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';

/** An event that waits for its run's turn. */
export interface WaitingEvent {
  event: RunEvent;
  resolve(outcome: EventOutcome): void;
  reject(error: unknown): void;
}

/** More events than this take several turns, between which others have theirs: deciding on hundreds takes long. */
const MOST_A_TURN = 50;

/**
 * Gives each run one turn at a time in this process: events that come while a turn is under way wait together and are
 * the next turn. So results of the same run never race each other to its fence, and a hundred of them need one commit.
 */
export class RunTurns {
  readonly #waiting = new Map<string, WaitingEvent[]>();
  readonly #take: (runId: string, events: WaitingEvent[]) => Promise<void>;

  /** `take` has to answer every event it is given; what it throws is the answer to all it left open. */
  constructor(take: (runId: string, events: WaitingEvent[]) => Promise<void>) {
    this.#take = take;
  }

  /** Resolves with what became of the event. */
  add(runId: string, event: RunEvent): Promise<EventOutcome> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(runId);
      const item = { event, resolve, reject };
      if (waiting) {
        waiting.push(item);
        return;
      }
      this.#waiting.set(runId, []);
      void this.#takeTurns(runId, [item]);
    });
  }

  async #takeTurns(runId: string, first: WaitingEvent[]): Promise<void> {
    const waiting = this.#waiting.get(runId) ?? [];
    for (let events = first; events.length > 0; events = waiting.splice(0, MOST_A_TURN)) {
      try {
        await this.#take(runId, events);
      } catch (error) {
        for (const { reject } of events) reject(error);
      }
    }
    this.#waiting.delete(runId);
  }
}

/** Answers each event with what became of it; `run` is where they led together. */
export function answer(events: WaitingEvent[], verdicts: Verdict[], run: WorkflowRun): void {
  events.forEach(({ resolve, reject }, index) => {
    const verdict = verdicts[index];
    if (verdict?.kind === 'broken') reject(verdict.error);
    else resolve(verdict?.kind === 'refused' ? verdict.refusal : { run });
  });
}

/** Answers all events alike. */
export function answerAll(events: WaitingEvent[], outcome: EventOutcome): void {
  for (const { resolve } of events) resolve(outcome);
}
