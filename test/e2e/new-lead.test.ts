import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RosterView } from '../../src/http/roster-routes.ts';
import { ACTION } from '../../src/slack/action-ids.ts';
import { API_TOKEN, startCrewline, type TestCrewline } from '../support/crewline.ts';
import { useDatabase } from '../support/mongo.ts';
import { findAssignment, requestRepair, SUPERVISOR, says } from '../support/story.ts';

const database = useDatabase();
let crewline: TestCrewline;
beforeAll(async () => {
  crewline = await startCrewline(database);
  await crewline.startAnother();
});
afterAll(() => crewline.close());

it('a job’s card calls the new lead of its crew once the roster names one, whichever process makes it', async () => {
  const { client } = crewline.slack;
  const { card, runId } = await requestRepair(client, 'Lead Street, deep hole');
  await client.click(SUPERVISOR, card, ACTION.approve);
  const { message, lead } = await findAssignment(client, runId);
  const shown = (await (await crewline.api('GET', '/api/agency/roster')).json()) as RosterView;
  const crews = shown.roster.crews.map((crew) => (crew.lead === lead ? { ...crew, lead: 'U0LIND' } : crew));
  const body = { version: shown.version, roster: { ...shown.roster, crews }, requester: 'personnel' };
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' };
  const saved = await fetch(`${crewline.url}/api/agency/roster`, {
    ...{ method: 'PUT', headers, body: JSON.stringify(body) },
  });
  expect(saved.status).toBe(200);
  const fits = (one: typeof message) => one.ts === message.ts && says(runId, '<@U0LIND>')(one);
  const renewed = await client.waitForMessage(message.channel, fits);
  expect(JSON.stringify(renewed)).not.toContain(`<@${lead}>`);
});
