import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { withFields, withPolicyWaits } from '../support/edit-agency.ts';
import { readableText } from '../support/local-slack.ts';
import {
  approveAndStart,
  buttonsOf,
  countFacts,
  DISPATCHER,
  finishJob,
  OPERATIONS_MANAGER,
  REQUESTER,
  requestRepair,
  runIdIn,
  says,
  showRun,
  waitForOutcome,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

describe.each(['socket', 'http'] as const)('a missed deadline in %s mode', (mode) => {
  const edit = {
    'repairWorkflow.json': withFields({ sla: { within: '6s' } }),
    'drill.json': withFields({ sla: { within: '2s' } }),
    'agency.json': withPolicyWaits('1s'),
  };
  const crewline = useCrewline({ mode, edit });
  let runId: string;
  let job: Awaited<ReturnType<typeof approveAndStart>>;

  it('is warned of, then pages #escalations, then by direct message the next level', async () => {
    const { client } = crewline.slack;
    const asked = await requestRepair(client, '5th & Main, deep hole');
    runId = asked.runId;
    job = await approveAndStart(client, asked.card);
    await client.waitForMessage('escalations', says(runId, 'the deadline is near'));
    const page = await client.waitForMessage('escalations', says(runId, 'Deadline missed', 'Acknowledge'));
    expect(buttonsOf(page)).toEqual([ACTION.acknowledge]);
    const second = await client.waitForMessage(OPERATIONS_MANAGER, says(runId, 'Deadline missed', '2 of 2'));
    expect(second.channel).not.toBe(page.channel);
    await waitForOutcome(client, runId, 'Late, handed over');
    expect(crewline.output()).toMatch(
      /\[Escalator] ALERT: executeRepair breached SLA at \d{4}-\d\d-\d\dT\d\d:\d\dZ/,
    );
  });

  it('stops climbing when somebody acknowledges, and every page says who', async () => {
    const { client } = crewline.slack;
    const page = await client.waitForMessage(OPERATIONS_MANAGER, says(runId, 'Deadline missed'));
    await client.click(OPERATIONS_MANAGER, page, ACTION.acknowledge);
    for (const channel of ['escalations', OPERATIONS_MANAGER]) {
      const calm = await client.waitForMessage(
        channel,
        says(runId, `Acknowledged by <@${OPERATIONS_MANAGER}>`),
      );
      expect(buttonsOf(calm)).toEqual([]);
    }
    await client.click(DISPATCHER, page, ACTION.acknowledge);
    await client.waitForEphemeral(DISPATCHER, says('already acknowledged', OPERATIONS_MANAGER));
    const stored = await crewline.database.db.collection<{ _id: string }>('runs').findOne({ _id: runId });
    expect(stored).toMatchObject({ escalations: { 'sla-run': { state: 'acknowledged', nextAt: null } } });
  });

  it('leaves the work to the crew: a late Done is still recorded', async () => {
    const { client } = crewline.slack;
    const late = await client.waitForMessage(job.message.channel, says(runId, 'still wanted'));
    await finishJob(client, { message: late, lead: job.lead }, '900', 'Late, but done');
    await client.waitForMessage(late.channel, says(runId, '✅ Done'));
    const run = await showRun(crewline, runId);
    expect(run.status).toBe('escalated');
    expect(run.timeline.map(({ type }) => type).slice(-2)).toContain('work.done');
    expect(countFacts(run)).toMatchObject({ 'sla.warned': 1, 'sla.breached': 1, 'run.ended': 1 });
    const finished = await waitForOutcome(client, runId, '$900');
    expect(readableText(finished)).toContain('missed');
  });

  it('runs the definition’s fallback procedure: dispatch reads its notice', async () => {
    const { client } = crewline.slack;
    await client.command(REQUESTER, 'requests', '/drill', 'Drill Street 1, hole');
    const notice = await client.waitForMessage('dispatch', says('Drill: the deadline has passed'));
    const drill = runIdIn(notice);
    await waitForOutcome(client, drill, 'Late, handed over');
    expect(await showRun(crewline, drill)).toMatchObject({
      status: 'escalated',
      steps: { humanApproval: { status: 'abandoned' }, runFallback: { status: 'succeeded' } },
    });
    const card = await client.waitForMessage('supervisors', says(drill, 'No decision any more'));
    expect(buttonsOf(card)).toEqual([]);
  });

  it('says so when everybody was paged and nobody acknowledged', async () => {
    const { client } = crewline.slack;
    const page = await client.waitForMessage(
      'escalations',
      says('Drill Street 1', 'Nobody has acknowledged'),
    );
    const drill = runIdIn(page);
    expect(countFacts(await showRun(crewline, drill))).toMatchObject({
      'escalation.paged': 5,
      'escalation.exhausted': 1,
    });
    await client.click(DISPATCHER, page, ACTION.acknowledge);
    await client.waitForMessage('escalations', says(drill, `Acknowledged by <@${DISPATCHER}>`));
  });
});
