import type { ClaimedEntry } from '../../../core/outbox/outbox-entry.ts';
import { toBlockId } from '../../budget/message.ts';
import { explainFailure } from '../../connection/slack-failure.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { type FoundPost, findPosts } from './find-posts.ts';
import { postponeAfter } from './retry.ts';

/**
 * Looks once more for posts that Slack carried out so late that the message had been posted again, and deletes them.
 * The post that the entry knows stays, whichever came first: threads and later updates hang on it.
 */
export async function removeStrays(deps: DeliveryDeps, entry: ClaimedEntry): Promise<void> {
  const fits = (marker: string) =>
    entry.kind === 'timeline'
      ? TIMELINE.test(marker) && marker.startsWith(entry._id)
      : marker === toBlockId(entry._id);
  try {
    const posts = await findPosts(deps, entry.doubts, fits);
    const strays = entry.kind === 'timeline' ? pickDoubledReplies(posts) : pickOthers(posts, entry);
    for (const stray of strays) await remove(deps, entry, stray);
  } catch (error) {
    return postponeAfter(deps, entry, explainFailure(error));
  }
  await planNextCheck(deps, entry);
}

async function planNextCheck(deps: DeliveryDeps, entry: ClaimedEntry): Promise<void> {
  const { channel, ts, delivered } = entry;
  const now = deps.clock.now();
  const checks = entry.checks + 1;
  const waitMs = deps.doubtTimes.checksAfterMs[checks];
  const next =
    waitMs === undefined
      ? { doubts: [], checkAt: null, checks: 0 }
      : { checkAt: new Date(now.getTime() + waitMs), checks };
  await deps.outbox.settle(entry, { channel, ts, delivered, ...next }, now);
}

function pickOthers(posts: readonly FoundPost[], entry: ClaimedEntry): FoundPost[] {
  return posts.filter(({ channel, ts }) => channel !== entry.channel || ts !== entry.ts);
}

/** `timeline:<run>:<from>-<to>`: the events a reply tells. */
const TIMELINE = /:(\d+)-(\d+)$/;

/**
 * Of the replies that begin with the same event all but one: what stays is the one the next reply goes on from, else
 * the one that tells most, else the oldest.
 */
function pickDoubledReplies(posts: readonly FoundPost[]): FoundPost[] {
  const replies = posts.map((post) => {
    const [, from, to] = TIMELINE.exec(post.marker) ?? [];
    return { post, from: Number(from), to: Number(to) };
  });
  const starts = new Set(replies.map(({ from }) => from));
  const isContinued = ({ to }: { to: number }) => Number(starts.has(to + 1));
  const best = replies.toSorted((one, other) => isContinued(other) - isContinued(one) || other.to - one.to);
  const kept = new Set<number>();
  return best.flatMap(({ post, from }) => {
    if (kept.has(from)) return [post];
    kept.add(from);
    return [];
  });
}

async function remove(deps: DeliveryDeps, entry: ClaimedEntry, { channel, ts }: FoundPost): Promise<void> {
  const fields = { id: entry._id, channel, ts };
  try {
    await deps.client.apiCall('chat.delete', { channel, ts });
    deps.log.info('A doubled Slack message was deleted', fields);
  } catch (error) {
    const { kind, reason } = explainFailure(error);
    if (kind === 'gone') return;
    if (kind !== 'permanent' && kind !== 'refused') throw error;
    deps.log.warn('A doubled Slack message cannot be deleted', { ...fields, reason });
  }
}
