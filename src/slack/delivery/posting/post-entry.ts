import { type ClaimedEntry, placeOf } from '../../../core/outbox/outbox-entry.ts';
import { append, withMarker } from '../../budget/message.ts';
import type { SlackArguments } from '../../connection/slack-client.ts';
import { explainFailure, isSurelyNotDone, type SlackFailure } from '../../connection/slack-failure.ts';
import { context } from '../../kit/parts.ts';
import { readPageReference } from '../rendering/render-entry.ts';
import type { Rendering } from '../rendering/rendering.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { closesChannel, type Detour, explainDetour, listPlaces, type Place } from './places.ts';
import { doubt } from './reconcile.ts';
import { retryLater, waitToPost } from './retry.ts';
import { shorten } from './short-form.ts';

const METHOD = 'chat.postMessage';
const MOST_TRIES = 20;
/** About half a minute. */
const MOST_ATTEMPTS = 5;

/**
 * What came of one place: `stop` when the entry is dealt with for now; else why it cannot be posted there (`doubt` when
 * nobody knows for how long), or why Slack does not take it anywhere.
 */
type Attempt =
  | { stop: true }
  | { unreachable: string; doubt?: SlackFailure }
  | { refused: string; channel: string };

/** What a post is tried with at each place. */
interface Posting {
  rendering: Rendering;
  /** The channel whose turn this delivery holds already. */
  turnTaken: string | null;
  /** Where it could not be posted so far. */
  detours: Detour[];
  /** Channels that cannot be posted in, with Slack's reasons. */
  closed: Map<string, string>;
}

/**
 * Posts an entry for the first time, or anew, at the first place that can be reached; that there is no such post yet
 * has been established.
 */
export async function createPost(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  rendering: Rendering,
): Promise<void> {
  return postSomewhere(deps, entry, { rendering, turnTaken: null, detours: [], closed: new Map() });
}

async function postSomewhere(deps: DeliveryDeps, entry: ClaimedEntry, posting: Posting): Promise<void> {
  let doubted: SlackFailure | null = null;
  for (const place of listPlaces(posting.rendering, deps.agency)) {
    const attempt = await tryPlace(deps, entry, posting, place);
    if ('stop' in attempt) return;
    if ('refused' in attempt) return handleRefusal(deps, entry, posting, attempt);
    doubted ??= attempt.doubt ?? null;
    posting.detours.push({ target: place.target, reason: attempt.unreachable });
  }
  // Whatever it is, it may pass: better late than nowhere.
  if (doubted) return retryLater(deps, entry, doubted);
  const reasons = [...new Set(posting.detours.map(({ reason }) => reason))];
  await giveUp(deps, entry, reasons.join(', ') || 'no_target');
}

/** In a short form once more; a short form that is refused as well goes nowhere. */
async function handleRefusal(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  posting: Posting,
  { refused, channel }: { refused: string; channel: string },
): Promise<void> {
  if (posting.rendering.isShort) return giveUp(deps, entry, refused);
  const rendering = await shorten(deps, entry, posting.rendering, refused);
  return postSomewhere(deps, entry, { ...posting, rendering, turnTaken: channel });
}

async function tryPlace(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  posting: Posting,
  { target, thread }: Place,
): Promise<Attempt> {
  const { rendering, turnTaken, detours, closed } = posting;
  const resolved = await answerOf(deps.conversations.resolve(target));
  const name = 'user' in target ? target.user : target.channel;
  if ('failure' in resolved) return handleFailure(deps, entry, resolved.failure, name);
  const channel = resolved.answer;
  const known = closed.get(channel);
  if (known !== undefined) return { unreachable: known };
  deps.leadsTo(placeOf(entry), channel);
  const turnMs = channel === turnTaken ? 0 : deps.pacing.takeTurn(METHOD, channel);
  if (turnMs > 0) {
    await waitToPost(deps, entry, turnMs);
    return { stop: true };
  }
  const tries = [...entry.tries, { channel, threadTs: thread?.ts ?? null, at: deps.clock.now() }];
  // Rejects when the lock was lost, so that only one process posts.
  await deps.outbox.noteTries(entry, tries.slice(-MOST_TRIES));
  const options = postArguments(rendering, { channel, thread, detours });
  const posted = await answerOf(deps.client.apiCall(METHOD, options));
  if ('failure' in posted) {
    const { kind, reason } = posted.failure;
    if (kind === 'permanent' && closesChannel(reason)) closed.set(channel, reason);
    return handleFailure(deps, entry, posted.failure, channel);
  }
  const [first] = detours;
  if (first) deps.counts.detoured(entry.kind, first.reason);
  await settlePost(deps, entry, rendering, posted.answer, channel);
  return { stop: true };
}

function answerOf<Answer>(call: Promise<Answer>): Promise<{ answer: Answer } | { failure: SlackFailure }> {
  return call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ failure: explainFailure(error) }),
  );
}

function postArguments(
  { message, marker }: Rendering,
  { channel, thread, detours }: { channel: string; thread: Rendering['thread']; detours: readonly Detour[] },
): SlackArguments {
  const why = explainDetour(detours);
  return {
    channel,
    ...withMarker(why === null ? message : append(message, context(why)), marker),
    unfurl_links: false,
    unfurl_media: false,
    ...(thread && { thread_ts: thread.ts, ...(thread.broadcast && { reply_broadcast: true }) }),
  };
}

async function settlePost(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  rendering: Rendering,
  posted: object,
  channel: string,
): Promise<void> {
  const ts = 'ts' in posted && typeof posted.ts === 'string' ? posted.ts : null;
  const place = 'channel' in posted && typeof posted.channel === 'string' ? posted.channel : channel;
  const { delivered } = rendering;
  const earlier = doubt(deps, entry, entry.tries);
  await deps.outbox.settle(entry, { channel: place, ts, delivered, ...earlier }, deps.clock.now());
}

async function handleFailure(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  failure: SlackFailure,
  channel: string,
): Promise<Attempt> {
  if (isSurelyNotDone(failure)) await deps.outbox.noteTries(entry, entry.tries);
  if (failure.kind === 'uncertain') {
    // A reason nobody has heard of is no reason to say nothing: another place may take it.
    if (failure.unknown && entry.attempts >= MOST_ATTEMPTS)
      return { unreachable: failure.reason, doubt: failure };
    await retryLater(deps, entry, failure);
    return { stop: true };
  }
  if (failure.kind === 'limited') {
    deps.pacing.holdBack(METHOD, channel, failure);
    await waitToPost(deps, entry, failure.waitMs);
    return { stop: true };
  }
  if (failure.kind === 'refused') return { refused: failure.reason, channel };
  deps.conversations.forget(channel);
  deps.log.warn('A Slack message cannot be delivered to its target', {
    id: entry._id,
    channel,
    reason: failure.reason,
  });
  return { unreachable: failure.reason };
}

async function giveUp(deps: DeliveryDeps, entry: ClaimedEntry, reason: string): Promise<void> {
  deps.log.error('A Slack message can never be delivered', { id: entry._id, reason });
  deps.counts.undeliverable(entry.kind, reason);
  if (entry.kind === 'page') {
    // Before it is buried: a crash in between repeats the report, which changes nothing.
    const { key, number } = readPageReference(entry.reference);
    await deps.management.pages.reportUndeliverable(entry.runId, key, number, reason);
  }
  await deps.outbox.bury(entry, reason, deps.clock.now());
}
