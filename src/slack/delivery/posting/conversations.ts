import { z } from 'zod';
import type { SlackClient } from '../../connection/slack-client.ts';
import { explainFailure } from '../../connection/slack-failure.ts';
import type { SlackTarget } from '../rendering/targets.ts';

/** Finds the conversation ids of targets, and remembers them. */
export interface Conversations {
  /** The id of the conversation with `target`; rejects as the Web API does when there can be none. */
  resolve(target: SlackTarget): Promise<string>;
  forget(channel: string): void;
}

const Opened = z.looseObject({ channel: z.looseObject({ id: z.string() }) });
const Listed = z.looseObject({
  channels: z.array(z.looseObject({ id: z.string(), name: z.string() })),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).optional(),
});
const MOST_PAGES = 20;
/** Slack takes less than 1,000. */
const PAGE_SIZE = 999;

/** Conversations of the workspace `client` is signed in to. */
export function createConversations(client: SlackClient): Conversations {
  const direct = new Map<string, string>();
  const named = new Map<string, string>();
  const openDirect = async (user: string): Promise<string> => {
    const known = direct.get(user);
    if (known !== undefined) return known;
    const opened = Opened.parse(await client.apiCall('conversations.open', { users: user }));
    direct.set(user, opened.channel.id);
    return opened.channel.id;
  };
  const findNamed = async (name: string): Promise<string> => {
    if (!named.has(name)) {
      for (const channel of await listChannels(client)) named.set(channel.name, channel.id);
    }
    // Slack resolves a name by itself when posting; only updates and look-ups need the id.
    return named.get(name) ?? `#${name}`;
  };
  return {
    resolve: (target) => {
      if ('user' in target) return openDirect(target.user);
      const { channel } = target;
      return channel.startsWith('#') ? findNamed(channel.slice(1)) : Promise.resolve(channel);
    },
    forget: (channel) => {
      for (const [user, id] of direct) if (id === channel) direct.delete(user);
      for (const [name, id] of named) if (id === channel) named.delete(name);
    },
  };
}

async function listChannels(client: SlackClient): Promise<{ id: string; name: string }[]> {
  const found: { id: string; name: string }[] = [];
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    try {
      const options = { types: 'public_channel,private_channel', exclude_archived: false, limit: PAGE_SIZE };
      const answer = await client.apiCall('conversations.list', { ...options, ...(cursor && { cursor }) });
      const listed = Listed.parse(answer);
      found.push(...listed.channels.map(({ id, name }) => ({ id, name })));
      cursor = listed.response_metadata?.next_cursor ?? '';
    } catch (error) {
      if (explainFailure(error).kind === 'limited') throw error;
      return found;
    }
    if (cursor === '') break;
  }
  return found;
}
