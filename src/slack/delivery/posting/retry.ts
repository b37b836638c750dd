import type { ClaimedEntry } from '../../../core/outbox/outbox-entry.ts';
import { isCredentialProblem, isOutOfReach, type SlackFailure } from '../../connection/slack-failure.ts';
import type { DeliveryDeps } from './delivery-deps.ts';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Waits before the next try: doubled each time, up to five minutes, spread so that many do not come back as one. */
function backoffMs(attempts: number, random: () => number = Math.random): number {
  const full = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(attempts, 20), LONGEST_BACKOFF_MS);
  return Math.round(full * (0.5 + random() / 2));
}

/**
 * Tries again: as soon as Slack is back where it took nothing from anybody, else later, by how often it was tried. What
 * was surely not sent loses nothing by it, and keeps its place.
 */
export async function retryLater(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  failure: SlackFailure,
): Promise<void> {
  const waitMs = backoffMs(entry.attempts);
  const fields = { id: entry._id, reason: failure.reason, attempts: entry.attempts + 1 };
  if (isOutOfReach(failure)) {
    deps.log.debug('A Slack message waits until Slack takes something again', fields);
    return deps.outbox.giveBack(entry, deps.clock.now(), true);
  }
  if (isCredentialProblem(failure)) {
    deps.log.error('Slack refuses the bot token: renew it or add the scope; messages wait', fields);
  } else {
    deps.log.warn('A Slack message could not be delivered, trying again', { ...fields, waitMs });
  }
  await deps.outbox.postpone(entry, later(deps, waitMs), true);
}

/** Sleeps for as long as Slack says; that is no failed attempt. */
export function waitTurn(deps: DeliveryDeps, entry: ClaimedEntry, waitMs: number): Promise<void> {
  return deps.outbox.postpone(entry, later(deps, waitMs), false);
}

/**
 * A post has no turn in this channel yet: it goes back to where it stood. What stood among those to be rewritten, and has
 * to be posted anew, would be taken again at once there, and sleeps.
 */
export function waitToPost(deps: DeliveryDeps, entry: ClaimedEntry, waitMs: number): Promise<void> {
  const isPosted = entry.ts !== null && entry.kind !== 'timeline';
  return isPosted ? waitTurn(deps, entry, waitMs) : deps.outbox.giveBack(entry, deps.clock.now(), false);
}

/** After a failure that says nothing about the message itself. */
export function postponeAfter(deps: DeliveryDeps, entry: ClaimedEntry, failure: SlackFailure): Promise<void> {
  return failure.kind === 'limited'
    ? waitTurn(deps, entry, failure.waitMs)
    : retryLater(deps, entry, failure);
}

function later(deps: DeliveryDeps, waitMs: number): Date {
  return new Date(deps.clock.now().getTime() + Math.ceil(waitMs));
}
