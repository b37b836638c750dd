import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { readableText } from '../support/local-slack.ts';
import {
  approveAndStart,
  countFacts,
  finishJob,
  OPERATIONS_MANAGER,
  requestRepair,
  says,
  showRun,
  waitForOutcome,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

describe('the budget', () => {
  const crewline = useCrewline();

  async function finishAt(cost: string): Promise<string> {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, `5th & Main, hole for ${cost}`);
    await finishJob(client, await approveAndStart(client, card), cost);
    await waitForOutcome(client, runId, 'Completed');
    return runId;
  }

  it('pages once the actual cost is above it: the run is completed, with the breach on record', async () => {
    const { client } = crewline.slack;
    const runId = await finishAt('2,500.01');
    const page = await client.waitForMessage('escalations', says(runId, 'Over budget'));
    expect(readableText(page)).toContain('$2,500.01 spent of $2,500.00');
    const run = await showRun(crewline, runId);
    expect(run.status).toBe('completed');
    expect(run.timeline.find(({ type }) => type === 'budget.breached')?.data).toEqual({
      spentCents: 250_001,
      limitCents: 250_000,
    });
    await waitForOutcome(client, runId, 'over budget');

    await client.click(OPERATIONS_MANAGER, page, ACTION.acknowledge);
    await client.waitForMessage('escalations', says(runId, `Acknowledged by <@${OPERATIONS_MANAGER}>`));
    await waitForOutcome(client, runId, `<@${OPERATIONS_MANAGER}> takes care of it`);
  });

  it('is only warned of from its warning share on, up to the very limit', async () => {
    const { client } = crewline.slack;
    const runId = await finishAt('2,500');
    await client.waitForMessage('escalations', says(runId, '$2,500.00 of $2,500.00 are spent'));
    const facts = countFacts(await showRun(crewline, runId));
    expect(facts).toMatchObject({ 'budget.warned': 1 });
    expect(facts).not.toHaveProperty('budget.breached');
  });

  it('takes no cost that is no amount of money', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Cost Lane 1, hole');
    const { message, lead } = await approveAndStart(client, card);
    await client.click(lead, message, ACTION.finishWork);
    await client.waitForView();
    for (const actualCost of ['', 'a lot', '-5', '1e9', 'NaN', '1.2.3', '999999999999999999']) {
      const answer = await client.submitModal(lead, { actualCost });
      expect(answer, actualCost).toMatchObject({
        status: 'refused',
        errors: { actualCost: expect.any(String) },
      });
    }
    await client.closeModal(lead);
    expect((await showRun(crewline, runId)).status).toBe('running');
  });
});
