import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import { expect, it, vi } from 'vitest';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { createStores } from '../../src/store/stores.ts';
import { TRACES } from '../../src/store/traces.ts';
import type { SlackMessage } from '../support/local-slack.ts';
import {
  buttonsOf,
  finishJob,
  giveJob,
  ROAD_CREWS,
  requestRepair,
  SUPERVISOR,
  says,
  showRun,
} from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

/** Planted into every field of every door's input, and looked for in all of the database afterwards. */
const MARKER = 'Xyzzyplanted';
const crewline = useCrewline({
  edit: {
    'drill.json': () => ({
      name: 'permit',
      input: { text: { type: 'text', label: 'What', required: true }, key: { type: 'text', label: 'Key' } },
      steps: [{ task: 'await', wait: { event: 'permit', key: '$input.key' } }],
    }),
  },
});

/** Where in the database a text stands, at any depth, also as a part of a name or an id. */
async function findAll(db: Db, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await db.listCollections().toArray())
    for await (const document of db.collection(name).find())
      if (JSON.stringify(document).includes(text)) found.push(`${name} ${JSON.stringify(document._id)}`);
  return found;
}

async function startByApi(workflow: string, input: Record<string, unknown>): Promise<string> {
  const headers = { 'idempotency-key': `${MARKER} ${JSON.stringify(input)}` };
  const body = { workflow, input, requester: `${MARKER} intake` };
  const { id } = (await (await crewline.api('POST', '/api/runs', body, headers)).json()) as { id: string };
  return id;
}

/** The crew that has the job after another one has declined it. */
async function startElsewhere(runId: string) {
  const { client } = crewline.slack;
  const isOffered = (message: SlackMessage) =>
    says(runId)(message) && buttonsOf(message).includes(ACTION.startWork);
  const searches = Object.entries(ROAD_CREWS).map(async ([channel, lead]) => {
    const message = await client.waitForMessage(channel, isOffered);
    return { message, lead };
  });
  const { message, lead } = await Promise.any(searches);
  await client.click(lead, message, ACTION.startWork);
  return { lead, message: await client.waitForMessage(message.channel, says(runId, 'Under way')) };
}

const ended = (runId: string) =>
  vi.waitFor(async () => expect((await showRun(crewline, runId)).status).not.toBe('running'), 15_000);

it('what was said to any door about a run is nowhere in the database once the run is forgotten', async () => {
  const { client } = crewline.slack;
  const job = await giveJob(client, `${MARKER} Street 1, deep hole`);
  await client.click(job.lead, job.message, ACTION.declineWork);
  await client.waitForView();
  await client.submitModal(job.lead, { reason: `${MARKER} truck is broken` });
  await client.waitForMessage(job.message.channel, says(job.runId, 'Declined'));
  const begun = await startElsewhere(job.runId);
  await client.click(begun.lead, begun.message, ACTION.blockWork);
  await client.waitForView();
  await client.submitModal(begun.lead, { reason: `${MARKER} car in the way` });
  const blocked = await client.waitForMessage(
    begun.message.channel,
    says(job.runId, MARKER, 'car in the way'),
  );
  await client.click(begun.lead, blocked, ACTION.resumeWork);
  const again = await client.waitForMessage(begun.message.channel, says(job.runId, 'Under way'));
  await finishJob(client, { message: again, lead: begun.lead }, '500', `${MARKER} rolled`);

  const rejected = await requestRepair(client, `${MARKER} Street 2, hole`);
  await client.click(SUPERVISOR, rejected.card, ACTION.reject);
  await client.waitForView();
  await client.submitModal(SUPERVISOR, { reason: `${MARKER} not ours` });

  const cancelled = await startByApi('repairWorkflow', { text: `${MARKER} Street 3` });
  await crewline.api('POST', `/api/runs/${cancelled}/cancel`, { reason: `${MARKER} by mistake` });
  const permit = await startByApi('permit', { text: `${MARKER} fair`, key: `${MARKER}-9` });
  const event = { id: `${MARKER}-id`, name: 'permit', key: `${MARKER}-9`, payload: { by: MARKER } };
  await crewline.api('POST', '/api/events', event);

  const runIds = [job.runId, rejected.runId, cancelled, permit];
  for (const runId of runIds) await ended(runId);
  expect((await findAll(crewline.database.db, MARKER)).length).toBeGreaterThan(runIds.length);
  await crewline.stop();

  const { db } = crewline.database;
  const { archive, forgetting } = createStores(db);
  const later = new Date(Date.now() + 1_000);
  expect(await archive.moveEnded(later)).toBe(runIds.length);
  expect(await forgetting.forgetEnded(later)).toBe(runIds.length);
  expect(await findAll(db, MARKER)).toEqual([]);
  for (const runId of runIds) expect(await findAll(db, runId)).toEqual([]);
});

it('every collection says what of a run is in it', async () => {
  const known = Object.keys(TRACES).sort();
  const there = (await crewline.database.db.listCollections().toArray()).map(({ name }) => name);
  expect(there.filter((name) => !known.includes(name))).toEqual([]);
  const files = readdirSync('src/store', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.ts$/.test(file),
  );
  const named = files.flatMap((file) => {
    const text = readFileSync(join('src/store', file), 'utf8');
    const constants = [
      ...text.matchAll(
        /^(?:export )?const (?:[A-Z_]*(?:COLLECTION|FENCES)|RUNS|ARCHIVE|OUTBOX|WORK_ORDERS|AGENDA_JOBS) = '(\w+)'/gm,
      ),
    ];
    const literals = [...text.matchAll(/\.collection(?:<[^(]*>)?\('(\w+)'/g)];
    return [...constants, ...literals].map(([, name = '']) => name);
  });
  expect(named.length).toBeGreaterThan(15);
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
});
