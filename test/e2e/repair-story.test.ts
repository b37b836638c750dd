import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/action-ids.ts';
import { startCrewline, type TestCrewline } from '../support/crewline.ts';
import { readableText } from '../support/local-slack.ts';
import { useDatabase } from '../support/mongo.ts';
import { findAssignment, REQUESTER, SUPERVISOR, says } from '../support/story.ts';

describe.each(['socket', 'http'] as const)('the pothole repair in %s mode', (mode) => {
  const database = useDatabase();
  let crewline: TestCrewline;
  beforeAll(async () => {
    crewline = await startCrewline(database, { mode });
  });
  afterAll(() => crewline.close());

  it('goes from a command to a repaired road: approved, given to a crew, started, done', async () => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/repair', '5th & Main, deep hole in the bus lane');
    const card = await client.waitForMessage('supervisors', says('5th & Main'));
    await client.click(SUPERVISOR, card, ACTION.approve);
    const approved = await client.waitForMessage('supervisors', says('Approved'));
    expect(readableText(approved)).toContain(SUPERVISOR);

    const { message, lead } = await findAssignment(client, '5th & Main');
    await client.click(lead, message, ACTION.startWork);
    const started = await client.waitForMessage(message.channel, says('Under way'));
    await client.click(lead, started, ACTION.finishWork);
    await client.waitForView();
    expect(
      await client.submitModal(lead, { actualCost: '1,050.50', note: 'Filled and rolled' }),
    ).toMatchObject({
      status: 'accepted',
    });
    const finished = await client.waitForMessage('requests', says('completed'));
    expect(readableText(finished)).toContain('$1,050.50');
    const thread = await client.waitForMessage(
      'requests',
      (reply) => reply.thread_ts === finished.ts && says('done')(reply),
    );
    expect(readableText(thread)).toContain('Filled and rolled');
  });
});
