import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/action-ids.ts';
import { startCrewline, type TestCrewline } from '../support/crewline.ts';
import { readableText, type SlackMessage } from '../support/local-slack.ts';
import { useDatabase } from '../support/mongo.ts';
import { clickForm, commandForm, postSigned } from '../support/signed-request.ts';
import {
  approveAndStart,
  finishJob,
  REQUESTER,
  requestRepair,
  runIdIn,
  SUPERVISOR,
  says,
  showRun,
  waitForOutcome,
} from '../support/story.ts';

/** Mentions the product itself never makes: of everybody, and of a person who has no part in the story. */
const FORBIDDEN = /<!(channel|here|everyone)|<@U0LIND>/;

describe('what people type', () => {
  const database = useDatabase();
  let crewline: TestCrewline;
  beforeAll(async () => {
    crewline = await startCrewline(database);
  });
  afterAll(() => crewline.close());

  const everyMessage = (): SlackMessage[] =>
    ['requests', 'supervisors', 'dispatch', 'escalations', 'C0NORTH', 'C0SOUTH', 'C0NIGHT'].flatMap(
      (channel) => crewline.slack.client.messages(channel),
    );

  it.each([
    ['a mention of the channel', 'Hole <!channel> <!here|x> <!everyone> at 1st', 'at 1st'],
    ['a mention of a person', 'Hole <@U0LIND> <@U0LIND|erik> at 2nd', 'at 2nd'],
    ['a link in disguise', 'Hole <https://example.com|Approve> at 3rd', 'at 3rd'],
    ['ampersands', 'Hole & crack && more &nosuch; at 4th', 'at 4th'],
    ['marks of formatting', '*Hole* _at_ ~5th~ `&` > quote', '5th'],
    ['emoji, also of several parts', 'Hole 🕳️👷🏽‍♀️👨‍👩‍👧‍👦 at 6th', '👷🏽‍♀️👨‍👩‍👧‍👦 at 6th'],
    ['right-to-left text', 'حفرة عميقة في شارع ٧ בור עמוק', 'حفرة عميقة'],
    ['characters that turn the direction', 'Hole \u202Eat 8th\u202C', 'at 8th'],
    ['control characters', 'Hole \u0007\u0000 at 9th', 'at 9th'],
    ['4,000 characters', `Hole at 10th ${'deep '.repeat(796)}`.slice(0, 4_000), 'Hole at 10th'],
    [
      '4,000 characters of markup',
      `Hole at 11th ${'<!channel>&'.repeat(400)}`.slice(0, 4_000),
      'Hole at 11th',
    ],
    ['database operators', '{"$gt": ""} $where hole at 12th', '$where hole at 12th'],
  ])('is kept as it was typed, and mentions nobody: %s', async (_what, text, visible) => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/repair', text);
    const card = await client.waitForMessage('supervisors', says(visible));
    const run = await showRun(crewline, runIdIn(card));
    expect(run.input.text).toBe(text.trim());
    await waitForOutcome(client, run.id, 'In progress');
    expect(
      everyMessage()
        .map((message) => JSON.stringify(message))
        .filter((json) => FORBIDDEN.test(json)),
    ).toEqual([]);
  });

  it('is unescaped as Slack escapes commands, and escaped again where it is shown', async () => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/repair', 'Hole &amp; &lt;!channel&gt; at 13th');
    const card = await client.waitForMessage('supervisors', says('&lt;!channel&gt; at 13th'));
    expect((await showRun(crewline, runIdIn(card))).input.text).toBe('Hole & <!channel> at 13th');
  });

  it('mentions nobody either as a reason or a note', async () => {
    const { client } = crewline.slack;
    const rejected = await requestRepair(client, 'Reason Street 1, hole');
    await client.click(SUPERVISOR, rejected.card, ACTION.reject);
    await client.waitForView();
    await client.submitModal(SUPERVISOR, { reason: 'No <!channel> & <@U0LIND>' });
    expect(readableText(await waitForOutcome(client, rejected.runId, 'Rejected'))).toContain(
      '&lt;!channel&gt;',
    );

    const done = await requestRepair(client, 'Note Street 1, hole');
    await finishJob(client, await approveAndStart(client, done.card), '500', '<!here> done & <@U0LIND> 🕳️');
    const { ts } = await waitForOutcome(client, done.runId, 'Completed');
    await client.waitForMessage(
      'requests',
      (reply) => reply.thread_ts === ts && says('&lt;!here&gt; done')(reply),
    );
    expect(
      everyMessage()
        .map((message) => JSON.stringify(message))
        .filter((json) => FORBIDDEN.test(json)),
    ).toEqual([]);
  });

  it('is refused with a clear answer when it is longer than Slack allows', async () => {
    const { client } = crewline.slack;
    const before = await database.db.collection('runs').countDocuments();
    await client.command(REQUESTER, 'requests', '/repair', 'x'.repeat(4_001));
    await client.waitForEphemeral(REQUESTER, says('cannot start', 'longer than 4000 characters'));
    expect(await database.db.collection('runs').countDocuments()).toBe(before);
  });

  it('cannot turn a button into another: unreadable values are answered privately', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Button Street 1, hole');
    const values = [
      '',
      'garbage',
      '|',
      `${runId}|`,
      `${runId}|__proto__`,
      `${runId}|a|b`,
      'R-NONE|humanApproval',
      'x'.repeat(2_000),
    ];
    for (const value of values) {
      for (const action of Object.values(ACTION)) {
        const after = client.ephemerals(SUPERVISOR).at(-1)?.ts ?? '';
        await client.click(SUPERVISOR, card, action, value);
        await client.waitForEphemeral(SUPERVISOR, () => true, { after });
      }
    }
    expect(client.openModals()).toEqual([]);
    const { timeline, status } = await showRun(crewline, runId);
    expect(status).toBe('running');
    expect(timeline.at(-1)?.type).toBe('approval.opened');
  });
});

