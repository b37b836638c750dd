import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { awaitAnswer } from '../support/await-answer.ts';
import { readableText } from '../support/local-slack.ts';
import {
  cardsOf,
  countFacts,
  DISPATCHER,
  OTHER_SUPERVISOR,
  requestRepair,
  SUPERVISOR,
  says,
  showRun,
  waitForOutcome,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

describe.each(['socket', 'http'] as const)('a decision in %s mode', (mode) => {
  const crewline = useCrewline({ mode });

  it('is a rejection only with a reason, which everybody then reads with who gave it', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Elm Street 4, shallow crack');
    await client.click(SUPERVISOR, card, ACTION.reject);
    await client.waitForView();
    const empty = await client.submitModal(SUPERVISOR, { reason: '   ' });
    expect(empty).toMatchObject({ status: 'refused', errors: { reason: expect.stringContaining('why') } });
    expect((await showRun(crewline, runId)).status).toBe('running');
    expect(await client.submitModal(SUPERVISOR, { reason: 'Private road' })).toEqual({
      status: 'accepted',
      view: undefined,
    });

    const rejected = await client.waitForMessage('supervisors', says(runId, 'Rejected', 'Private road'));
    expect(rejected.ts).toBe(card.ts);
    expect(readableText(rejected)).toContain(`<@${SUPERVISOR}>`);
    const seen = await waitForOutcome(client, runId, 'Rejected');
    expect(readableText(seen)).toContain('Private road');
    expect(await showRun(crewline, runId)).toMatchObject({ status: 'rejected', reason: 'Private road' });
  });

  it('answers a late click on an old card privately, and changes nothing', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Oak Street 9, hole');
    await client.click(SUPERVISOR, card, ACTION.approve);
    await client.waitForMessage('supervisors', says(runId, 'Approved'));
    await client.click(OTHER_SUPERVISOR, card, ACTION.approve);
    const told = await client.waitForEphemeral(OTHER_SUPERVISOR, says('Already approved'));
    expect(readableText(told)).toContain(`<@${SUPERVISOR}>`);
    await client.click(OTHER_SUPERVISOR, card, ACTION.reject);
    await client.waitForEphemeral(OTHER_SUPERVISOR, says('Already approved'), { after: told.ts });
    expect(client.openModals()).toEqual([]);
    expect(countFacts(await showRun(crewline, runId))['approval.approved']).toBe(1);
  });

  it('is not for those without the role', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Pine Street 1, hole');
    for (const action of [ACTION.approve, ACTION.reject]) {
      const press = () => client.click(DISPATCHER, card, action);
      await awaitAnswer(client, DISPATCHER, press, says('Only members of the role Supervisor'));
    }
    expect(client.openModals()).toEqual([]);
    expect((await showRun(crewline, runId)).steps.humanApproval).toMatchObject({ status: 'waiting' });
  });

  it('is not for the person who asked, even a supervisor', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Ash Street 2, hole', SUPERVISOR);
    await client.click(SUPERVISOR, card, ACTION.approve);
    await client.waitForEphemeral(SUPERVISOR, says('somebody else has to decide'));
    await client.click(OTHER_SUPERVISOR, card, ACTION.approve);
    await client.waitForMessage('supervisors', says(runId, 'Approved by', OTHER_SUPERVISOR));
  });

  it('is made exactly once when two supervisors decide at the same moment, and one clicks twice', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Birch Street 3, hole');
    await Promise.all(
      [SUPERVISOR, OTHER_SUPERVISOR, SUPERVISOR].map((user) => client.click(user, card, ACTION.approve)),
    );
    await client.waitForMessage('supervisors', says(runId, 'Approved'));
    const run = await showRun(crewline, runId);
    expect(countFacts(run)['approval.approved']).toBe(1);
    const winner = run.timeline.find(({ type }) => type === 'approval.approved')?.actor;
    const loser = winner === SUPERVISOR ? OTHER_SUPERVISOR : SUPERVISOR;
    await client.waitForEphemeral(loser, says(`Already approved by <@${winner}>`));
    expect(cardsOf(client, 'supervisors', runId)).toHaveLength(1);
  });
});
