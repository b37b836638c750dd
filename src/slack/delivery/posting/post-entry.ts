import type { ClaimedEntry } from '../../../core/outbox/outbox-entry.ts';
import type { Message } from '../../budget/fitted.ts';
import { append, withMarker } from '../../budget/message.ts';
import type { SlackArguments } from '../../connection/slack-client.ts';
import { explainFailure, isSurelyNotDone, type SlackFailure } from '../../connection/slack-failure.ts';
import { context } from '../../kit/parts.ts';
import { readPageReference } from '../rendering/render-entry.ts';
import type { Rendering } from '../rendering/rendering.ts';
import type { SlackTarget } from '../rendering/targets.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { doubt } from './reconcile.ts';
import { retryLater, waitTurn } from './retry.ts';

const METHOD = 'chat.postMessage';
const MOST_TRIES = 20;

/** A failure at one target: `stop` when the entry is dealt with for now, else the reason to go on to the next. */
type Attempt = { stop: true } | { unreachable: string };

/**
 * Posts an entry for the first time, or anew, at the first target that can be reached; that there is no such post yet
 * has been established. `turnTaken` names the channel whose turn this delivery holds already.
 */
export async function createPost(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  rendering: Rendering,
  turnTaken: string | null = null,
): Promise<void> {
  const targets: SlackTarget[] = rendering.thread
    ? [{ channel: rendering.thread.channel }]
    : rendering.targets;
  const reasons: string[] = [];
  for (const target of targets) {
    const attempt = await tryTarget(deps, entry, rendering, target, turnTaken, reasons);
    if ('stop' in attempt) return;
    reasons.push(attempt.unreachable);
  }
  await giveUp(deps, entry, reasons);
}

async function tryTarget(
  deps: DeliveryDeps,
  entry: ClaimedEntry,
  rendering: Rendering,
  target: SlackTarget,
  turnTaken: string | null,
  reasons: readonly string[],
): Promise<Attempt> {
  const resolved = await answerOf(deps.conversations.resolve(target));
  if ('failure' in resolved) {
    return handleFailure(deps, entry, resolved.failure, 'user' in target ? target.user : target.channel);
  }
  const channel = resolved.answer;
  const held = deps.pacing.heldBackMs(`${METHOD} ${channel}`);
  const turnMs = channel === turnTaken ? 0 : deps.pacing.takeTurn(entry._id, channel, entry.priority === 0);
  if (held > 0 || turnMs > 0) {
    await waitTurn(deps, entry, Math.max(held, turnMs));
    return { stop: true };
  }
  const threadTs = rendering.thread?.ts ?? null;
  const tries = [...entry.tries, { channel, threadTs, at: deps.clock.now() }];
  // Rejects when the lock was lost, so that only one process posts.
  await deps.outbox.noteTries(entry, tries.slice(-MOST_TRIES));
  const posted = await answerOf(deps.client.apiCall(METHOD, postArguments(rendering, channel, reasons)));
  if ('failure' in posted) return handleFailure(deps, entry, posted.failure, channel);
  await settlePost(deps, entry, rendering, posted.answer, channel);
  return { stop: true };
}

function answerOf<Answer>(call: Promise<Answer>): Promise<{ answer: Answer } | { failure: SlackFailure }> {
  return call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ failure: explainFailure(error) }),
  );
}

function postArguments(rendering: Rendering, channel: string, reasons: readonly string[]): SlackArguments {
  const { thread, marker } = rendering;
  return {
    channel,
    ...withMarker(explainDetour(rendering.message, reasons), marker),
    unfurl_links: false,
    unfurl_media: false,
    ...(thread && { thread_ts: thread.ts, ...(thread.broadcast && { reply_broadcast: true }) }),
  };
}

/** A message that comes to a place it was not meant for says why. */
function explainDetour(message: Message, reasons: readonly string[]): Message {
  if (reasons.length === 0) return message;
  const why = `⚠️ Sent here because the intended place cannot be reached (${reasons.join(', ')}).`;
  return append(message, context(why));
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
    await retryLater(deps, entry, failure);
    return { stop: true };
  }
  if (failure.kind === 'limited') {
    deps.pacing.holdBack(`${METHOD} ${channel}`, failure.waitMs);
    await waitTurn(deps, entry, failure.waitMs);
    return { stop: true };
  }
  deps.conversations.forget(channel);
  deps.log.warn('A Slack message cannot be delivered to its target', {
    id: entry._id,
    channel,
    reason: failure.reason,
  });
  return { unreachable: failure.reason };
}

async function giveUp(deps: DeliveryDeps, entry: ClaimedEntry, reasons: readonly string[]): Promise<void> {
  const reason = reasons.join(', ') || 'no_target';
  deps.log.error('A Slack message can never be delivered', { id: entry._id, reason });
  if (entry.kind === 'page') {
    // Before it is buried: a crash in between repeats the report, which changes nothing.
    const { key, number } = readPageReference(entry.reference);
    await deps.management.pages.reportUndeliverable(entry.runId, key, number, reason);
  }
  await deps.outbox.bury(entry, reason);
}
