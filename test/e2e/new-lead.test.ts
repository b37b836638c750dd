import { beforeAll, expect, it } from 'vitest';
import { giveJob, says, showRoster } from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

const crewline = useCrewline();
beforeAll(async () => {
  await crewline.startAnother();
});

it('a job’s card calls the new lead of its crew once the roster names one, whichever process makes it', async () => {
  const { client } = crewline.slack;
  const { runId, message, lead } = await giveJob(client, 'Lead Street, deep hole');
  const shown = await showRoster(crewline);
  const crews = shown.roster.crews.map((crew) => (crew.lead === lead ? { ...crew, lead: 'U0LIND' } : crew));
  const body = { version: shown.version, roster: { ...shown.roster, crews }, requester: 'personnel' };
  const saved = await crewline.api('PUT', '/api/agency/roster', body);
  expect(saved.status).toBe(200);
  const fits = (one: typeof message) => one.ts === message.ts && says(runId, '<@U0LIND>')(one);
  const renewed = await client.waitForMessage(message.channel, fits);
  expect(JSON.stringify(renewed)).not.toContain(`<@${lead}>`);
});
