import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalSlackClient, startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';

const APPROVE = {
  type: 'actions',
  block_id: 'decision',
  elements: [
    { type: 'button', action_id: 'approve', value: 'run-1', text: { type: 'plain_text', text: 'Approve' } },
  ],
};
const MODAL = {
  type: 'modal',
  title: { type: 'plain_text', text: 'Done' },
  submit: { type: 'plain_text', text: 'Save' },
  blocks: [
    {
      type: 'input',
      block_id: 'cost',
      label: { type: 'plain_text', text: 'Actual cost' },
      element: { type: 'plain_text_input', action_id: 'cost_input' },
    },
    {
      type: 'input',
      block_id: 'depth',
      label: { type: 'plain_text', text: 'Depth' },
      element: {
        type: 'static_select',
        action_id: 'depth_select',
        options: [{ text: { type: 'plain_text', text: 'Deep' }, value: 'deep' }],
      },
    },
  ],
};

/** As little of a bot as Socket Mode allows: acknowledges everything and remembers what it got. */
class TinyBot {
  readonly received: Record<string, unknown>[] = [];
  answer: (payload: Record<string, unknown>) => Record<string, unknown> | undefined = () => undefined;
  private socket: WebSocket | undefined;
  private readonly slack: TestLocalSlack;

  constructor(slack: TestLocalSlack) {
    this.slack = slack;
  }

  async connect(): Promise<void> {
    const { url } = await this.call('apps.connections.open', {}, this.slack.app.appToken);
    const socket = new WebSocket(String(url));
    socket.onmessage = (event) => {
      const envelope = JSON.parse(String(event.data));
      if (envelope.envelope_id === undefined) return;
      this.received.push(envelope.payload);
      socket.send(
        JSON.stringify({ envelope_id: envelope.envelope_id, payload: this.answer(envelope.payload) }),
      );
    };
    this.socket = socket;
  }

  disconnect(): void {
    this.socket?.close();
  }

  async call(
    method: string,
    body: Record<string, unknown>,
    token = this.slack.app.botToken,
  ): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(this.slack.apiUrl + method, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.json() as Promise<Record<string, unknown>>;
  }
}

let slack: TestLocalSlack;
let client: LocalSlackClient;
let bot: TinyBot;

beforeAll(async () => {
  slack = await startLocalSlack();
  client = slack.client;
  bot = new TinyBot(slack);
  await bot.connect();
  await client.waitForBot();
});
afterAll(async () => {
  bot.disconnect();
  await slack.close();
});

describe('the client of the local Slack', () => {
  test('types a command and sees the private answer', async () => {
    bot.answer = () => ({ response_type: 'ephemeral', text: 'Only for you' });
    await client.command('U0RIVERA', 'requests', '/repair', '5th & Main');
    bot.answer = () => undefined;
    expect(bot.received.at(-1)).toMatchObject({
      command: '/repair',
      text: '5th & Main',
      user_id: 'U0RIVERA',
    });
    const answer = await client.waitForEphemeral('U0RIVERA', ({ text }) => text === 'Only for you');
    await expect(
      client.waitForEphemeral('U0RIVERA', () => true, { after: answer.ts, timeoutMs: 50 }),
    ).rejects.toThrow('waited 50 ms');
  });

  test('sees a card posted and rewritten, and clicks its button with the value it carries', async () => {
    const { ts } = await bot.call('chat.postMessage', {
      channel: 'C0SUPERVISORS',
      text: 'Approve?',
      blocks: [APPROVE],
    });
    const card = await client.waitForMessage('#supervisors', ({ text }) => text === 'Approve?');
    await client.click('U0OKAFOR', card, 'approve');
    expect(bot.received.at(-1)).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0OKAFOR' },
      actions: [{ action_id: 'approve', block_id: 'decision', value: 'run-1' }],
      message: { ts },
    });
    const rewritten = client.waitForMessage('supervisors', ({ text }) => text === 'Approved');
    await bot.call('chat.update', { channel: 'C0SUPERVISORS', ts, text: 'Approved', blocks: [] });
    expect((await rewritten).ts).toBe(ts);
    await client.click('U0LIND', card, 'approve', 'forged');
    expect(bot.received.at(-1)).toMatchObject({ actions: [{ value: 'forged' }] });
  });

  test('fills in a modal by field and label, sees it refused, then accepted', async () => {
    await client.command('U0SANTOS', 'crew-north', '/crewline', 'done');
    const { trigger_id } = bot.received.at(-1) ?? {};
    expect(await bot.call('views.open', { trigger_id, view: MODAL })).toMatchObject({ ok: true });
    await client.waitForView((view) => view.title?.text === 'Done');
    bot.answer = () => ({ response_action: 'errors', errors: { cost: 'must be a number' } });
    const refused = await client.submitModal('U0SANTOS', { cost: 'much', Depth: 'Deep' });
    expect(refused).toEqual({ status: 'refused', errors: { cost: 'must be a number' } });
    expect(await client.waitForViewErrors()).toEqual({ cost: 'must be a number' });
    bot.answer = () => undefined;
    const accepted = await client.submitModal('U0SANTOS', { 'Actual cost': '120', depth_select: 'deep' });
    expect(accepted).toEqual({ status: 'accepted', view: undefined });
    expect(bot.received.at(-1)).toMatchObject({
      type: 'view_submission',
      view: {
        state: {
          values: {
            cost: { cost_input: { value: '120' } },
            depth: { depth_select: { selected_option: { value: 'deep' } } },
          },
        },
      },
    });
    expect(client.openModals()).toEqual([]);
  });

  test('finds direct messages under the user they are for', async () => {
    await bot.call('chat.postMessage', { channel: 'U0BRANDT', text: 'Page level 2' });
    const page = await client.waitForMessage('U0BRANDT', ({ text }) => text === 'Page level 2');
    expect(page.channel).toMatch(/^D/);
  });

  test('opens an App Home and sees what is published there', async () => {
    await client.openHome('U0PATEL');
    expect(bot.received.at(-1)).toMatchObject({ event: { type: 'app_home_opened', user: 'U0PATEL' } });
    await bot.call('views.publish', {
      user_id: 'U0PATEL',
      view: { type: 'home', blocks: [{ type: 'divider' }] },
    });
    expect((await client.waitForHome('U0PATEL')).blocks).toHaveLength(1);
  });

  test('delivers what somebody says, and forgets it on reset', async () => {
    await client.post('U0PATEL', 'requests', 'hello');
    expect(bot.received.at(-1)).toMatchObject({ event: { type: 'message', text: 'hello', user: 'U0PATEL' } });
    await client.reset();
    expect(client.messages('requests')).toEqual([]);
  });
});
