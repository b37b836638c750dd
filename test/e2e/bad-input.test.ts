import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { awaitAnswer } from '../support/await-answer.ts';
import { API_TOKEN } from '../support/crewline.ts';
import { readableText } from '../support/local-slack.ts';
import { postSignedBody } from '../support/post-signed-body.ts';
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
import { type StrictSlack, startStrictSlack } from '../support/strict-slack.ts';
import { useCrewline } from '../support/use-crewline.ts';

/** Mentions the product itself never makes: of everybody, and of a person who has no part in the story. */
const FORBIDDEN = /<!(channel|here|everyone)|<@U0LIND>/;

describe('what people type', () => {
  const crewline = useCrewline();

  /** Every message, in any channel, that mentions whom it must not. */
  const listForbidden = (): string[] =>
    ['requests', 'supervisors', 'dispatch', 'escalations', 'C0NORTH', 'C0SOUTH', 'C0NIGHT']
      .flatMap((channel) => crewline.slack.client.messages(channel))
      .map((message) => JSON.stringify(message))
      .filter((json) => FORBIDDEN.test(json));

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
    expect(listForbidden()).toEqual([]);
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
    expect(listForbidden()).toEqual([]);
  });

  it('is refused with a clear answer when it is longer than Slack allows', async () => {
    const { client } = crewline.slack;
    const before = await crewline.database.db.collection('runs').countDocuments();
    await client.command(REQUESTER, 'requests', '/repair', 'x'.repeat(4_001));
    await client.waitForEphemeral(REQUESTER, says('cannot start', 'longer than 4000 characters'));
    expect(await crewline.database.db.collection('runs').countDocuments()).toBe(before);
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
        await awaitAnswer(client, SUPERVISOR, () => client.click(SUPERVISOR, card, action, value));
      }
    }
    expect(client.openModals()).toEqual([]);
    const { timeline, status } = await showRun(crewline, runId);
    expect(status).toBe('running');
    expect(timeline.at(-1)?.type).toBe('approval.opened');
  });
});

