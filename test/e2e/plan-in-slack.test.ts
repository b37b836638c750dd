import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { askCrewline, awaitAnswer } from '../support/await-answer.ts';
import { interactiveElements, readableText, type SlackMessage } from '../support/local-slack.ts';
import {
  buttonsOf,
  countFacts,
  DISPATCHER,
  giveJob,
  REQUESTER,
  ROAD_CREWS,
  says,
  showRun,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

const crewChannels = Object.keys(ROAD_CREWS);

describe('the plan in Slack', () => {
  const crewline = useCrewline();

  const ask = (text: string, user = DISPATCHER) => askCrewline(crewline.slack.client, user, 'dispatch', text);

  /** The new card of a job in the channel of a crew other than that of `former`. */
  function findOtherCard(runId: string, former: SlackMessage): Promise<SlackMessage> {
    const { client } = crewline.slack;
    const others = crewChannels.filter((channel) => channel !== former.channel);
    return Promise.any(others.map((channel) => client.waitForMessage(channel, says(runId, 'Yours now'))));
  }

  it('a crew accepts its job: the card says who and when', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Accepted Street 1, deep hole');
    expect(readableText(message)).toContain('Why you');
    expect(buttonsOf(message)).toEqual([ACTION.acceptWork, ACTION.declineWork, ACTION.startWork]);
    await client.click(REQUESTER, message, ACTION.acceptWork);
    expect(readableText(await client.waitForEphemeral(REQUESTER))).toMatch(/crew/i);
    await client.click(lead, message, ACTION.acceptWork);
    const accepted = await client.waitForMessage(message.channel, says(runId, `Accepted by <@${lead}> at`));
    expect(accepted.ts).toBe(message.ts);
    expect(buttonsOf(accepted)).toEqual([ACTION.startWork, ACTION.declineWork]);
  });

  it('a crew declines with a reason: its card says so, and another crew gets the job', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Declined Street 1, deep hole');
    await client.click(lead, message, ACTION.declineWork);
    await client.waitForView();
    expect(await client.submitModal(lead, { reason: 'no' })).toMatchObject({ status: 'refused' });
    expect(await client.submitModal(lead, { reason: 'The roller is broken' })).toMatchObject({
      status: 'accepted',
    });
    const other = await findOtherCard(runId, message);
    expect(other.channel).not.toBe(message.channel);
    const former = await client.waitForMessage(message.channel, says(runId, 'Declined'));
    expect(former.ts).toBe(message.ts);
    expect(readableText(former)).toContain('The roller is broken');
    expect(buttonsOf(former)).toEqual([]);
    const told = await client.waitForMessage('dispatch', says(runId, 'declined', 'now goes to'));
    expect(readableText(told)).toContain('The roller is broken');
    const aboutIt = client.messages('dispatch').filter(says(runId));
    expect(aboutIt.map(({ ts }) => ts)).toEqual([told.ts]);
  });

  it('a card that is out of date answers for nobody else: the next crew keeps the job', async () => {
    const { client } = crewline.slack;
    const { runId, message } = await giveJob(client, 'Old Card Street 1, deep hole');
    await client.click(DISPATCHER, message, ACTION.declineWork);
    await client.waitForView();
    await client.submitModal(DISPATCHER, { reason: 'The roller is broken' });
    const other = await findOtherCard(runId, message);
    for (const action of [ACTION.declineWork, ACTION.acceptWork, ACTION.startWork]) {
      const told = await awaitAnswer(client, DISPATCHER, () => client.click(DISPATCHER, message, action));
      expect(readableText(told)).toMatch(/^This job now belongs to .*Nothing was changed/);
    }
    const facts = countFacts(await showRun(crewline, runId));
    expect(facts).toMatchObject({ 'work.declined': 1, 'work.announced': 2 });
    expect(facts).not.toHaveProperty('work.accepted');
    expect(facts).not.toHaveProperty('work.started');
    expect(buttonsOf(other)).toEqual([ACTION.acceptWork, ACTION.declineWork, ACTION.startWork]);
  });

  it('Accept pressed again is answered, and told to nobody', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Twice Street 1, deep hole');
    await client.click(lead, message, ACTION.acceptWork);
    await client.waitForMessage(message.channel, says(runId, 'Accepted by'));
    const told = await awaitAnswer(client, lead, () => client.click(lead, message, ACTION.acceptWork));
    expect(readableText(told)).toContain('accepted already');
    expect(countFacts(await showRun(crewline, runId))['work.accepted']).toBe(1);
  });

  it('a crew gives an accepted job back before it starts', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Given Back Street 1, deep hole');
    await client.click(lead, message, ACTION.acceptWork);
    const accepted = await client.waitForMessage(message.channel, says(runId, 'Give back'));
    await client.click(lead, accepted, ACTION.declineWork);
    expect(JSON.stringify(await client.waitForView())).toContain('Give the job back');
    await client.submitModal(lead, { reason: 'Called to a burst main' });
    const told = await client.waitForMessage('dispatch', says(runId, 'gave back', 'now goes to'));
    expect(readableText(told)).toContain('Called to a burst main');
    expect((await findOtherCard(runId, message)).channel).not.toBe(message.channel);
  });

  it('dispatch gives a job to another crew by menu, with the cost of each', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Reassigned Street 1, deep hole');
    const shown = await ask(`show ${runId}`);
    await client.click(DISPATCHER, shown, ACTION.reassignWork);
    const view = await client.waitForView((shown) => JSON.stringify(shown).includes('static_select'));
    const [menu] = interactiveElements(view.blocks) as unknown as {
      options: { value: string; text: { text: string } }[];
    }[];
    const option = menu?.options[0];
    expect(option?.text.text).toMatch(/^\S.+ · .*\d\d:\d\d · (same cost|[+−]\$)/);
    await client.submitModal(DISPATCHER, { crew: option?.value ?? '' });
    const other = await findOtherCard(runId, message);
    expect(buttonsOf(other)).toContain(ACTION.startWork);
    const former = await client.waitForMessage(message.channel, says(runId, 'Moved to'));
    expect(buttonsOf(former)).toEqual([]);
    const lost = await client.waitForMessage(message.channel, says(runId, 'Not yours any more'));
    expect(lost.thread_ts).toBe(message.ts);
    expect(readableText(lost)).toContain(`<@${lead}>`);
    const facts = (await showRun(crewline, runId)).timeline.map(({ type, actor }) => `${type} ${actor}`);
    expect(facts).toContain(`work.moved ${DISPATCHER}`);
  });

  it('everybody sees the load of the crews and the plan as a picture', async () => {
    const { client } = crewline.slack;
    const load = readableText(await ask('crews', REQUESTER));
    for (const crew of ['Crew North', 'Crew South', 'Night Crew', 'Electric Crew'])
      expect(load).toContain(crew);
    await client.command(REQUESTER, 'dispatch', '/crewline', 'plan');
    const picture = await client.waitForMessage('dispatch', says('Plan for'));
    expect(picture).toMatchObject({ files: [{ mimetype: 'image/png' }] });
    await client.command(REQUESTER, 'dispatch', '/crewline', 'plan night');
    await client.waitForMessage('dispatch', says('Night Crew', '7 days'));
  });

  it('an absence is reported by dispatch, or refused with a reason', async () => {
    const stranger = readableText(await ask('absent north today', REQUESTER));
    expect(stranger).toContain('Only dispatch and the crews can do this.');
    const other = readableText(await ask('absent north today', 'U0KELLY'));
    expect(other).toContain('Only dispatch and the crew itself can do this.');
    // A week, so that a shift of the crew falls in it whenever this runs.
    const until = new Date(Date.now() + 7 * 24 * 60 * 60_000).toISOString().slice(0, 10);
    expect(readableText(await ask(`absent north today ${until} flu`))).toContain('Crew North is absent');
    expect(readableText(await ask('crews'))).toContain('absent until');
    const { client } = crewline.slack;
    await client.waitForMessage('dispatch', says('Crew North is absent', `entered by <@${DISPATCHER}>`));
    const theirs = await client.waitForMessage('C0NORTH', says('Crew North is absent', 'flu'));
    expect(readableText(theirs)).toContain(`<@${ROAD_CREWS.C0NORTH}>`);
    expect(readableText(await ask('absent nrth today'))).toContain('did you mean “Crew North”?');
  });
});
