import { afterEach, describe, expect, test, vi } from 'vitest';
import { BOT_SCOPES } from '../../src/slack/connection/bot-scopes.ts';
import { createSlackClient } from '../../src/slack/connection/slack-client.ts';
import { createSlackSession } from '../../src/slack/connection/slack-session.ts';
import { createSlackStanding } from '../../src/slack/connection/slack-standing.ts';
import { type LocalServer, type PlannedAnswer, startLocalServer } from '../support/local-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const KNOWN = { ok: true, team_id: 'T1', user_id: 'U1', bot_id: 'B1' };
const servers: LocalServer[] = [];
const sessions: { stop(): void }[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.stop();
  for (const server of servers.splice(0)) await server.stop();
});

/** A bot before a Slack that answers as told; `now` is its clock. */
async function connect(answer: (method: string) => PlannedAnswer, now = () => new Date(0)) {
  const server = await startLocalServer(({ path }) => answer(path.split('/').at(-1) ?? ''));
  servers.push(server);
  const apiUrl = `${server.url}/api/`;
  return { server, ...makeSession(apiUrl, now) };
}

function makeSession(apiUrl: string, now = () => new Date(0)) {
  const log = createMemoryLog();
  const onHealed = vi.fn();
  const standing = createSlackStanding({ clock: { now }, onDoubt: () => session.doubt(), onHealed });
  const client = standing.watch(createSlackClient({ token: 'xoxb-1', apiUrl, log, timeoutMs: 300 }));
  const session = createSlackSession({ client, standing, apiUrl, log, firstWaitMs: 20 });
  sessions.push(session);
  return { standing, client, session, onHealed };
}

const refusal = (error: string, more: object = {}): PlannedAnswer => ({
  body: { ok: false, error, ...more },
});

describe('a start while Slack is away', () => {
  const AWAY: Record<string, PlannedAnswer> = {
    'an internal error': { status: 500 },
    'a gateway that has nobody behind it': { status: 503, body: 'no upstream' },
    'too many requests': { status: 429, headers: { 'retry-after': '1' } },
    'no answer in time': { hang: true },
    'a page of HTML': { body: '<html>maintenance</html>' },
    'an error of Slack’s own': refusal('internal_error'),
    'a fatal error': refusal('fatal_error'),
  };
  test.each(Object.entries(AWAY))('%s: goes on, blames no token, and heals by itself', async (_, away) => {
    let answer = away;
    const { session, standing, onHealed } = await connect(() => answer);
    await session.start();
    expect(standing.problem()).toMatch(/^Slack cannot be reached/);
    expect(standing.problem()).not.toContain('TOKEN');
    answer = { body: KNOWN };
    await vi.waitFor(() => expect(standing.problem()).toBeNull(), 5_000);
    expect(onHealed).toHaveBeenCalledOnce();
    expect(session.identity()).toEqual({ teamId: 'T1', botId: 'B1', botUserId: 'U1' });
  });

  test.each(['http://127.0.0.1:9/api/', 'http://no-such-host.invalid/api/'])(
    '%s cannot be reached',
    async (url) => {
      const { session, standing } = makeSession(url);
      await session.start();
      expect(standing.problem()).toMatch(/^Slack cannot be reached/);
    },
  );
});

describe('a token that Slack refuses', () => {
  const REFUSALS = [
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'not_allowed_token_type',
  ];
  test.each(REFUSALS)('%s as the first answer ends the start with the remedy', async (error) => {
    const { session } = await connect(() => refusal(error));
    await expect(session.start()).rejects.toMatchObject({
      code: 'slack.auth',
      userMessage: expect.stringMatching(new RegExp(`${error}.*SLACK_BOT_TOKEN`)),
    });
  });

  test.each(REFUSALS)('%s later, at any call, is told until a call succeeds again', async (error) => {
    let isGood = true;
    const { session, standing, client, onHealed } = await connect(() =>
      isGood ? { body: KNOWN } : refusal(error),
    );
    await session.start();
    expect(standing.problem()).toBeNull();
    isGood = false;
    await expect(client.apiCall('chat.postMessage', {})).rejects.toThrow();
    expect(standing.problem()).toContain(`(${error}, since 1970-01-01T00:00:00.000Z)`);
    isGood = true;
    await client.apiCall('chat.update', {});
    expect(standing.problem()).toBeNull();
    expect(onHealed).toHaveBeenCalledOnce();
  });

  test('is asked about again, so that its recovery is noticed while nothing else is sent', async () => {
    let isGood = true;
    const { session, standing, client } = await connect(() =>
      isGood ? { body: KNOWN } : refusal('invalid_auth'),
    );
    await session.start();
    isGood = false;
    await expect(client.apiCall('chat.postMessage', {})).rejects.toThrow();
    expect(standing.problem()).not.toBeNull();
    isGood = true;
    await vi.waitFor(() => expect(standing.problem()).toBeNull(), 5_000);
  });
});

describe('a scope that is missing', () => {
  test('is told by its name, whatever else succeeds, until the call that needs it does', async () => {
    let isGranted = false;
    const { standing, client } = await connect((method) =>
      method === 'conversations.open' && !isGranted
        ? refusal('missing_scope', { needed: 'im:write', provided: 'chat:write' })
        : { body: { ok: true } },
    );
    await expect(client.apiCall('conversations.open', {})).rejects.toThrow();
    await client.apiCall('chat.postMessage', {});
    expect(standing.problem()).toContain('missing_scope: im:write');
    isGranted = true;
    await client.apiCall('conversations.open', {});
    expect(standing.problem()).toBeNull();
  });

  test('is told before anything needs it, where Slack says which the token has', async () => {
    const scopes = Object.keys(BOT_SCOPES).filter((scope) => scope !== 'chat:write');
    const { session, standing } = await connect(() => ({
      headers: { 'x-oauth-scopes': scopes.join(',') },
      body: KNOWN,
    }));
    await session.start();
    expect(standing.problem()).toContain('missing_scope: chat:write');
  });

  test('of the picture of a plan is none: the plan comes in words', async () => {
    const { standing, client } = await connect(() => refusal('missing_scope', { needed: 'files:write' }));
    await expect(client.apiCall('files.getUploadURLExternal', {})).rejects.toThrow();
    expect(standing.problem()).toBeNull();
  });
});
