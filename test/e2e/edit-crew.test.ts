import { describe, expect, it } from 'vitest';
import { readableText } from '../support/local-slack.ts';
import { DISPATCHER, says, showRoster } from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

const crewline = useCrewline();

const findSouth = async () => {
  const { roster, updatedBy } = await showRoster(crewline);
  return { updatedBy, south: roster.crews.find(({ id }) => id === 'south') };
};

describe('/crewline crews edit', () => {
  it('opens the form of a crew; what dispatch writes there is the roster from then on', async () => {
    const { client } = crewline.slack;
    const before = await findSouth();
    await client.command(DISPATCHER, 'dispatch', '/crewline', 'crews edit Crew South');
    const view = await client.waitForView((shown) => shown.title?.text === 'Edit crew');
    expect(JSON.stringify(view)).toContain('mon-fri 07:00-15:30 break 12:00-12:30\\nsat 08:00-12:00');

    expect(await client.submitModal(DISPATCHER, { skills: 'asphalt:7', size: 'four' })).toEqual({
      status: 'refused',
      errors: { skills: expect.stringContaining('asphalt:7'), size: expect.stringContaining('whole number') },
    });
    await client.submitModal(DISPATCHER, {
      skills: 'asphalt:2, concrete',
      size: '5',
      hourlyRateCents: '190',
    });
    expect(client.openModals()).toEqual([]);
    const told = readableText(await client.waitForEphemeral(DISPATCHER, says('Crew South', 'is saved')));
    expect(told).toContain('People: 4 → *5*');
    expect(told).not.toContain('Shifts');
    expect(await findSouth()).toEqual({
      updatedBy: DISPATCHER,
      south: { ...before.south, skills: ['asphalt:2', 'concrete'], size: 5, hourlyRateCents: 19_000 },
    });
  });
});
