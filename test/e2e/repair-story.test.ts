import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCrewline, type TestCrewline } from '../support/crewline.ts';
import { readableText } from '../support/local-slack.ts';
import { useDatabase } from '../support/mongo.ts';

const REQUESTER = 'U0RIVERA';
const SUPERVISOR = 'U0OKAFOR';
const NIGHT_LEAD = 'U0HADDAD';
/** The crews whose lead may get the job, by channel. */
const CREWS = { C0NORTH: 'U0SANTOS', C0SOUTH: 'U0KELLY', C0NIGHT: NIGHT_LEAD };

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
    const card = await client.waitForMessage('supervisors', (message) => readableText(message).includes('5th'));
    await client.click(SUPERVISOR, card, 'approval.approve');
    await client.waitForMessage('supervisors', (message) => /approved/i.test(readableText(message)));
    const assignment = await Promise.any(
      Object.keys(CREWS).map((channel) => client.waitForMessage(channel, (message) => readableText(message).includes('5th'))),
    );
    console.log(readableText(card), '\n---\n', readableText(assignment));
  });
});
