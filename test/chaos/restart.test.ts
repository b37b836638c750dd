import { describe, expect, it } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { type CrewlineOptions, startCrewline, type TestCrewline } from '../support/crewline.ts';
import { type TestDatabase, useDatabase } from '../support/mongo.ts';
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

const databases = {
  killed: { socket: useDatabase(), http: useDatabase() },
  stopped: { socket: useDatabase(), http: useDatabase() },
  worst: useDatabase(),
};

// Most of the time is spent on waiting for the leases of the dead, so the stories run side by side.
describe.concurrent('a restart', () => {
  it.each(['socket', 'http'] as const)(
    'after kill -9 loses nothing in %s mode: neither a run that waits for approval nor a crew at work',
    (mode) =>
      withCrewline(databases.killed[mode], { mode }, async (crewline) => {
        const { client } = crewline.slack;
        const working = await requestRepair(client, 'Crash Street 1, hole');
        await approveAndStart(client, working.card);
        const waiting = await requestRepair(client, 'Crash Street 2, hole');
        await crewline.kill();
        await crewline.start();

        expect(await showRun(crewline, waiting.runId)).toMatchObject({
          status: 'running',
          steps: { humanApproval: { status: 'waiting' } },
        });
        await finishAndCount(crewline, working.runId);
        await client.click(SUPERVISOR, waiting.card, ACTION.approve);
        await finishAndCount(crewline, waiting.runId);
      }),
  );

  it.each(['socket', 'http'] as const)(
    'after SIGTERM is clean in %s mode: it ended with 0, held nothing, and goes on at once',
    (mode) => {
      const database = databases.stopped[mode];
      return withCrewline(database, { mode }, async (crewline) => {
        const { client } = crewline.slack;
        const { card, runId } = await requestRepair(client, 'Stop Street 1, hole');
        expect(await crewline.stop()).toBe(0);
        expect(await database.db.collection('runs').countDocuments({ lease: { $ne: null } })).toBe(0);
        expect(await database.db.collection('outbox').countDocuments({ lockedBy: { $ne: null } })).toBe(0);
        await crewline.start();
        await client.click(SUPERVISOR, card, ACTION.approve);
        await finishAndCount(crewline, runId);
      });
    },
  );

  it('after kill -9 at the worst moment keeps every acknowledged click and command, and no card lies', () =>
    withCrewline(databases.worst, {}, async (crewline) => {
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
      const asked = says('Moment Street 3', 'Decision needed');
      const card = await client.waitForMessage('supervisors', asked, AFTER_A_CRASH);
      await client.click(SUPERVISOR, card, ACTION.approve);
      for (const runId of [first.runId, second.runId, runIdIn(card)]) {
        await client.waitForMessage('supervisors', says(runId, 'Approved by'), AFTER_A_CRASH);
        await finishAndCount(crewline, runId);
      }
    }));
});

async function withCrewline(
  database: TestDatabase,
  options: CrewlineOptions,
  tell: (crewline: TestCrewline) => Promise<void>,
): Promise<void> {
  const crewline = await startCrewline(database, options);
  try {
    await tell(crewline);
  } finally {
    await crewline.close();
  }
}

/** From an assignment to the end; every card of the run is there once, every fact counted once. */
async function finishAndCount(crewline: TestCrewline, runId: string): Promise<void> {
  const { client } = crewline.slack;
  const { message, lead } = await findAssignment(client, runId, AFTER_A_CRASH);
  if (says('New job')(message)) await client.click(lead, message, ACTION.startWork);
  const started = await client.waitForMessage(message.channel, says(runId, 'Under way'), AFTER_A_CRASH);
  await finishJob(client, { message: started, lead }, '800');
  await waitForOutcome(client, runId, 'Completed', AFTER_A_CRASH);
  expect(countFacts(await showRun(crewline, runId))).toMatchObject({
    'approval.approved': 1,
    'work.announced': 1,
    'work.started': 1,
    'work.done': 1,
    'run.ended': 1,
  });
  for (const channels of [['requests'], ['supervisors'], Object.keys(ROAD_CREWS)])
    expect(channels.flatMap((channel) => cardsOf(client, channel, runId))).toHaveLength(1);
}
