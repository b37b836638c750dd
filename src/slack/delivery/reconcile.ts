import type { OutboxEntry } from '../../store/outbox.ts';
import { explainFailure, type SlackFailure } from '../slack-failure.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { findPost } from './find-post.ts';
import { type Rendering, timelineMarker } from './render-entry.ts';
import { retryLater, waitTurn } from './retry.ts';

/** Where the earlier post is; `missing` when there is none; `handled` when the entry is dealt with for now. */
export type Reconciled = { channel: string; ts: string } | 'missing' | 'handled';

/**
 * Looks for a post that was sent without its outcome ever being heard of, so that a crash or a lost answer never shows
 * a message twice. A card that is found has to be rewritten to its newest form; a reply that is found is settled here.
 */
export async function reconcile(
  deps: DeliveryDeps,
  entry: OutboxEntry,
  rendering: Rendering,
): Promise<Reconciled> {
  const channel = entry.channel ?? rendering.thread?.channel;
  if (!entry.sentAt || !channel) return 'missing';
  const started = timelineMarker(entry.runId, entry.delivered + 1);
  const matches = (marker: string) =>
    rendering.appends ? marker.startsWith(started) : marker === rendering.marker;
  const search = { channel, threadTs: rendering.thread?.ts ?? null, sentAt: entry.sentAt, matches };
  try {
    const found = await findPost(deps.client, search);
    if (!found) return 'missing';
    deps.log.info('A Slack message of unknown outcome was found', { id: entry._id });
    if (!rendering.appends) return { channel, ts: found.ts };
    const delivered = Number(found.marker.slice(started.length));
    await deps.outbox.settle(entry._id, { channel, ts: found.ts, delivered }, deps.clock.now());
    return 'handled';
  } catch (error) {
    return handleFailure(deps, entry, explainFailure(error));
  }
}

async function handleFailure(
  deps: DeliveryDeps,
  entry: OutboxEntry,
  failure: SlackFailure,
): Promise<Reconciled> {
  if (failure.kind === 'limited') {
    await waitTurn(deps, entry, failure.waitMs);
    return 'handled';
  }
  // A place that cannot be read cannot be written to either: let the post say so, and the next target follow.
  if (failure.kind === 'permanent' || failure.kind === 'gone') return 'missing';
  if (failure.reason === 'missing_scope') {
    deps.log.warn('Slack does not let the bot read where it posts: a message may show twice', {
      id: entry._id,
    });
    return 'missing';
  }
  await retryLater(deps, entry, failure);
  return 'handled';
}
