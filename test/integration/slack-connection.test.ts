import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRequest } from '../../src/core/run/workflow-run.ts';
import { startEmbeddedSlack } from '../../src/embedded/embedded-slack.ts';
import { type LocalSlackApp, writeLocalSlackWorkspace } from '../../src/embedded/local-slack-workspace.ts';
import { buildApprovalCard } from '../../src/slack/approvals/approval-card.ts';
import { createSlackClient } from '../../src/slack/connection/slack-client.ts';
import { createSlackSession } from '../../src/slack/connection/slack-session.ts';
import { createSlackStanding } from '../../src/slack/connection/slack-standing.ts';
import { createSlackApp, type SlackAppCredentials } from '../../src/slack/slack-app.ts';
import { findFreePort } from '../support/free-port.ts';
import {
  LocalSlackClient,
  readableText,
  startLocalSlack,
  type TestLocalSlack,
} from '../support/local-slack.ts';
import { createFakeManagement } from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { awaitApproval, demoAgency, later, repair } from '../support/slack-runs.ts';
import { systemClock } from '../support/system-clock.ts';

const { run } = awaitApproval('R-1');

function makeApp(credentials: SlackAppCredentials) {
  const begun: RunRequest[] = [];
  const decisions: unknown[] = [];
  const runs = {
    definitions: new Map([['repairWorkflow', repair]]),
    start: async (request: RunRequest) => {
      begun.push(request);
      return { run, inserted: true };
    },
    find: async () => run,
    list: async () => [run],
    listAsking: async () => ({ runs: [], count: 0 }),
    count: async () => 1,
    listAudit: async () => [],
  };
  const approvals = {
    refuseDecision: async () => null,
    decide: async (_id: string, decision: { verdict: string }) => {
      decisions.push(decision);
      return decision.verdict === 'approved'
        ? { run }
        : { refused: 'Already approved by U0OKAFOR.', actor: 'U0OKAFOR' };
    },
  };
  const log = createMemoryLog();
  const { botToken: token, apiUrl } = credentials;
  const standing = createSlackStanding({ clock: systemClock, onDoubt: () => {}, onHealed: () => {} });
  const client = standing.watch(createSlackClient({ token, apiUrl, log }));
  const session = createSlackSession({ client, standing, apiUrl, log });
  const app = createSlackApp({
    management: createFakeManagement({}, { runs, approvals }).management,
    ...{ client, standing, session },
    roles: {
      ...{ askMember: async () => 'yes', askActive: async () => 'yes', askMembership: async () => 'member' },
      ...{ seemsMember: async () => true, forget: () => {} },
    },
    announce: () => {},
    agency: demoAgency,
    clock: systemClock,
    log,
    credentials,
  });
  return { app, begun, decisions, log };
}

type Made = ReturnType<typeof makeApp>;

/** What holds however the bot is connected. */
function behaves(slackOf: () => TestLocalSlack, madeOf: () => Made): void {
  test('a command starts a run', async () => {
    await slackOf().client.command('U0RIVERA', 'requests', '/repair', '5th & Main <!channel>');
    expect(madeOf().begun.at(-1)).toMatchObject({
      input: { text: '5th & Main <!channel>' },
      requester: { userId: 'U0RIVERA' },
      origin: { kind: 'slack', channel: 'C0REQUESTS' },
    });
  });

  test('a command without text opens the form; its submission starts a run or says what to mend', async () => {
    const { client } = slackOf();
    await client.command('U0PATEL', 'requests', '/repair');
    await client.waitForView((view) => view.title?.text === 'Pothole repair');
    expect(await client.submitModal('U0PATEL', {})).toMatchObject({
      status: 'refused',
      errors: { text: 'This is required.' },
    });
    expect(await client.submitModal('U0PATEL', { text: 'Hole' })).toEqual({
      status: 'accepted',
      view: undefined,
    });
    expect(madeOf().begun.at(-1)).toMatchObject({
      input: { text: 'Hole' },
      requester: { userId: 'U0PATEL' },
    });
  });

  test('a wrong subcommand is answered privately', async () => {
    const { client } = slackOf();
    await client.command('U0RIVERA', 'requests', '/crewline', 'shwo');
    const reply = await client.waitForEphemeral('U0RIVERA', (message) =>
      readableText(message).includes('shwo'),
    );
    expect(readableText(reply)).toContain('did you mean "show"?');
  });

  test('a malformed button and a refusal are answered privately', async () => {
    const { client, app, apiUrl } = slackOf();
    const card = buildApprovalCard(run, 'humanApproval', demoAgency, later(2));
    const web = createSlackClient({ token: app.botToken, apiUrl, log: createMemoryLog() });
    await web.apiCall('chat.postMessage', { channel: 'C0SUPERVISORS', ...card });
    const posted = await client.waitForMessage('supervisors', (message) =>
      readableText(message).includes('R-1'),
    );
    await client.click('U0LIND', posted, 'crewline.approve', '{"not":"ours"}');
    await client.waitForEphemeral('U0LIND', (message) => readableText(message).includes('cannot be read'));
    await client.click('U0LIND', posted, 'crewline.approve');
    expect(madeOf().decisions).toEqual([
      { task: 'humanApproval', verdict: 'approved', actor: 'U0LIND', reason: null },
    ]);
    await client.click('U0LIND', posted, 'crewline.reject');
    await client.waitForView((view) => view.title?.text === 'Reject');
    const answer = await client.submitModal('U0LIND', { reason: 'No' });
    expect(JSON.stringify(answer)).toContain('Already approved by <@U0OKAFOR>.');
    await client.closeModal('U0LIND');
  });

  test('the Home tab shows what waits', async () => {
    const { client } = slackOf();
    await client.openHome('U0LIND');
    const home = await client.waitForHome('U0LIND');
    expect(readableText({ blocks: home.blocks })).toContain('5th & Main');
  });
}

