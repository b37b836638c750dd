import type { OutboxEntry } from '../../store/outbox.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { createPost } from './post-entry.ts';
import { reconcile } from './reconcile.ts';
import { type Rendering, renderEntry } from './render-entry.ts';
import { updatePost } from './update-entry.ts';

/**
 * Brings the newest form of a claimed entry into Slack and settles it, or says when to try again.
 *
 *   claimed --(nothing to show)--------------------> settled
 *      |--(its turn or its thread is yet to come)--> postponed, no attempt counted
 *      |--(ts known)--> chat.update ---------------> settled | postponed | gone: posted anew
 *      '--(no ts)-----> look for a post whose outcome is unknown, then chat.postMessage
 *                        --> settled | next target | postponed | buried
 */
export async function deliverEntry(deps: DeliveryDeps, entry: OutboxEntry): Promise<void> {
  const run = await deps.managementLayer.find(entry.runId);
  if (!run) return deps.outbox.bury(entry._id, 'run_not_found');
  const now = deps.clock.now();
  const rendering = await renderEntry({ ...deps, now }, entry, run);
  if (rendering === 'later') {
    return deps.outbox.postpone(entry._id, new Date(now.getTime() + deps.threadWaitMs), false);
  }
  if ('nothing' in rendering) {
    const { channel, ts } = entry;
    return deps.outbox.settle(entry._id, { channel, ts, delivered: rendering.delivered }, now);
  }
  if (entry.ts !== null && entry.channel !== null && !rendering.appends) {
    return rewrite(deps, { ...entry, channel: entry.channel, ts: entry.ts }, rendering);
  }
  const earlier = await reconcile(deps, entry, rendering);
  if (earlier === 'handled') return;
  if (earlier !== 'missing') return rewrite(deps, { ...entry, ...earlier }, rendering);
  return createPost(deps, entry, rendering);
}

async function rewrite(
  deps: DeliveryDeps,
  entry: OutboxEntry & { channel: string; ts: string },
  rendering: Rendering,
): Promise<void> {
  const outcome = await updatePost(deps, entry, rendering);
  if (outcome === 'handled') return;
  const forgotten: OutboxEntry = { ...entry, ts: null, sentAt: null };
  // The turn in this channel was taken for the update.
  if (outcome.unwritable === 'gone') return createPost(deps, forgotten, rendering, entry.channel);
  deps.conversations.forget(entry.channel);
  if (entry.kind !== 'runCard') return deps.outbox.bury(entry._id, outcome.reason);
  const targets = rendering.targets.filter((target) => 'user' in target || target.channel !== entry.channel);
  return createPost(deps, forgotten, { ...rendering, targets });
}
