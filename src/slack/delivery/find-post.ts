import { z } from 'zod';
import type { SlackClient } from '../slack-client.ts';

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
const MOST_PAGES = 10;

export interface PostSearch {
  channel: string;
  /** Set when the post is a reply. */
  threadTs: string | null;
  sentAt: Date;
  /** Whether the first block's id is the one looked for. */
  matches(marker: string): boolean;
}

/** A post that may have arrived although its outcome was never heard of: its place and marker, or null. */
export async function findPost(
  client: SlackClient,
  search: PostSearch,
): Promise<{ ts: string; marker: string } | null> {
  const method = search.threadTs === null ? 'conversations.history' : 'conversations.replies';
  const oldest = String(Math.floor(search.sentAt.getTime() / 1_000) - CLOCK_MARGIN_SECONDS);
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = Messages.parse(
      await client.apiCall(method, {
        channel: search.channel,
        ...(search.threadTs !== null && { ts: search.threadTs }),
        oldest,
        inclusive: true,
        limit: 200,
        ...(cursor && { cursor }),
      }),
    );
    for (const { ts, blocks } of answer.messages) {
      const marker = blocks?.[0]?.block_id;
      if (marker !== undefined && search.matches(marker)) return { ts, marker };
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}
