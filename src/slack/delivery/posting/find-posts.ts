import { z } from 'zod';
import type { PostTry } from '../../../core/outbox/outbox-entry.ts';
import type { SlackClient } from '../../connection/slack-client.ts';
import { explainFailure } from '../../connection/slack-failure.ts';
import type { DeliveryDeps } from './delivery-deps.ts';

/** A message of ours, known by the id of its first block. */
export interface FoundPost {
  channel: string;
  ts: string;
  marker: string;
}

const Messages = z.looseObject({
  messages: z.array(
    z.looseObject({
      ts: z.string(),
      blocks: z.array(z.looseObject({ block_id: z.string().optional() })).optional(),
    }),
  ),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).optional(),
});

/** Clocks differ: a post may carry an earlier time than the one at which we sent it. */
const CLOCK_MARGIN_SECONDS = 120;
/** No post comes out later than this after it was sent; without such a bound, a busy channel has no end. */
const LATEST_MARGIN_SECONDS = 3_600;
const PAGE_SIZE = 200;
const MOST_PAGES = 100;

interface Place {
  channel: string;
  threadTs: string | null;
  since: Date;
  until: Date;
}

/**
 * All posts with a fitting marker where `tries` were sent, oldest first, from the first try on. A place that does not
 * let itself be read is skipped, and the log says so; other failures reject as the Web API does.
 */
export async function findPosts(
  deps: Pick<DeliveryDeps, 'client' | 'log'>,
  tries: readonly PostTry[],
  fits: (marker: string) => boolean,
): Promise<FoundPost[]> {
  const found: FoundPost[] = [];
  for (const place of placesOf(tries)) {
    try {
      for await (const post of readPosts(deps.client, place)) if (fits(post.marker)) found.push(post);
    } catch (error) {
      const { kind, reason } = explainFailure(error);
      if (kind !== 'permanent' && kind !== 'refused' && kind !== 'gone' && reason !== 'missing_scope')
        throw error;
      const { channel } = place;
      deps.log.warn('Slack does not let the bot read where it posts: a message may show twice', {
        channel,
        reason,
      });
    }
  }
  return found.sort((one, other) => (one.ts < other.ts ? -1 : 1));
}

function placesOf(tries: readonly PostTry[]): Place[] {
  const places = new Map<string, Place>();
  for (const { channel, threadTs, at } of tries) {
    const key = `${channel} ${threadTs}`;
    places.set(key, { channel, threadTs, since: places.get(key)?.since ?? at, until: at });
  }
  return [...places.values()];
}

async function* readPosts(client: SlackClient, place: Place): AsyncGenerator<FoundPost> {
  const { channel, threadTs } = place;
  const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);
  const options = {
    channel,
    oldest: String(seconds(place.since) - CLOCK_MARGIN_SECONDS),
    inclusive: true,
    limit: PAGE_SIZE,
    // A thread is short: all of it is read, because a reply is judged by its neighbours.
    ...(threadTs === null
      ? { latest: String(seconds(place.until) + LATEST_MARGIN_SECONDS) }
      : { ts: threadTs }),
  };
  const method = threadTs === null ? 'conversations.history' : 'conversations.replies';
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = Messages.parse(await client.apiCall(method, { ...options, ...(cursor && { cursor }) }));
    for (const { ts, blocks } of answer.messages) {
      const marker = blocks?.[0]?.block_id;
      if (marker !== undefined) yield { channel, ts, marker };
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
}
