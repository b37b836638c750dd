import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/app.ts';
import type { WorkflowRun } from '../../src/core/run/workflow-run.ts';
import { API_TOKEN } from '../support/crewline.ts';
import { startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';
import { makeAppOptions } from '../support/make-app-options.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';
import { LATER, type Painter, type PainterCall, startPainter } from '../support/painter.ts';

const paint = { task: 'paint', service: 'Painter', retry: { attempts: 3, backoff: '0.05s' } };
const each = {
  task: 'each',
  forEach: { items: '$input.places', steps: [{ task: 'fix', service: 'Painter' }] },
};
const WORKFLOWS = {
  paint: { steps: [paint], slaHours: 1 },
  paintTwice: {
    steps: [paint, { task: 'again', service: 'Painter', with: { text: '$paint.text' } }],
    slaHours: 1,
  },
  paintHelped: {
    steps: [{ ...paint, retry: { attempts: 1 }, fallback: { service: 'Painter' } }],
    slaHours: 1,
  },
  paintMany: { steps: [each], slaHours: 1 },
  unlimited: { steps: [paint] },
  crew: { steps: [{ task: 'assign', service: 'CrewScheduler' }], slaHours: 1 },
};

const database = useDatabase();
const runs = database.db.collection<WorkflowRun>('runs');
const log = createMemoryLog();
let slack: TestLocalSlack;
let painter: Painter;
let app: App;
let url: string;
let folder: string;

beforeAll(async () => {
  [slack, painter] = await Promise.all([startLocalSlack(), startPainter()]);
  folder = await writeWorkflows();
  const options = makeAppOptions(database, slack, {
    http: { port: 0, apiToken: API_TOKEN },
    workflowsDir: folder,
    agencyFile: join(folder, 'agency.json'),
  });
  app = await createApp(options, { log, findToken: () => undefined });
  url = `http://localhost:${(await app.start()).port}`;
});
beforeEach(() => {
  painter.calls.length = 0;
  painter.answer = async () => LATER;
});
afterAll(async () => {
  await app?.stop();
  await Promise.all([painter.stop(), slack.close(), rm(folder, { recursive: true })]);
});

/** The demo agency with a painter it calls by URL. */
async function writeWorkflows(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'crewline-test-results-'));
  const agency = JSON.parse(await readFile('workflows/agency.json', 'utf8')) as Record<string, unknown>;
  const services = [{ name: 'Painter', url: painter.url, timeout: '10s' }];
  await writeFile(join(made, 'agency.json'), JSON.stringify({ ...agency, services }));
  for (const [name, source] of Object.entries(WORKFLOWS))
    await writeFile(join(made, `${name}.json`), JSON.stringify(source));
  return made;
}

async function post(path: string, body: unknown, token = API_TOKEN) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

async function start(workflow: keyof typeof WORKFLOWS, input: Record<string, unknown> = {}): Promise<string> {
  const { body } = await post('/api/runs', { workflow, input });
  return (body as { id: string }).id;
}

/** Resolves once the run is as wanted; told of every commit by the database. */
async function reached(id: string, test: (run: WorkflowRun) => boolean): Promise<WorkflowRun> {
  const stream = runs.watch([], { fullDocument: 'updateLookup' });
  try {
    await stream.tryNext();
    for (;;) {
      const run = await runs.findOne({ _id: id });
      if (run && test(run)) return run;
      await stream.next();
    }
  } finally {
    await stream.close();
  }
}
const waits =
  (step: string, attempt = 1) =>
  ({ steps }: WorkflowRun) =>
    steps[step]?.status === 'waiting' && steps[step].attempts.length === attempt;
const refusedWith = (status: number, words: string) => ({
  status,
  body: { error: { message: expect.stringContaining(words) } },
});