describe('Socket Mode', () => {
  let slack: TestLocalSlack;
  let made: Made;
  beforeAll(async () => {
    slack = await startLocalSlack();
    const { botToken, appToken } = slack.app;
    made = makeApp({ mode: 'socket', botToken, appToken, apiUrl: slack.apiUrl });
    await made.app.start();
  });
  afterAll(async () => {
    await made.app.stop();
    await slack.close();
  });
  test('is connected', () => expect(made.app.isConnected()).toBe(true));
  behaves(
    () => slack,
    () => made,
  );
});

describe('signed HTTP', () => {
  let slack: TestLocalSlack;
  let made: Made;
  let url: string;
  const server = createServer((request, response) => made.app.requestListener?.(request, response));
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    slack = await startLocalSlack({ mode: 'events', requestUrl: url });
    const { botToken, signingSecret } = slack.app;
    made = makeApp({ mode: 'http', botToken, signingSecret, apiUrl: slack.apiUrl });
    await made.app.start();
  });
  afterAll(async () => {
    await made.app.stop();
    await slack.close();
    server.closeAllConnections();
    server.close();
  });
  behaves(
    () => slack,
    () => made,
  );

  const body = 'command=%2Frepair&text=forged&user_id=U0EVIL&user_name=e&channel_id=C0REQUESTS&trigger_id=1';
  async function post(secret: string, at: number): Promise<number> {
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signature,
    };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  }

  test('a forged, a stale and an unsigned request are refused, and start nothing', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const before = made.begun.length;
    expect(await post('wrong', now)).toBe(401);
    expect(await post(slack.app.signingSecret, now - 3_600)).toBe(401);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
    expect(made.begun).toHaveLength(before);
  });

  test('other paths and methods are not found', async () => {
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${url}/more`, { method: 'POST' })).status).toBe(404);
  });
});

describe('a connection that is lost', () => {
  let folder: string;
  let workspace: LocalSlackApp;
  let port: number;
  const open = () =>
    startEmbeddedSlack({
      workspaceFile: join(folder, 'slack.yaml'),
      port,
      filesDir: join(folder, 'files'),
      log: createMemoryLog(),
    });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crewline-test-connection-'));
    port = await findFreePort();
    const target = join(folder, 'slack.yaml');
    workspace = await writeLocalSlackWorkspace({
      template: 'workflows/local-slack.yaml',
      target,
      mode: 'socket',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('comes back by itself when Slack does', async () => {
    const first = await open();
    const { botToken, appToken } = workspace;
    const made = makeApp({ mode: 'socket', botToken, appToken, apiUrl: first.apiUrl });
    await made.app.start();
    await first.stop();
    await expect.poll(() => made.app.isConnected(), { timeout: 5_000 }).toBe(false);
    await expect
      .poll(() => made.log.lines().join(), { timeout: 10_000 })
      .toContain('Slack cannot be reached, trying again');
    const second = await open();
    await expect.poll(() => made.app.isConnected(), { timeout: 15_000 }).toBe(true);
    const client = await LocalSlackClient.connect(second.url);
    await client.command('U0RIVERA', 'requests', '/repair', 'after the break');
    expect(made.begun.at(-1)).toMatchObject({ input: { text: 'after the break' } });
    await client.close();
    await made.app.stop();
    await second.stop();
  });

  test.each([
    { mode: 'socket' as const, appToken: 'xapp-x' },
    { mode: 'http' as const, signingSecret: 'secret' },
  ])('that cannot be made at the start ($mode) is no reason not to start, and is told', async (mode) => {
    const apiUrl = `http://127.0.0.1:${await findFreePort()}/api/`;
    const { app } = makeApp({ ...mode, botToken: 'xoxb-x', apiUrl });
    await app.start();
    expect(app.problem()).toContain('Slack cannot be reached');
    expect(app.problem()).not.toContain('TOKEN');
    await app.stop();
  });
});