describe('what reaches the HTTP door', () => {
  const database = useDatabase();
  let crewline: TestCrewline;
  beforeAll(async () => {
    crewline = await startCrewline(database, { mode: 'http' });
  });
  afterAll(() => crewline.close());

  const countRuns = () => database.db.collection('runs').countDocuments();

  it.each([
    ['signed with another secret', { secret: 'not-the-secret' }],
    ['with a made-up signature', { signature: 'v0=0000' }],
    ['without a signature', { signature: '' }],
    ['ten minutes old, rightly signed', { timestamp: Math.floor(Date.now() / 1_000) - 600 }],
    ['with a time that is no number', { timestamp: Number.NaN }],
  ])('does nothing when it is %s: 401', async (_what, options) => {
    const response = await postSigned(crewline, commandForm('/repair', 'Forged Street 1', 'forged'), options);
    expect(response.status).toBe(401);
    expect(await countRuns()).toBe(0);
    expect(crewline.slack.client.messages('requests')).toEqual([]);
  });

  it('is acknowledged and changes nothing when a click carries no value, or one of another kind', async () => {
    const { client } = crewline.slack;
    const { runId } = await requestRepair(client, 'Click Street 1, hole');
    for (const action_id of Object.values(ACTION)) {
      for (const extra of [{}, { value: null }, { value: 7 }, { value: { runId } }, { value: [] }]) {
        const response = await postSigned(crewline, clickForm({ action_id, ...extra }));
        expect(response.status).toBe(200);
      }
    }
    expect((await showRun(crewline, runId)).timeline.at(-1)?.type).toBe('approval.opened');
  });

  it('survives signed requests that make no sense', async () => {
    const forms = [{ payload: '{"type": ' }, { payload: '{}' }, {}, commandForm('/unknown', '', 'unknown-1')];
    await Promise.all(forms.map((form) => postSigned(crewline, form)));
    expect((await fetch(`${crewline.url}/healthz`)).status).toBe(200);
  });

  it.each(['//', '//example.com:port/', '/api/runs/%', '/api/runs/%E0%A4%A', '/..', '/slack/none', '*'])(
    'survives a request for %s',
    async (path) => {
      const answer = await requestRaw(Number(new URL(crewline.url).port), path);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect((await fetch(`${crewline.url}/healthz`)).status).toBe(200);
    },
  );
});

/** A GET for exactly this path, which `fetch` would tidy up first; the answer as it comes. */
function requestRaw(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer token-for-the-tests\r\n\r\n`,
      );
    });
    socket.setEncoding('utf8');
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
