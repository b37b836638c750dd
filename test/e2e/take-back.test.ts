import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { askCrewline, awaitAnswer } from '../support/await-answer.ts';
import { interactiveElements, readableText, type SlackMessage } from '../support/local-slack.ts';
import { DISPATCHER, giveJob, REQUESTER, ROAD_CREWS, says } from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

/** How a command names the crew of a lead. */
const CREWS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ROAD_CREWS).map(([channel, lead]) => [lead, channel.slice(2).toLowerCase()]),
);

/** Of Crew South. */
const OTHER_LEAD = 'U0KELLY';

describe('an absence that was entered by mistake', () => {
  const crewline = useCrewline();

  const ask = (text: string, user = DISPATCHER) => askCrewline(crewline.slack.client, user, 'dispatch', text);

  it('is listed with a button that takes it back, once, by whoever may enter one', async () => {
    const { client } = crewline.slack;
    expect(readableText(await ask('absent'))).toContain('No crew is absent, now or later.');
    const form = await client.waitForView((view) => view.title?.text === 'Enter an absence');
    expect(JSON.stringify(form.blocks)).toContain('From what time?');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const entered = await awaitAnswer(client, DISPATCHER, () =>
      client.submitModal(DISPATCHER, { who: 'north', fromDay: tomorrow, reason: 'flu' }),
    );
    expect(readableText(entered)).toContain('`/crewline absent` takes it back');
    const click = (list: SlackMessage, user: string, value?: string) =>
      awaitAnswer(client, user, () => client.click(user, list, ACTION.takeBack, value));

    const list = await ask('absent list');
    const [button] = interactiveElements(list.blocks ?? []).filter(
      ({ action_id }) => action_id === ACTION.takeBack,
    );
    expect(readableText(await ask('absent', REQUESTER))).toMatch(/^Only dispatch and the crews can do this/);
    const shown = await ask('absent list', OTHER_LEAD);
    expect(readableText(shown)).toMatch(/Crew North is absent .*, the whole day \(flu\)/);
    expect(interactiveElements(shown.blocks ?? []).map(({ action_id }) => action_id)).not.toContain(
      ACTION.takeBack,
    );
    // Whatever a client may send.
    expect(readableText(await click(shown, OTHER_LEAD, String(button?.value)))).toContain(
      'Only dispatch and the crew itself can do this.',
    );

    expect(readableText(await click(list, DISPATCHER))).toMatch(/Taken back: Crew North is absent/);
    expect(readableText(await click(list, DISPATCHER))).toContain('taken back already');
    expect(readableText(await ask('absent'))).toContain('No crew is absent, now or later.');
    await client.waitForMessage('dispatch', says('taken back', 'Crew North'));
  });

  it('leaves no warning behind: dispatch’s is settled, and the requester reads that the crew comes', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Settled Street 1, deep hole');
    await client.click(lead, message, ACTION.startWork);
    await client.waitForMessage(message.channel, says(runId, 'Done'));
    const crew = CREWS[lead] ?? '';
    const until = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10);
    await ask(`absent ${crew} today ${until} flu`);
    const warning = await client.waitForMessage('dispatch', says(runId, 'Still planned with'));
    const list = await ask('absent');
    await awaitAnswer(client, DISPATCHER, () => client.click(DISPATCHER, list, ACTION.takeBack));
    const settled = await client.waitForMessage(
      'dispatch',
      says(runId, 'is not absent any more: it stays with'),
    );
    expect(settled.ts).toBe(warning.ts);
    await client.waitForMessage('requests', says('can come as planned'));
    const warned = client.messages('dispatch').filter(says(runId, 'Still planned'));
    expect(warned).toEqual([]);
  });
});
