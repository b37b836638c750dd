import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { awaitAnswer } from '../support/await-answer.ts';
import {
  approveAndStart,
  countFacts,
  DISPATCHER,
  finishJob,
  giveJob,
  requestRepair,
  SUPERVISOR,
  says,
  showRun,
  startJob,
  waitForOutcome,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

describe('a job that is held up', () => {
  const crewline = useCrewline();

  it('needs a reason, which dispatch reads; then it is resumed and done', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Blocked Street 1, hole');
    const { message, lead } = await approveAndStart(client, card);
    await client.click(lead, message, ACTION.blockWork);
    await client.waitForView();
    expect(await client.submitModal(lead, { reason: ' ' })).toMatchObject({
      status: 'refused',
      errors: { reason: expect.stringContaining('holds you up') },
    });
    await client.submitModal(lead, { reason: 'Gas main under the asphalt' });
    await client.waitForMessage('dispatch', says(runId, 'held up', 'Gas main under the asphalt'));

    const blocked = await client.waitForMessage(message.channel, says(runId, 'Blocked:', 'Gas main'));
    expect(blocked.ts).toBe(message.ts);
    await client.click(lead, blocked, ACTION.resumeWork);
    const resumed = await client.waitForMessage(message.channel, says(runId, 'Under way'));
    await finishJob(client, { message: resumed, lead }, '700');
    await waitForOutcome(client, runId, 'Completed');
    expect(countFacts(await showRun(crewline, runId))).toMatchObject({
      'work.blocked': 1,
      'work.resumed': 1,
      'work.done': 1,
    });
  });

  it('is reported on by its crew only; dispatch may help out', async () => {
    const { client } = crewline.slack;
    const { runId, message } = await giveJob(client, 'Blocked Street 2, hole');
    await client.click(SUPERVISOR, message, ACTION.startWork);
    await client.waitForEphemeral(SUPERVISOR, says('Only', 'or dispatch can report on this job'));
    const job = await startJob(client, runId);
    for (const action of [ACTION.finishWork, ACTION.blockWork]) {
      const press = () => client.click(SUPERVISOR, job.message, action);
      await awaitAnswer(client, SUPERVISOR, press, says('or dispatch can report on this job'));
    }
    expect(client.openModals()).toEqual([]);
    await finishJob(client, { message: job.message, lead: DISPATCHER }, '500');
    await waitForOutcome(client, runId, 'Completed');
  });

  it('answers a second Start and a second Done privately, and counts each once', async () => {
    const { client } = crewline.slack;
    const { runId, message, lead } = await giveJob(client, 'Blocked Street 3, hole');
    await Promise.all([1, 2].map(() => client.click(lead, message, ACTION.startWork)));
    await client.waitForEphemeral(lead, says('already under way'));
    const started = await client.waitForMessage(message.channel, says(runId, 'Under way'));
    await finishJob(client, { message: started, lead }, '500');
    await waitForOutcome(client, runId, 'Completed');
    await client.click(lead, started, ACTION.finishWork);
    await client.waitForView();
    await client.submitModal(lead, { actualCost: '600' });
    await client.waitForView((view) => JSON.stringify(view).includes('already done'));
    await client.closeModal(lead);
    expect(countFacts(await showRun(crewline, runId))).toMatchObject({ 'work.started': 1, 'work.done': 1 });
  });
});