describe('a service that answers later', () => {
  it('reports its output where it was told to, and the run goes on with it', async () => {
    const id = await start('paint');
    await reached(id, waits('paint'));
    const path = painter.calls[0]?.body.callbackPath ?? '';
    expect(path).toBe(`/api/runs/${id}/steps/paint/result?attempt=1`);
    const answer = await post(path, { output: { painted: true, actualCostCents: 500 } });
    expect(answer).toEqual({ status: 200, body: { id, step: 'paint', status: 'succeeded' } });
    expect(await app.managementLayer.runs.awaitEnd(id)).toMatchObject({
      status: 'completed',
      details: { outputs: { paint: { painted: true } } },
    });
    expect(await post(path, { output: { painted: true } })).toEqual(answer);
    expect(await post(path, { error: { code: 'late', message: 'No' } })).toMatchObject({ status: 409 });
  });

  it('may report before its 202 has arrived', async () => {
    painter.answer = async ({ body }: PainterCall) => {
      expect(await post(body.callbackPath, { output: { painted: true } })).toMatchObject({ status: 200 });
      return LATER;
    };
    const id = await start('paint');
    expect(await app.managementLayer.runs.awaitEnd(id)).toMatchObject({ status: 'completed' });
    expect(painter.calls).toHaveLength(1);
  });

  it('is called again, with the same key, after an error that may pass; the old attempt is over', async () => {
    const id = await start('paint');
    await reached(id, waits('paint'));
    const error = { code: 'paint.empty', message: 'No paint is left', retryable: true };
    const path = `/api/runs/${id}/steps/paint/result`;
    expect(await post(`${path}?attempt=1`, { error })).toMatchObject({ body: { status: 'retrying' } });
    await reached(id, waits('paint', 2));
    expect(await post(`${path}?attempt=1`, { error })).toMatchObject({ status: 200 });
    expect(await post(`${path}?attempt=1`, { error: { ...error, code: 'other' } })).toMatchObject(
      refusedWith(409, 'Attempt 1 of “paint” is over'),
    );
    expect(await post(path, { error: { ...error, retryable: false } })).toMatchObject({ status: 200 });
    expect(await app.managementLayer.runs.awaitEnd(id)).toMatchObject({
      status: 'failed',
      details: { reason: 'paint: No paint is left' },
    });
    expect(painter.calls.map(({ key }) => key)).toEqual([`${id}/paint`, `${id}/paint`]);
  });

  it('reports for a step inside a loop', async () => {
    const id = await start('paintMany', { places: ['A', 'B'] });
    await reached(id, (run) => waits('fix@0')(run) && waits('fix@1')(run));
    for (const { body } of painter.calls)
      expect(await post(body.callbackPath, { output: { painted: body.task } })).toMatchObject({
        status: 200,
      });
    expect(await app.managementLayer.runs.awaitEnd(id)).toMatchObject({ status: 'completed' });
    expect(painter.calls.map(({ key }) => key).sort()).toEqual([`${id}/fix@0`, `${id}/fix@1`]);
  });

  it('may report much: the next step gets all of it', async () => {
    const id = await start('paintTwice');
    await reached(id, waits('paint'));
    const text = 'x'.repeat(60_000);
    await post(`/api/runs/${id}/steps/paint/result`, { output: { text } });
    const run = await reached(id, waits('again'));
    expect(painter.calls[1]?.body.input).toEqual({ text });
    expect(run.steps.paint).toMatchObject({
      output: {},
      storedOutput: expect.stringContaining(`${id}/paint/`),
    });
  });

  it('may call its fields what it likes', async () => {
    const id = await start('paintTwice');
    await reached(id, waits('paint'));
    const output = { $set: { 'a.b': 1 }, 'c.$d': [{ $literal: 2 }] };
    const path = `/api/runs/${id}/steps/paint/result`;
    expect(await post(path, { output })).toMatchObject({ status: 200 });
    expect((await reached(id, waits('again'))).steps.paint?.output).toEqual(output);
  });

  it('is warned about when nothing limits how long it takes', async () => {
    await reached(await start('unlimited'), waits('paint'));
    const warned = log.entries.filter(({ message }) => message.startsWith('Nothing limits'));
    expect(warned.map(({ fields }) => fields.task)).toEqual(['paint']);
  });
});

describe('an answer that could not be stored', () => {
  it.each([
    ['nested too deeply', JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`), '50 levels'],
    ['with a field name no database takes', { 'a\0b': 1 }, 'NUL'],
  ])('fails its step for good: %s', async (_what, body, words) => {
    painter.answer = async () => ({ status: 200, body });
    const end = await app.managementLayer.runs.awaitEnd(await start('paint'));
    expect(end).toMatchObject({ status: 'failed', details: { reason: expect.stringContaining(words) } });
    expect(painter.calls).toHaveLength(1);
  });
});

describe('a retry after an unknown outcome', () => {
  it('is the same piece of work to the service, and the fallback is another', async () => {
    const done = new Set<string>();
    painter.answer = async ({ key }) => {
      if (done.has(key)) return { status: 200, body: { painted: key } };
      done.add(key);
      return 'hang up';
    };
    const id = await start('paint');
    expect(await app.managementLayer.runs.awaitEnd(id)).toMatchObject({ status: 'completed' });
    expect([...done]).toEqual([`${id}/paint`]);
    painter.answer = async ({ key }) =>
      key.endsWith('#fallback') ? { status: 200, body: {} } : { status: 400, body: {} };
    const helped = await start('paintHelped');
    expect(await app.managementLayer.runs.awaitEnd(helped)).toMatchObject({ status: 'completed' });
    expect(painter.calls.slice(2).map(({ key }) => key)).toEqual([
      `${helped}/paint`,
      `${helped}/paint#fallback`,
    ]);
  });
});

describe('a report that fits nothing', () => {
  const report = { output: {} };

  it('is refused with words: no such run, no such step, no token, no such query', async () => {
    const id = await start('paint');
    await reached(id, waits('paint'));
    const path = `/api/runs/${id}/steps/paint/result`;
    expect(await post('/api/runs/R-NONE/steps/paint/result', report)).toMatchObject(
      refusedWith(404, 'no request R-NONE'),
    );
    expect(await post(`/api/runs/${id}/steps/glue/result`, report)).toMatchObject(
      refusedWith(404, 'no step “glue”'),
    );
    expect(await post(path, report, 'token-of-a-stranger')).toMatchObject({ status: 401 });
    expect(await post(`${path}?try=1`, report)).toMatchObject(refusedWith(400, '“try” is no parameter'));
    expect((await runs.findOne({ _id: id }))?.steps.paint?.status).toBe('waiting');
  });

  it('is refused for what Crewline does itself', async () => {
    const id = await start('crew');
    await reached(id, ({ steps }) => steps.assign?.status !== 'pending');
    expect(await post(`/api/runs/${id}/steps/assign/result`, report)).toMatchObject(
      refusedWith(409, 'CrewScheduler'),
    );
  });
});
