import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/action-ids.ts';
import { startCrewline, type TestCrewline } from '../support/crewline.ts';
import { useDatabase } from '../support/mongo.ts';
import {
  AFTER_A_CRASH,
  approveAndStart,
  cardsOf,
  countFacts,
  findAssignment,
  finishJob,
  OTHER_SUPERVISOR,
  REQUESTER,
  ROAD_CREWS,
  requestRepair,
  runIdIn,
  SUPERVISOR,
  says,
  showRun,
  waitForOutcome,
} from '../support/story.ts';

describe.each(['socket', 'http'] as const)('a restart in %s mode', (mode) => {
  const database = useDatabase();
  let crewline: TestCrewline;
  beforeAll(async () => {
    crewline = await startCrewline(database, { mode });
  });
  afterAll(() => crewline.close());

  it('after kill -9 while waiting for approval loses nothing: the old card still works', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Crash Street 1, hole');
    await crewline.kill();
    await crewline.start();
    expect((await showRun(crewline, runId)).status).toBe('running');
    await client.click(SUPERVISOR, card, ACTION.approve);
    await finishAndCount(crewline, runId);
  });

  it('after kill -9 while the crew is at work loses nothing: the crew reports when it is done', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Crash Street 2, hole');
    await approveAndStart(client, card);
    await crewline.kill();
    await crewline.start();
    await finishAndCount(crewline, runId);
  });

  it('by SIGTERM is clean: it ends with 0, and the next start goes on at once', async () => {
    const { client } = crewline.slack;
    const { card, runId } = await requestRepair(client, 'Stop Street 1, hole');
    expect(await crewline.stop()).toBe(0);
    expect(await database.db.collection('runs').countDocuments({ lease: { $ne: null } })).toBe(0);
    await crewline.start();
    await client.click(SUPERVISOR, card, ACTION.approve);
    await finishAndCount(crewline, runId);
  });
});

describe('kill -9 at the worst moment', () => {
  const database = useDatabase();
  let crewline: TestCrewline;
  beforeAll(async () => {
    crewline = await startCrewline(database);
  });
  afterAll(() => crewline.close());

  it('loses nothing that was acknowledged: a decision, a command; and every card tells the truth', async () => {
    const { client } = crewline.slack;
    const first = await requestRepair(client, 'Moment Street 1, hole');
    const second = await requestRepair(client, 'Moment Street 2, hole');
    await client.click(SUPERVISOR, first.card, ACTION.approve);
    await client.command(REQUESTER, 'requests', '/repair', 'Moment Street 3, hole');
    const cutShort = client.click(SUPERVISOR, second.card, ACTION.approve);
    await crewline.kill();
    await cutShort.catch(() => {});
    await crewline.start();

    expect(countFacts(await showRun(crewline, first.runId))['approval.approved']).toBe(1);
    const decided = countFacts(await showRun(crewline, second.runId))['approval.approved'] === 1;
    if (!decided) await client.click(OTHER_SUPERVISOR, second.card, ACTION.approve);
    const card = await client.waitForMessage(
      'supervisors',
      says('Moment Street 3', 'Decision needed'),
      AFTER_A_CRASH,
    );
    await client.click(SUPERVISOR, card, ACTION.approve);
    for (const runId of [first.runId, second.runId, runIdIn(card)]) {
      await client.waitForMessage('supervisors', says(runId, 'Approved by'), AFTER_A_CRASH);
      await finishAndCount(crewline, runId);
    }
  });
});

/** From an assignment to the end; every card of the run is there once, every fact counted once. */
async function finishAndCount(crewline: TestCrewline, runId: string): Promise<void> {
  const { client } = crewline.slack;
  const { message, lead } = await findAssignment(client, runId, AFTER_A_CRASH);
  const isNew = says('New job')(message);
  if (isNew) await client.click(lead, message, ACTION.startWork);
  const started = await client.waitForMessage(message.channel, says(runId, 'Under way'), AFTER_A_CRASH);
  await finishJob(client, { message: started, lead }, '800');
  await waitForOutcome(client, runId, 'Completed', AFTER_A_CRASH);
  const run = await showRun(crewline, runId);
  expect(countFacts(run)).toMatchObject({
    'approval.approved': 1,
    'work.announced': 1,
    'work.started': 1,
    'work.done': 1,
    'run.ended': 1,
  });
  expect(cardsOf(client, 'requests', runId)).toHaveLength(1);
  expect(cardsOf(client, 'supervisors', runId)).toHaveLength(1);
  const inCrews = Object.keys(ROAD_CREWS).flatMap((channel) => cardsOf(client, channel, runId));
  expect(inCrews).toHaveLength(1);
}
