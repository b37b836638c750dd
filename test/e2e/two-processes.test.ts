import { beforeAll, describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import {
  cardsOf,
  countFacts,
  findAssignment,
  ROAD_CREWS,
  requestRepair,
  SUPERVISOR,
  says,
  showRun,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

// In Socket Mode the local Slack hands every command and click to both processes: the worst a redelivery can be.
describe('two processes that are handed the same acts at the same moment', () => {
  const crewline = useCrewline();
  beforeAll(async () => {
    await crewline.startAnother();
  });

  it.each([1, 2, 3])('count each once: one run, one decision, one start (try %i)', async (number) => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, `Both Street ${number}, hole`);
    expect(await crewline.database.db.collection('runs').countDocuments()).toBe(number);
    await client.click(SUPERVISOR, card, ACTION.approve);
    const { message, lead } = await findAssignment(client, runId);
    await client.click(lead, message, ACTION.startWork);
    await client.waitForMessage(message.channel, says(runId, 'Under way'));
    expect(countFacts(await showRun(crewline, runId))).toMatchObject({
      'approval.approved': 1,
      'work.announced': 1,
      'work.started': 1,
    });
    for (const channels of [['requests'], ['supervisors'], Object.keys(ROAD_CREWS)])
      expect(channels.flatMap((channel) => cardsOf(client, channel, runId))).toHaveLength(1);
  });
});
