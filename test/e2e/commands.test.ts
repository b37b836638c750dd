import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { askCrewline, awaitAnswer } from '../support/await-answer.ts';
import { readableText } from '../support/local-slack.ts';
import { commandForm, postSigned } from '../support/signed-request.ts';
import {
  DISPATCHER,
  OTHER_REQUESTER,
  REQUESTER,
  requestRepair,
  runIdIn,
  says,
  showRun,
  waitForOutcome,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

describe.each(['socket', 'http'] as const)('slash commands in %s mode', (mode) => {
  const crewline = useCrewline({ mode });

  /** What `/crewline <text>` answers, to that person alone. */
  const ask = async (text: string, user = REQUESTER): Promise<string> =>
    readableText(await askCrewline(crewline.slack.client, user, 'requests', text));

  it('help themselves: /crewline alone, help and nonsense name what can be done', async () => {
    expect(await ask('')).toContain('/crewline list');
    expect(await ask('help')).toContain('streetLightOutage');
    const nonsense = await ask('lisst <!channel>');
    expect(nonsense).toMatch(/“lisst”.*list/);
    expect(nonsense).not.toContain('<!channel>');
  });

  it('start a workflow by its name, whatever the case', async () => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/crewline', 'start repairworkflow Named Street 1, hole');
    await client.waitForMessage('supervisors', says('Named Street 1', 'Decision needed'));
    expect(await ask('start')).toContain('Say which workflow');
    expect(await ask('start repairWorkflw hole')).toMatch(/No workflow.*repairWorkflow/s);
  });

  it('list the open runs, one’s own, or all', async () => {
    const { client } = crewline.slack;
    const mine = await requestRepair(client, 'Listed Street 1, hole', OTHER_REQUESTER);
    expect(await ask('list')).toContain(mine.runId);
    const own = await ask('list mine', OTHER_REQUESTER);
    expect(own).toContain(mine.runId);
    expect(own).not.toContain('Named Street');
    expect(await ask('list all')).toContain('Named Street');
    expect(await ask('list closed')).toContain('none of them');
  });

  it('show a run and what happened to it', async () => {
    const { runId } = await requestRepair(crewline.slack.client, 'Shown Street 1, hole');
    const shown = await ask(`show ${runId.toLowerCase()}`);
    expect(shown).toContain('Shown Street 1');
    expect(shown).toContain('Assess severity: done');
    expect(await ask('show')).toContain('Say which request');
    expect(await ask('show R-NONE')).toContain('There is no request R-NONE');
  });

  it('cancel a run: its requester and operators may, others may not', async () => {
    const { client } = crewline.slack;
    const { runId } = await requestRepair(client, 'Mistaken Lane 1, hole');
    expect(await ask(`cancel ${runId}`, OTHER_REQUESTER)).toContain('Only the requester');
    expect(await ask(`cancel ${runId} Wrong street`, DISPATCHER)).toContain('is cancelled');
    expect(readableText(await waitForOutcome(client, runId, 'Cancelled'))).toContain('Wrong street');
    await client.waitForMessage('supervisors', says(runId, 'No decision any more'));
    expect(await ask(`cancel ${runId}`)).toContain('already ended');
    expect(await ask('cancel')).toContain('Say which request');
    expect(await ask('cancel R-NONE')).toContain('There is no request R-NONE');
    expect((await showRun(crewline, runId)).status).toBe('cancelled');
  });

  it('ask back about what names no thing and no place, and file it with one press', async () => {
    const { client } = crewline.slack;
    const type = (text: string) =>
      awaitAnswer(client, REQUESTER, () => client.command(REQUESTER, 'requests', '/repair', text));
    expect(readableText(await type('help'))).toContain('Nothing has been filed');
    const asked = await type('x');
    expect(readableText(asked)).toContain('nothing has been filed yet');
    const press = () => client.click(REQUESTER, asked, ACTION.fileAnyway);
    const filed = await awaitAnswer(client, REQUESTER, press);
    expect((await showRun(crewline, runIdIn(filed))).input).toEqual({ text: 'x' });
  });

  it('open the definition’s form when nothing is typed, and start on its submission', async () => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/repair');
    const view = await client.waitForView();
    expect(view.title?.text).toBe('Pothole repair');
    expect(await client.submitModal(REQUESTER, { text: ' ' })).toEqual({
      status: 'refused',
      errors: { text: 'This is required.' },
    });
    await client.submitModal(REQUESTER, { text: 'Modal Street 1, deep hole' });
    await client.waitForMessage('supervisors', says('Modal Street 1', 'Decision needed'));
    expect(client.openModals()).toEqual([]);
  });

  it('offer a definition’s choices, and show them to those who decide', async () => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/streetlight');
    await client.waitForView((view) => view.title?.text === 'Street light outage');
    expect(await client.submitModal(REQUESTER, { hazard: 'Leaning pole' })).toMatchObject({
      status: 'refused',
      errors: { location: 'This is required.' },
    });
    await client.submitModal(REQUESTER, {
      location: 'Lamp Street 5',
      hazard: 'Leaning pole',
      poleNumber: '77',
    });
    const card = await client.waitForMessage('supervisors', says('Lamp Street 5', 'Leaning pole'));
    expect((await showRun(crewline, runIdIn(card))).input).toEqual({
      location: 'Lamp Street 5',
      hazard: 'Leaning pole',
      poleNumber: '77',
    });
  });
});

describe('a slash command that Slack delivers again', () => {
  const crewline = useCrewline({ mode: 'http' });

  it('starts one run', async () => {
    const { client } = crewline.slack;
    const form = commandForm('/repair', 'Twice Street 2, hole', 'trigger-twice');
    const answers = await Promise.all([1, 2, 3].map(() => postSigned(crewline, form)));
    answers.push(await postSigned(crewline, form));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await client.waitForMessage('supervisors', says('Twice Street 2'));
    expect(await crewline.database.db.collection('runs').countDocuments()).toBe(1);
    expect(client.messages('supervisors')).toHaveLength(1);
  });

  it('starts another run when it is typed again', async () => {
    await postSigned(crewline, commandForm('/repair', 'Twice Street 2, hole', 'trigger-again'));
    expect(await crewline.database.db.collection('runs').countDocuments()).toBe(2);
  });
});
