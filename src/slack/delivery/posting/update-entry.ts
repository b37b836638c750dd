import type { ClaimedEntry } from '../../../core/outbox/outbox-entry.ts';
import { withMarker } from '../../budget/message.ts';
import { explainFailure } from '../../connection/slack-failure.ts';
import type { Rendering } from '../rendering/rendering.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { retryLater } from './retry.ts';
import { shorten } from './short-form.ts';

const METHOD = 'chat.update';

/** `handled`: settled, or to be tried again later. `gone`: there is no such post. `permanent`: its place is closed. */
export type UpdateOutcome = 'handled' | { unwritable: 'gone' | 'permanent'; reason: string };

/** Rewrites the post of an entry. Safe to repeat: the newest form wins. */
export async function updatePost(
  deps: DeliveryDeps,
  entry: ClaimedEntry & { channel: string; ts: string },
  rendering: Rendering,
): Promise<UpdateOutcome> {
  const waitMs = deps.pacing.takeTurn(METHOD, entry.channel);
  if (waitMs > 0) {
    await deps.outbox.giveBack(entry, deps.clock.now(), false);
    return 'handled';
  }
  return rewriteNow(deps, entry, rendering);
}

async function rewriteNow(
  deps: DeliveryDeps,
  entry: ClaimedEntry & { channel: string; ts: string },
  rendering: Rendering,
): Promise<UpdateOutcome> {
  const { channel, ts } = entry;
  try {
    await deps.client.apiCall(METHOD, { channel, ts, ...withMarker(rendering.message, rendering.marker) });
  } catch (error) {
    return handleFailure(deps, entry, rendering, error);
  }
  await deps.outbox.settle(entry, { channel, ts, delivered: rendering.delivered }, deps.clock.now());
  return 'handled';
}

async function handleFailure(
  deps: DeliveryDeps,
  entry: ClaimedEntry & { channel: string; ts: string },
  rendering: Rendering,
  error: unknown,
): Promise<UpdateOutcome> {
  const failure = explainFailure(error);
  switch (failure.kind) {
    case 'limited':
      deps.pacing.holdBack(METHOD, entry.channel, failure);
      await deps.outbox.giveBack(entry, deps.clock.now(), false);
      return 'handled';
    case 'uncertain':
      await retryLater(deps, entry, failure);
      return 'handled';
    case 'refused':
      if (!rendering.isShort)
        return rewriteNow(deps, entry, await shorten(deps, entry, rendering, failure.reason));
      deps.log.error('A Slack message can never be delivered', { id: entry._id, reason: failure.reason });
      deps.counts.undeliverable(entry.kind, failure.reason);
      await deps.outbox.bury(entry, failure.reason, deps.clock.now());
      return 'handled';
    default:
      deps.log.info('A Slack message can no longer be rewritten', { id: entry._id, reason: failure.reason });
      return { unwritable: failure.kind, reason: failure.reason };
  }
}
