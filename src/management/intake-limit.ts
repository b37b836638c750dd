import { LRUCache } from 'lru-cache';
import type { IntakeConfig } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import { sourceOf } from '../core/outbox/turn.ts';
import type { RunRequest } from '../core/run/workflow-run.ts';
import type { OutboxStore } from '../store/outbox/outbox.ts';

/** How much other systems may have waiting for Slack before they are asked to come again later. */
export interface IntakeLimit {
  /** Throws `run.tooMany`, with how long to wait, beyond the limit; a person is never turned away. */
  check(request: Pick<RunRequest, 'requester'>): Promise<void>;
}

/** A flood asks hundreds of times a second; so old a count is good enough for it. */
const COUNTED_FOR_MS = 250;
const MOST_SOURCES = 1_000;
const SHORTEST_WAIT_S = 10;
const LONGEST_WAIT_S = 300;

/** The limit over what stands in the outbox. */
export function createIntakeLimit(
  outbox: Pick<OutboxStore, 'countStanding'>,
  { mostWaiting, mostWaitingPerSource }: IntakeConfig,
): IntakeLimit {
  const counts = new LRUCache<string, Promise<number>>({ max: MOST_SOURCES, ttl: COUNTED_FOR_MS });
  const count = (source: string | null, most: number): Promise<number> => {
    const key = source ?? '';
    const known = counts.get(key) ?? outbox.countStanding(source, most);
    if (!counts.has(key)) counts.set(key, known);
    return known;
  };
  return {
    check: async ({ requester }) => {
      if (requester.userId !== null) return;
      const own = await count(sourceOf(requester), mostWaitingPerSource);
      if (own >= mostWaitingPerSource)
        // A lane may be shared: whose messages they are is not known.
        throw tooMany(
          `In the queue of ${requester.name}, which other systems may share, ${mostWaitingPerSource} messages`,
          own,
        );
      const all = await count(null, mostWaiting);
      if (all >= mostWaiting) throw tooMany(`${mostWaiting} messages`, all);
    },
  };
}

/** Slack takes one message a second and channel: a tenth of what waits is a fair time to come again. */
function tooMany(what: string, waiting: number): AppError {
  const seconds = Math.min(LONGEST_WAIT_S, Math.max(SHORTEST_WAIT_S, Math.round(waiting / 10)));
  return new AppError('too much waits for Slack', {
    code: 'run.tooMany',
    retryable: true,
    retryAfterMs: seconds * 1_000,
    userMessage: `${what} wait for Slack, which is the limit. Nothing was started: send it again in ${seconds} s, with the same Idempotency-Key.`,
  });
}
