import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/app.ts';
import type { RunRequest } from '../../src/core/run/workflow-run.ts';
import { handlerForTest } from '../support/engine.ts';
import { startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';
import { makeAppOptions } from '../support/make-app-options.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';

const FLOOD = {
  name: 'floodWorkflow',
  command: '/flood',
  steps: [
    { task: 'pump', service: 'PumpService' },
    { task: 'dry', service: 'PumpService' },
  ],
};
const pump = handlerForTest('service', 'PumpService', async () => ({
  kind: 'done',
  output: { pumped: true },
}));
const database = useDatabase();
const log = createMemoryLog();
let slack: TestLocalSlack;
let folder: string;
let older: App;
let newer: App;

beforeAll(async () => {
  slack = await startLocalSlack();
  folder = await mkdtemp(join(tmpdir(), 'crewline-rolling-'));
  await cp('workflows', folder, { recursive: true });
  await writeFile(join(folder, 'flood.json'), JSON.stringify(FLOOD));
  const findToken = () => undefined;
  const options = makeAppOptions(database, slack, { alone: false });
  older = await createApp(options, { log, findToken });
  const files = { workflowsDir: folder, agencyFile: join(folder, 'agency.json') };
  newer = await createApp({ ...options, ...files }, { log, findToken, handlers: [pump] });
  await older.start();
});
afterAll(async () => {
  await newer?.stop();
  await older?.stop();
  await slack.close();
  await rm(folder, { recursive: true });
});

const request: RunRequest = {
  workflow: 'floodWorkflow',
  input: { text: 'Elm Street' },
  requester: { userId: null, name: '311' },
  origin: { kind: 'http', channel: null },
  requestKey: null,
};

it('a workflow that only the new process has is refused while it is not there, and started by either once it is', async () => {
  const { runs } = older.managementLayer;
  await expect(runs.start(request)).rejects.toMatchObject({ code: 'run.unknownWorkflow' });
  await newer.start();
  await expect
    .poll(() => runs.findDefinition('/flood'), { timeout: 5_000 })
    .toMatchObject({ name: 'floodWorkflow' });
  const started = await Promise.all(Array.from({ length: 10 }, () => runs.start(request)));
  for (const { run } of started) {
    expect(await runs.awaitEnd(run._id)).toMatchObject({
      status: 'completed',
      details: { outputs: { dry: { pumped: true } } },
    });
    expect((await runs.find(run._id))?.escalations).toEqual({});
  }
});

it('its command is answered, whichever process hears it, and starts one run', async () => {
  await slack.client.command('U0RIVERA', 'requests', '/flood', 'Oak Street');
  const filter = { 'input.text': 'Oak Street', status: 'completed' };
  await expect.poll(() => database.db.collection('runs').countDocuments(filter), { timeout: 15_000 }).toBe(1);
});
