import type { ClaimedEntry, PostTry, SettledPost } from '../../../core/outbox/outbox-entry.ts';
import { toBlockId } from '../../budget/message.ts';
import { explainFailure } from '../../connection/slack-failure.ts';
import { timelineMarker } from '../rendering/render-entry.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { type FoundPost, findPosts } from './find-posts.ts';
import { postponeAfter, waitTurn } from './retry.ts';

const MOST_DOUBTS = 20;

/**
 * Looks for a post that was sent without its outcome ever being heard of, so that a crash or a lost answer never shows
 * a message twice: `missing` when there is none and none can be expected any more, `handled` when the entry is dealt
 * with for now. A call that timed out may still be carried out, so `missing` is said after the settle time only.
 */
export async function reconcile(deps: DeliveryDeps, entry: ClaimedEntry): Promise<'missing' | 'handled'> {
  const last = entry.tries.at(-1);
  if (!last) return 'missing';
  const from = timelineMarker(entry.runId, entry.delivered + 1);
  const fits = (marker: string) =>
    entry.kind === 'timeline' ? marker.startsWith(from) : marker === toBlockId(entry._id);
  const looked = await findPosts(deps, entry.tries, fits).then(
    // A card that could not be rewritten any more may still be there; the try was to replace it.
    (posts) => ({ found: posts.find(({ ts }) => ts !== entry.ts) }),
    (error: unknown) => ({ failure: explainFailure(error) }),
  );
  if ('failure' in looked) {
    await postponeAfter(deps, entry, looked.failure);
    return 'handled';
  }
  if (looked.found) {
    await adopt(deps, entry, looked.found, from);
    return 'handled';
  }
  const waitMs = last.at.getTime() + deps.doubtTimes.settleMs - deps.clock.now().getTime();
  if (waitMs <= 0) return 'missing';
  await waitTurn(deps, entry, waitMs);
  return 'handled';
}

/** What becomes of tries once the post exists without them: should one come out yet, it is a stray. */
export function doubt(
  deps: Pick<DeliveryDeps, 'clock' | 'doubtTimes'>,
  entry: ClaimedEntry,
  tries: readonly PostTry[],
): Pick<SettledPost, 'tries' | 'doubts' | 'checkAt' | 'checks'> {
  const [firstMs] = deps.doubtTimes.checksAfterMs;
  if (tries.length === 0 || firstMs === undefined) return { tries: [] };
  const checkAt = new Date(deps.clock.now().getTime() + firstMs);
  return { tries: [], doubts: [...entry.doubts, ...tries].slice(-MOST_DOUBTS), checkAt, checks: 0 };
}

/** The post that was found is the entry's. A card is due again at once, to be rewritten: it may be an old form. */
async function adopt(deps: DeliveryDeps, entry: ClaimedEntry, found: FoundPost, from: string): Promise<void> {
  const { channel, ts, marker } = found;
  deps.log.info('A Slack message of unknown outcome was found', { id: entry._id });
  const delivered = entry.kind === 'timeline' ? Number(marker.slice(from.length)) : 0;
  // One try is accounted for; it does not matter which.
  const others = doubt(deps, entry, entry.tries.slice(0, -1));
  await deps.outbox.settle(entry, { channel, ts, delivered, ...others }, deps.clock.now());
}