describe('what reaches the HTTP door', () => {
  let strict: StrictSlack | undefined;
  afterAll(() => strict?.close());
  const crewline = useCrewline({
    mode: 'http',
    slackApiUrl: async ({ apiUrl }) => {
      strict = await startStrictSlack(apiUrl);
      return strict.apiUrl;
    },
  });

  const countRuns = () => crewline.database.db.collection('runs').countDocuments();

  it.each([
    ['signed with another secret', { secret: 'not-the-secret' }],
    ['with a made-up signature', { signature: 'v0=0000' }],
    ['without a signature', { signature: '' }],
    ['ten minutes old, rightly signed', { timestamp: Math.floor(Date.now() / 1_000) - 600 }],
    ['ten minutes ahead, rightly signed', { timestamp: Math.floor(Date.now() / 1_000) + 600 }],
    ['with a time that is no number', { timestamp: Number.NaN }],
  ])('does nothing when it is %s: 401', async (_what, options) => {
    const response = await postSigned(crewline, commandForm('/repair', 'Forged Street 1', 'forged'), options);
    expect(response.status).toBe(401);
    expect(await countRuns()).toBe(0);
    expect(crewline.slack.client.messages('requests')).toEqual([]);
  });

  it('changes nothing and shows nothing when it is of somebody who is deactivated, or of another workspace', async () => {
    strict?.deletedUsers.add('U0CHEN');
    const strangers = [
      { user_id: 'U0CHEN', words: 'account is not active' },
      { user_id: 'U0BRANDT', team_id: 'T0ELSEWHERE', words: 'not of the Slack workspace' },
    ];
    const changing = [
      'start repairWorkflow Hole',
      'cancel R-1',
      'absent north today',
      'rain x',
      'crews edit x',
    ];
    const commands = [['/repair', 'Hole'], ...changing.map((text) => ['/crewline', text])];
    for (const { words, ...who } of strangers) {
      for (const [command = '', text = ''] of commands) {
        const form = { ...commandForm(command, text, `${who.user_id}-${text}`), ...who };
        expect(await (await postSigned(crewline, form)).text()).toContain(words);
      }
    }
    expect(await countRuns()).toBe(0);
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

  it.each(NO_OBJECTS)('is refused with 400 when it is %s', async (body) => {
    for (const response of [
      await postSignedBody(crewline, body),
      await postSigned(crewline, { payload: body }),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(/the body is no (object|JSON)/);
    }
  });

  it.each(SENSELESS)('is refused with 400 and a reason when it is %s', async (_what, payload, reason) => {
    const response = await postSigned(crewline, { payload: JSON.stringify(payload) });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(reason)]);
  });

  it.each(['command', 'user_id', 'channel_id', 'trigger_id'])(
    'is refused with 400 when it is a command without %s',
    async (field) => {
      const { [field]: _left, ...form } = commandForm('/repair', 'Missing Street 1', 'missing');
      const doubled = `${new URLSearchParams(form)}&${field}=a&${field}=b`;
      const isForm = 'application/x-www-form-urlencoded';
      expect((await postSigned(crewline, form)).status).toBe(400);
      expect((await postSigned(crewline, { ...form, [field]: '' })).status).toBe(400);
      expect((await postSignedBody(crewline, doubled, isForm)).status).toBe(400);
    },
  );

  it.each(EVENTS)('never gets a 500: the event %j', async (event) => {
    const response = await postSignedBody(crewline, JSON.stringify({ type: 'event_callback', event }));
    expect([200, 400]).toContain(response.status);
  });

  it('is taken when it makes sense, also without the names that Slack may leave out', async () => {
    const { user_name: _left, ...form } = commandForm('/repair', 'Nameless Street 1, hole', 'nameless');
    expect((await postSigned(crewline, form)).status).toBe(200);
    await crewline.slack.client.waitForMessage('supervisors', says('Nameless Street 1'));
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'c-1' });
    expect(await (await postSignedBody(crewline, challenge)).json()).toEqual({ challenge: 'c-1' });
  });

  it('is taken as Slack sends it: a command, a click, a form', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Sensible Street 1, hole');
    await client.click(SUPERVISOR, card, ACTION.reject);
    await client.waitForView();
    await client.submitModal(SUPERVISOR, { reason: 'A hole is not a reason' });
    await waitForOutcome(client, runId, 'Rejected');
    await client.openHome(SUPERVISOR);
    await client.waitForHome(SUPERVISOR);
  });

  it('has left nothing behind that nobody waited for', async () => {
    const unknown = await postSigned(crewline, commandForm('/unknown', '', 'unknown-1'));
    expect(await unknown.text()).toContain('No workflow has the command');
    expect((await fetch(`${crewline.url}/healthz`)).status).toBe(200);
    expect(crewline.output()).not.toMatch(/not waited for|TypeError|Cannot read/);
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

const PERSON = { id: 'U0OKAFOR', name: 'ada' };
const VIEW = { callback_id: 'crewline_reject', private_metadata: '{}', title: { text: 'Reject' } };

/** Interactions that lack what every one of Slack's has, and what the answer must name. */
const SENSELESS: [string, unknown, string][] = [
  ['an empty object', {}, 'none of the requests'],
  ['an interaction of another kind', { type: 'shortcut', user: PERSON }, 'none of the requests'],
  ['a submission without state', { type: 'view_submission', user: PERSON, view: VIEW }, 'view.state'],
  [
    'a submission without values',
    { type: 'view_submission', user: PERSON, view: { ...VIEW, state: {} } },
    'view.state.values',
  ],
  ['a submission without a view', { type: 'view_submission', user: PERSON }, 'view'],
  ['a submission by nobody', { type: 'view_submission', view: { ...VIEW, state: { values: {} } } }, 'user'],
  ['a click without actions', { type: 'block_actions', user: PERSON, trigger_id: 't' }, 'actions'],
  ['a click on nothing', { type: 'block_actions', user: PERSON, trigger_id: 't', actions: [] }, 'actions'],
  ['a click on null', { type: 'block_actions', user: PERSON, trigger_id: 't', actions: [null] }, 'actions.0'],
  [
    'a click by nobody',
    { type: 'block_actions', trigger_id: 't', actions: [{ type: 'button', action_id: ACTION.approve }] },
    'user',
  ],
];

const NO_OBJECTS = ['null', '7', '"text"', '[]', 'true', '{"type": ', ''];

const EVENTS = [
  null,
  7,
  'text',
  [],
  {},
  { type: 'app_home_opened' },
  { type: 'app_home_opened', user: {}, tab: 'home' },
  { type: 'message', item: 'text' },
  { type: 'message', user: null, channel: null },
  { type: 'message', item: null, message: null, previous_message: 7, assistant_thread: 'text' },
];

/** A GET for exactly this path, which `fetch` would tidy up first; the answer as it comes. */
function requestRaw(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer ${API_TOKEN}\r\n\r\n`,
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
