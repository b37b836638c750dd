import type { ClaimedEntry } from '../../core/outbox/outbox-entry.ts';
import type { DeliveryDeps } from './posting/delivery-deps.ts';
import { createPost } from './posting/post-entry.ts';
import { reconcile } from './posting/reconcile.ts';
import { removeStrays } from './posting/remove-strays.ts';
import { updatePost } from './posting/update-entry.ts';
import { readBulletinReference, renderBulletin } from './rendering/render-bulletin.ts';
import { renderEntry, renderProposal } from './rendering/render-entry.ts';
import { renderRefusal } from './rendering/render-refusal.ts';
import type { Rendering, RenderOutcome } from './rendering/rendering.ts';

const SHORTEST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 30 * 60_000;

/**
 * Brings the newest form of a claimed entry into Slack and settles it, or says when to try again.
 *
 *   claimed --(a check is due)--------> delete what came out twice --> settled
 *      |--(nothing to show)---------------------------> settled
 *      |--(its card is yet to come)-------------------> asleep until it is there
 *      |--(it has no turn yet)------------------------> back to its place
 *      |--(ts known)--> chat.update ------------------> settled | postponed | gone: posted anew
 *      '--(no ts, or a post of unknown outcome)--> look for that: found: settled, and due to be rewritten;
 *            not yet: postponed; missing: chat.postMessage --> settled | next target | postponed | buried
 */
export async function deliverEntry(deps: DeliveryDeps, entry: ClaimedEntry): Promise<void> {
  const now = deps.clock.now();
  // As long as the outcome of a post is open, it is not known which one is to stay.
  const isSure = entry.ts !== null && entry.tries.length === 0;
  if (isSure && entry.checkAt !== null && entry.checkAt <= now) return removeStrays(deps, entry);
  const rendering = await render(deps, entry, now);
  if (typeof rendering !== 'string' && 'missing' in rendering)
    return deps.outbox.bury(entry, rendering.missing, now);
  if (rendering === 'later') {
    const waited = now.getTime() - entry.createdAt.getTime();
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, waited));
    // Its card wakes it; should the word of that be lost, it looks again, less often the longer that lasts.
    return deps.outbox.awaitOther(entry, `runCard:${entry.runId}`, new Date(now.getTime() + waitMs));
  }
  const { channel, ts } = entry;
  if ('nothing' in rendering) {
    return deps.outbox.settle(entry, { channel, ts, delivered: rendering.delivered }, now);
  }
  // A post that was to replace one that is gone comes first, should its outcome be unknown.
  const isOpen = entry.tries.length > 0 || rendering.appends;
  if (ts !== null && channel !== null && !isOpen) return rewrite(deps, { ...entry, channel, ts }, rendering);
  if ((await reconcile(deps, entry)) === 'handled') return;
  return createPost(deps, entry, rendering);
}

/** The newest form of what the entry is about; `missing` when that is not there any more. */
async function render(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  now: Date,
): Promise<RenderOutcome | { missing: string }> {
  if (entry.kind === 'planProposal') {
    const proposal = await deps.management.planning.findProposal(entry.reference);
    return proposal ? renderProposal({ ...deps, now }, entry, proposal) : { missing: 'proposal_not_found' };
  }
  if (entry.kind === 'bulletin') {
    const bulletin = await deps.management.planning.findBulletin(readBulletinReference(entry.reference).id);
    return bulletin ? renderBulletin({ ...deps, now }, entry, bulletin) : { missing: 'bulletin_not_found' };
  }
  if (entry.kind === 'refusal') return renderRefusal(entry, deps.agency);
  const run = await deps.management.runs.find(entry.runId);
  return run ? renderEntry({ ...deps, now }, entry, run) : { missing: 'run_not_found' };
}

async function rewrite(
  deps: DeliveryDeps,
  entry: ClaimedEntry & { channel: string; ts: string },
  rendering: Rendering,
): Promise<void> {
  const outcome = await updatePost(deps, entry, rendering);
  if (outcome === 'handled') return;
  if (outcome.unwritable === 'gone' && rendering.isClosed) {
    const nowhere = { channel: null, ts: null, delivered: rendering.delivered };
    return deps.outbox.settle(entry, nowhere, deps.clock.now());
  }
  if (outcome.unwritable === 'gone') return createPost(deps, entry, rendering);
  deps.conversations.forget(entry.channel);
  // The requester's card, and what somebody has to press, is posted where it can be seen; the rest has been read.
  const isWanted =
    entry.kind === 'runCard' || rendering.message.blocks.some(({ type }) => type === 'actions');
  return isWanted
    ? createPost(deps, entry, rendering)
    : deps.outbox.bury(entry, outcome.reason, deps.clock.now());
}
