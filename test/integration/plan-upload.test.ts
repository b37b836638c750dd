import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSlackClient } from '../../src/slack/connection/slack-client.ts';
import { createCrewlineCommand } from '../../src/slack/crewline-command.ts';
import { type SlackMessage, startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';
import { createFakeManagement, makeCrewDay, makeJob } from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { demoAgency } from '../support/slack-runs.ts';
import { type StrictSlack, startStrictSlack } from '../support/strict-slack.ts';
import { systemClock } from '../support/system-clock.ts';

let local: TestLocalSlack;
let strict: StrictSlack;

beforeAll(async () => {
  local = await startLocalSlack();
});
afterAll(() => local.close());
beforeEach(async () => {
  await local.client.reset();
  strict = await startStrictSlack(local.apiUrl);
});
afterEach(() => strict.close());

const days = [
  makeCrewDay('north', 'Crew North', {
    jobs: [makeJob('R-1', '5th & Main', [20, 170], { travelMinutes: 20 })],
    plannedMinutes: 170,
  }),
];

async function askForPlan() {
  const log = createMemoryLog();
  const client = createSlackClient({
    token: local.app.botToken,
    apiUrl: strict.apiUrl,
    log,
    timeoutMs: 5_000,
  });
  const command = createCrewlineCommand({
    management: createFakeManagement({ days }).management,
    client,
    roles: {
      askMember: async () => 'yes',
      askActive: async () => 'yes',
      askMembership: async () => 'member',
      seemsMember: async () => true,
    },
    agency: demoAgency,
    clock: systemClock,
    log,
  });
  const [userId, channel] = ['U0CHEN', 'C0DISPATCH'];
  return command({ text: 'plan', userId, userName: 'chen', channel, triggerId: '1.2' });
}

interface SharedFile {
  title?: string;
  mimetype?: string;
  alt_txt?: string;
  size?: number;
}
const filesOf = (message: SlackMessage) => (message as { files?: SharedFile[] }).files ?? [];
const hasFile = (message: SlackMessage) => filesOf(message).length > 0;

describe('the picture of the plan', () => {
  test('stands in the channel, with a summary and an alternative text', async () => {
    expect(await askForPlan()).toBeNull();
    const message = await local.client.waitForMessage('dispatch', hasFile);
    expect(message.text).toContain('1 job, 1 crew · none late');
    const [file] = filesOf(message);
    expect(file).toMatchObject({ mimetype: 'image/png' });
    expect(file?.title).toMatch(/^Plan for /);
    expect(file?.size).toBeGreaterThan(10_000);
    expect(strict.callsOf('files.getUploadURLExternal')[0]?.args.alt_txt).toContain('5th & Main');
  });

  test('goes to the person when the bot is not in the channel', async () => {
    strict.fail({ kind: 'error', error: 'not_in_channel', method: 'files.completeUploadExternal' });
    expect((await askForPlan())?.text).toContain('direct messages');
    await local.client.waitForMessage('U0CHEN', hasFile);
    expect(local.client.messages('dispatch')).toEqual([]);
  });

  test('becomes words without the scope', async () => {
    strict.fail({ kind: 'error', error: 'missing_scope', method: 'files.getUploadURLExternal', times: 2 });
    const reply = await askForPlan();
    expect(reply?.text).toContain('Slack did not take the picture');
    expect(JSON.stringify(reply?.blocks)).toContain('07:20–09:50 5th & Main');
  });
});
