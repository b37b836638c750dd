import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Slack with Slack's own limits of how often what may be called. */
export interface SlackRates {
  /** For the bot, instead of the local Slack's own. */
  apiUrl: string;
  /** What was let through, and what was told to wait, by method. */
  readonly counts: Readonly<Record<'let' | 'limited', Map<string, number>>>;
  close(): Promise<void>;
}

/** So many at once after a rest, then one each `everyMs`. */
interface Bucket {
  everyMs: number;
  burst: number;
}

/**
 * As https://docs.slack.dev/apis/web-api/rate-limits has them: a post a second and channel, "short bursts" allowed;
 * "several hundred" posts a minute in a workspace; tiers 2 to 4 for the others, 20, 50 and 100 a minute, each with a
 * little more now and then.
 */
const POST_IN_CHANNEL: Bucket = { everyMs: 1_000, burst: 3 };
const POST_IN_WORKSPACE: Bucket = { everyMs: 150, burst: 60 };
const TIERS: Readonly<Record<string, Bucket>> = {
  'chat.update': { everyMs: 1_200, burst: 15 },
  'chat.delete': { everyMs: 1_200, burst: 15 },
  'conversations.history': { everyMs: 1_200, burst: 15 },
  'conversations.replies': { everyMs: 1_200, burst: 15 },
  'conversations.open': { everyMs: 1_200, burst: 15 },
  'conversations.list': { everyMs: 3_000, burst: 10 },
  'users.info': { everyMs: 600, burst: 30 },
  'usergroups.users.list': { everyMs: 3_000, burst: 10 },
};

/** Stands in front of `upstreamApiUrl`; its minute lasts a minute divided by `speed`. */
export async function startSlackRates(upstreamApiUrl: string, speed = 1): Promise<SlackRates> {
  const counts = { let: new Map<string, number>(), limited: new Map<string, number>() };
  const due = new Map<string, number>();
  const count = (what: 'let' | 'limited', method: string) =>
    counts[what].set(method, (counts[what].get(method) ?? 0) + 1);
  const waitOf = (key: string, { everyMs, burst }: Bucket): number => {
    const now = performance.now();
    const interval = everyMs / speed;
    return Math.max(due.get(key) ?? now, now) - (burst - 1) * interval - now;
  };
  const take = (key: string, { everyMs }: Bucket) =>
    due.set(key, Math.max(due.get(key) ?? 0, performance.now()) + everyMs / speed);
  const judge = (method: string, channel: string): number => {
    const buckets = bucketsOf(method, channel);
    const waitMs = Math.max(0, ...buckets.map(([key, bucket]) => waitOf(key, bucket)));
    if (waitMs === 0) for (const [key, bucket] of buckets) take(key, bucket);
    return waitMs;
  };
  const server = createServer((request, response) => {
    forward(upstreamApiUrl, request, response, (method, channel) => {
      const waitMs = judge(method, channel);
      count(waitMs > 0 ? 'limited' : 'let', method);
      return waitMs;
    }).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bucketsOf(method: string, channel: string): [key: string, bucket: Bucket][] {
  if (method === 'chat.postMessage')
    return [
      [`${method} ${channel}`, POST_IN_CHANNEL],
      [method, POST_IN_WORKSPACE],
    ];
  const tier = TIERS[method];
  return tier ? [[method, tier]] : [];
}

async function forward(
  upstream: string,
  request: IncomingMessage,
  response: ServerResponse,
  judge: (method: string, channel: string) => number,
): Promise<void> {
  const method = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  const waitMs = judge(method, new URLSearchParams(body).get('channel') ?? '');
  if (waitMs > 0) {
    response.writeHead(429, { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) }).end();
    return;
  }
  const { authorization = '', 'content-type': type = 'application/x-www-form-urlencoded' } = request.headers;
  const headers = { authorization, 'content-type': type };
  const answer = await fetch(`${upstream}${method}`, { method: 'POST', headers, body });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
}
