import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/app.ts';
import type { WorkflowSource } from '../../src/core/definition/workflow-definition.ts';
import type { RunResult } from '../../src/management/runs.ts';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';
import { makeAppOptions } from '../support/make-app-options.ts';
import { createMemoryLog, type MemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';
import { SEED } from '../support/runs.ts';
import { finishJob, OTHER_SUPERVISOR, runIdIn, SUPERVISOR, says, startJob } from '../support/story.ts';

describe('ManagementLayer.start', () => {
  const database = useDatabase();
  let slack: TestLocalSlack;
  let app: App;
  let log: MemoryLog;
  beforeAll(async () => {
    slack = await startLocalSlack();
    await startApp();
  });
  afterAll(async () => {
    await app.stop();
    await slack.close();
  });

  async function startApp(): Promise<void> {
    log = createMemoryLog();
    app = await createApp(makeAppOptions(database, slack), { log, findToken: () => undefined });
    await app.start();
  }

  it('takes the seed’s JSON and resolves with {status, details} once the road is repaired', async () => {
    const { client } = slack;
    const end = app.managementLayer.start(SEED, { reportId: 'pothole-1' });
    const card = await client.waitForMessage('supervisors', says('pothole-1', 'Decision needed'));
    await client.click(SUPERVISOR, card, ACTION.approve);
    await finishJob(client, await startJob(client, runIdIn(card)), '640', 'Done');
    const result: RunResult = await end;
    expect(result).toMatchObject({
      status: 'completed',
      details: { runId: runIdIn(card), breaches: [], spentCents: null },
    });
    expect(Object.keys(result.details.outputs)).toEqual([
      'assessSeverity',
      'humanApproval',
      'assignCrew',
      'executeRepair',
    ]);
    expect(result.details.outputs.executeRepair).toMatchObject({ actualCostCents: 64_000, note: 'Done' });
    expect(log.lines()).toEqual(
      expect.arrayContaining([
        '[Orchestrator] Step 1 passed: assessSeverity',
        '[Orchestrator] Waiting humanApproval...',
        '[Orchestrator] Step 4 passed: executeRepair',
      ]),
    );
  });

  it('resolves with the reason when people say no', async () => {
    const { client } = slack;
    const end = app.managementLayer.start('repairWorkflow', { text: 'Code Street 1, hole' });
    const card = await client.waitForMessage('supervisors', says('Code Street 1'));
    await client.click(SUPERVISOR, card, ACTION.reject);
    await client.waitForView();
    await client.submitModal(SUPERVISOR, { reason: 'Not ours' });
    expect(await end).toMatchObject({ status: 'rejected', details: { reason: 'Not ours' } });
  });

  it('resolves as completed with the breach in its details when it cost too much', async () => {
    const { client } = slack;
    const end = app.managementLayer.start('repairWorkflow', { text: 'Code Street 2, hole' });
    const card = await client.waitForMessage('supervisors', says('Code Street 2'));
    await client.click(SUPERVISOR, card, ACTION.approve);
    await finishJob(client, await startJob(client, runIdIn(card)), '9,999');
    expect(await end).toMatchObject({
      status: 'completed',
      details: { breaches: ['budget'], spentCents: 999_900 },
    });
  });

  it('rejects at once what cannot be run, and says why', async () => {
    const { managementLayer } = app;
    const nobody: WorkflowSource = { steps: [{ task: 'ask', role: 'Mayor' }] };
    await expect(managementLayer.start(nobody, {})).rejects.toMatchObject({ code: 'workflow.invalid' });
    await expect(managementLayer.start('repair', {})).rejects.toMatchObject({ code: 'run.unknownWorkflow' });
    await expect(managementLayer.start('repairWorkflow', {})).rejects.toMatchObject({ code: 'run.badInput' });
    await expect(managementLayer.runs.awaitEnd('R-NONE')).rejects.toMatchObject({ code: 'run.unknown' });
  });

  it('tells those who wait that it stops; after the restart the same run can be awaited again', async () => {
    const { client } = slack;
    const end = app.managementLayer.start(SEED, { reportId: 'pothole-2' });
    const stopped = expect(end).rejects.toMatchObject({ code: 'app.stopping', retryable: true });
    const card = await client.waitForMessage('supervisors', says('pothole-2', 'Decision needed'));
    await app.stop();
    await stopped;

    await startApp();
    const again = app.managementLayer.runs.awaitEnd(runIdIn(card));
    await client.click(OTHER_SUPERVISOR, card, ACTION.approve);
    await finishJob(client, await startJob(client, runIdIn(card)), '700');
    expect(await again).toMatchObject({ status: 'completed', details: { runId: runIdIn(card) } });
    expect(await app.managementLayer.runs.awaitEnd(runIdIn(card))).toEqual(await again);
  });
});
