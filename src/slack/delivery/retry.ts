import type { OutboxEntry } from '../../store/outbox.ts';
import { isCredentialProblem, type SlackFailure } from '../slack-failure.ts';
import type { DeliveryDeps } from './delivery-deps.ts';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Waits before the next try: doubled each time, up to five minutes, spread so that many do not come back as one. */
function backoffMs(attempts: number, random: () => number = Math.random): number {
  const full = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(attempts, 20), LONGEST_BACKOFF_MS);
  return Math.round(full * (0.5 + random() / 2));
}

/** Tries again later; how late depends on how often it was tried. */
export async function retryLater(
  deps: DeliveryDeps,
  entry: OutboxEntry,
  failure: SlackFailure,
): Promise<void> {
  const waitMs = backoffMs(entry.attempts);
  const fields = { id: entry._id, reason: failure.reason, attempts: entry.attempts + 1, waitMs };
  if (isCredentialProblem(failure)) {
    deps.log.error('Slack refuses the bot token: renew it or add the scope; messages wait', fields);
  } else {
    deps.log.warn('A Slack message could not be delivered, trying again', fields);
  }
  await deps.outbox.postpone(entry._id, later(deps, waitMs), true);
}

/** Waits for as long as Slack or the pacing says; that is no failed attempt. */
export function waitTurn(deps: DeliveryDeps, entry: OutboxEntry, waitMs: number): Promise<void> {
  return deps.outbox.postpone(entry._id, later(deps, waitMs), false);
}

function later(deps: DeliveryDeps, waitMs: number): Date {
  return new Date(deps.clock.now().getTime() + Math.ceil(waitMs));
}
