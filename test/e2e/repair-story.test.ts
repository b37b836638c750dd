import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { readableText, type SlackMessage } from '../support/local-slack.ts';
import {
  buttonsOf,
  cardsOf,
  countFacts,
  findAssignment,
  finishJob,
  REQUESTER,
  requestRepair,
  SUPERVISOR,
  says,
  showRun,
  startJob,
  waitForOutcome,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

describe.each(['socket', 'http'] as const)('the pothole repair in %s mode', (mode) => {
  const crewline = useCrewline({ mode });
  let runId: string;

  it('goes from a command to a repaired road: approved, given to a crew, started, done', async () => {
    const { client } = crewline.slack;
    const asked = await requestRepair(client, '5th & Main, deep hole in the bus lane');
    runId = asked.runId;
    expect(buttonsOf(asked.card)).toEqual([ACTION.approve, ACTION.reject]);
    expect(readableText(asked.card)).toContain(`<@${REQUESTER}>`);
    expect(readableText(asked.card)).toMatch(/Severity\*?\n[\d.]+ of 10[\s\S]*estimated, budget \$2,500/);

    await client.click(SUPERVISOR, asked.card, ACTION.approve);
    const approved = await client.waitForMessage('supervisors', says('Approved'));
    expect(readableText(approved)).toContain(`<@${SUPERVISOR}>`);
    expect(approved.ts).toBe(asked.card.ts);
    expect(buttonsOf(approved)).toEqual([]);

    const { message } = await findAssignment(client, runId);
    expect(buttonsOf(message)).toEqual([ACTION.acceptWork, ACTION.declineWork, ACTION.startWork]);
    const started = await startJob(client, runId);
    expect(started.message.ts).toBe(message.ts);
    expect(buttonsOf(started.message)).toEqual([ACTION.finishWork, ACTION.blockWork]);
    await finishJob(client, started, '1,050.50', 'Filled and rolled');
    const finished = await waitForOutcome(client, runId, 'Completed');
    expect(readableText(finished)).toContain('$1,050.50');
    const done = await client.waitForMessage(message.channel, says(runId, '✅ Done'));
    expect(buttonsOf(done)).toEqual([]);
  });

  it('keeps one card in #requests, rewritten in place, with the story as its thread', async () => {
    const { client } = crewline.slack;
    const [card, ...others] = cardsOf(client, 'requests', runId);
    expect(others).toEqual([]);
    const isReply = (message: SlackMessage) => message.thread_ts === card?.ts;
    await client.waitForMessage('requests', (reply) => isReply(reply) && says('✅ Completed')(reply));
    const thread = client.messages('requests').filter(isReply).map(readableText).join('\n');
    for (const words of [
      `approved by <@${SUPERVISOR}>`,
      'got the job',
      'started the work',
      'Filled and rolled',
    ])
      expect(thread).toContain(words);
  });

  it('can be audited: every fact of the run, in order, with who did it', async () => {
    const run = await showRun(crewline, runId);
    expect(run).toMatchObject({
      status: 'completed',
      input: { text: '5th & Main, deep hole in the bus lane' },
    });
    expect(countFacts(run)).toEqual({
      'run.started': 1,
      'step.started': 4,
      'step.succeeded': 4,
      'approval.opened': 1,
      'approval.approved': 1,
      'work.announced': 1,
      'work.started': 1,
      'work.done': 1,
      'run.ended': 1,
    });
    expect(run.timeline.find(({ type }) => type === 'approval.approved')?.actor).toBe(SUPERVISOR);
    expect(run.timeline.at(-1)?.type).toBe('run.ended');
  });

  it('speaks in the log as people know it', () => {
    const log = crewline.output();
    expect(log).toContain('[Orchestrator] Step 1 passed: assessSeverity');
    expect(log).toContain('[Orchestrator] Waiting humanApproval...');
    expect(log).toMatch(/\[Monitor] Task assignCrew started at \d\d:\d\d/);
  });
});
