import { afterEach, describe, expect, it } from 'vitest';
import { mendAgency } from '../../src/core/agency/mend-agency.ts';
import { examine } from '../../src/doctor/examine.ts';
import { describeFinding, summariseFindings } from '../../src/doctor/finding.ts';
import { listNamed } from '../../src/doctor/list-named.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';
import { BOT_SCOPES } from '../../src/slack/connection/bot-scopes.ts';
import { type LocalServer, type PlannedAnswer, startLocalServer } from '../support/local-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';

const servers: LocalServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const refusal = (error: string): PlannedAnswer => ({ body: { ok: false, error } });
const GOOD: Record<string, PlannedAnswer> = {
  'auth.test': {
    headers: { 'x-oauth-scopes': Object.keys(BOT_SCOPES).join(',') },
    body: { ok: true, team: 'Riverton', user: 'crewline', user_id: 'U1', team_id: 'T1' },
  },
  'apps.connections.open': { body: { ok: true, url: 'wss://x' } },
  'conversations.info': { body: { ok: true, channel: { name: 'dispatch', is_member: true } } },
  'users.info': { body: { ok: true, user: { name: 'maya' } } },
  'usergroups.users.list': { body: { ok: true, users: ['U1'] } },
};

/** What the doctor finds where Slack answers as told, by subject without its places. */
async function findings(
  answers: Record<string, PlannedAnswer | ((count: number) => PlannedAnswer)> = {},
  env: Record<string, string> = {},
) {
  const counts = new Map<string, number>();
  const server = await startLocalServer(({ path }) => {
    const method = path.split('/').at(-1) ?? '';
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const answer = { ...GOOD, ...answers }[method] ?? refusal('unknown_method');
    return typeof answer === 'function' ? answer(counts.get(method) ?? 0) : answer;
  });
  servers.push(server);
  const given = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: `${server.url}/api/` };
  return examine({ env: { ...given, ...env }, handlers: listBuiltInHandlers(), log: createMemoryLog() });
}

const notFine = async (...given: Parameters<typeof findings>) =>
  (await findings(...given)).filter(({ state, subject }) => state !== 'ok' && subject !== 'Database');

describe('crewline doctor', () => {
  it('has nothing to say against an installation that is right', async () => {
    const all = await findings();
    expect(all.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect(await notFine()).toEqual([]);
    const lines = all.map(describeFinding);
    expect(lines).toContainEqual('ok      Slack token: crewline in Riverton');
    expect(lines.some((line) => /^ok {6}Channel C0DISPATCH \(channel “dispatch”/.test(line))).toBe(true);
    expect(summariseFindings(all)).toBe('Nothing is wrong; 1 to check.');
  });

  it.each<[string, Parameters<typeof findings>, RegExp]>([
    [
      'a refused token',
      [{ 'auth.test': refusal('invalid_auth') }],
      /^WRONG {3}Slack token: .*invalid_auth.*SLACK_BOT_TOKEN/,
    ],
    [
      'a dead token',
      [{ 'auth.test': refusal('account_inactive') }],
      /^WRONG {3}Slack token: .*install the app again/,
    ],
    [
      'a Slack that is away',
      [{ 'auth.test': { status: 503 } }],
      /^WRONG {3}Slack token: Slack cannot be reached \(http_503\)/,
    ],
    [
      'an app token that is refused',
      [{ 'apps.connections.open': refusal('not_allowed_token_type') }],
      /^WRONG {3}App token: .*SLACK_APP_TOKEN/,
    ],
    [
      'an archived channel',
      [{ 'conversations.info': { body: { ok: true, channel: { name: 'x', is_archived: true } } } }],
      /^WRONG {3}Channel .*is archived — unarchive/,
    ],
    [
      'a channel without the bot',
      [{ 'conversations.info': { body: { ok: true, channel: { name: 'x', is_member: false } } } }],
      /^check {3}Channel .*the bot is not in it — type \/invite/,
    ],
    [
      'a channel that is not there',
      [{ 'conversations.info': refusal('channel_not_found') }],
      /^WRONG {3}Channel .*is not there, or is private/,
    ],
    [
      'a channel that may not be asked for',
      [{ 'conversations.info': refusal('missing_scope') }],
      /^check {3}Channel .*Slack did not say \(missing_scope\)/,
    ],
    [
      'somebody who has left',
      [{ 'users.info': { body: { ok: true, user: { name: 'x', deleted: true } } } }],
      /^WRONG {3}Person .*is deactivated/,
    ],
    [
      'a bot as a person',
      [{ 'users.info': { body: { ok: true, user: { name: 'x', is_bot: true } } } }],
      /^WRONG {3}Person .*is a bot/,
    ],
    [
      'a person who is not there',
      [{ 'users.info': refusal('user_not_found') }],
      /^WRONG {3}Person .*is nobody in this workspace/,
    ],
    [
      'a wrong signing secret',
      [{}, { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'short' }],
      /^check {3}Signing secret: .*Basic Information/,
    ],
    [
      'a configuration that is wrong',
      [{}, { PORT: 'x' }],
      /^WRONG {3}Configuration: PORT: must be .* ask again$/,
    ],
    [
      'each variable of it alone',
      [{}, { PORT: 'x', SLACK_BOT_TOKEN: 'xoxb-…' }],
      /^WRONG {3}Configuration: SLACK_BOT_TOKEN: still has the placeholder/,
    ],
    [
      'a file that is not there',
      [{}, { AGENCY_FILE: '/no/agency.json' }],
      /^WRONG {3}File: .*crewline check/,
    ],
    [
      'a database that does not answer',
      [{}, { MONGODB_URI: 'mongodb://u:hunter2@127.0.0.1:9/x?serverSelectionTimeoutMS=100' }],
      /^WRONG {3}Database: .*MONGODB_URI/,
    ],
  ])('tells %s, and what to do', async (_what, given, line) => {
    const lines = (await findings(...given)).map(describeFinding);
    expect(
      lines.some((one) => line.test(one)),
      lines.join('\n'),
    ).toBe(true);
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  it('asks for nobody who stands for somebody unreadable', () => {
    const crew = { ...makeCrew('north'), lead: 'luis' };
    const mended = mendAgency({ ...makeAgency([makeCrew('north')]), crews: [crew] });
    if (!mended) throw new Error('the agency can be mended');
    const { people, channels } = listNamed({ ...mended, roles: [], operators: [] }, []);
    expect([...people.keys(), ...channels.keys()].join()).not.toMatch(/U0CANNOT|cannot-be-read/);
    expect(mended.crews[0]?.lead).toMatch(/^U0CANNOT/);
  });

  it('tells each scope that is missing, and whether Crewline can do without it', async () => {
    const scopes = Object.keys(BOT_SCOPES).filter(
      (scope) => scope !== 'chat:write' && scope !== 'files:write',
    );
    const headers = { 'x-oauth-scopes': scopes.join(',') };
    const missing = await notFine({ 'auth.test': { ...GOOD['auth.test'], headers } });
    expect(missing.map(({ state, subject }) => `${state} ${subject}`)).toEqual([
      'wrong Scope chat:write',
      'doubtful Scope files:write',
    ]);
  });

  it('waits where Slack asks to be left alone, and asks again', async () => {
    const limited = (count: number): PlannedAnswer =>
      count === 1 ? { status: 429, headers: { 'retry-after': '1' } } : (GOOD['users.info'] ?? {});
    expect(await notFine({ 'users.info': limited })).toEqual([]);
  });
});
