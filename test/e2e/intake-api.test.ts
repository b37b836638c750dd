import { describe, expect, it } from 'vitest';
import { API_TOKEN } from '../support/crewline.ts';
import { runCommandLine } from '../support/run-command-line.ts';
import { says, waitForOutcome } from '../support/story.ts';
import { useCrewline } from '../support/use-crewline.ts';

const crewline = useCrewline();

const hole = (text: string) => ({
  workflow: 'repairWorkflow',
  input: { text },
  requester: 'Intent Navigator',
});
const countRuns = () => crewline.database.db.collection('runs').countDocuments();

describe('the intake API', () => {
  it('starts a run for a caller with the token: supervisors get their card', async () => {
    const response = await crewline.api('POST', '/api/runs', hole('API Street 1, deep hole'));
    expect(response.status).toBe(201);
    const run = (await response.json()) as { id: string };
    expect(run).toMatchObject({
      workflow: 'repairWorkflow',
      status: 'running',
      requester: 'Intent Navigator',
    });
    expect(response.headers.get('location')).toBe(`/api/runs/${run.id}`);
    await crewline.slack.client.waitForMessage('supervisors', says(run.id, 'Intent Navigator'));
    await waitForOutcome(crewline.slack.client, run.id, 'In progress');
  });

  it.each([
    ['no token', { authorization: '' }],
    ['a wrong token', { authorization: 'Bearer token-of-somebody-else' }],
    ['the token in another form', { authorization: `Basic ${API_TOKEN}` }],
  ])('turns away a caller with %s, on every route', async (_what, headers) => {
    const before = await countRuns();
    const calls = [
      crewline.api('POST', '/api/runs', hole('Nobody Street'), headers),
      crewline.api('GET', '/api/runs', undefined, headers),
      crewline.api('GET', '/api/runs/R-NONE', undefined, headers),
      crewline.api('POST', '/api/runs/R-NONE/cancel', {}, headers),
      crewline.api('POST', '/api/runs/R-NONE/steps/fix/result', {}, headers),
    ];
    for (const response of await Promise.all(calls)) {
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'http.unauthorized' } });
    }
    expect(await countRuns()).toBe(before);
  });

  it('starts one run for one idempotency key, however often and how simultaneously it is asked', async () => {
    const before = await countRuns();
    const ask = () => crewline.api('POST', '/api/runs', hole('Key Street 1'), { 'idempotency-key': 'key-1' });
    const answers = await Promise.all([ask(), ask(), ask()]);
    answers.push(await ask());
    const runs = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string }[];
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(await countRuns()).toBe(before + 1);
  });

  it('refuses an idempotency key that was used for another request, and says which run has it', async () => {
    const ask = (body: unknown) => crewline.api('POST', '/api/runs', body, { 'idempotency-key': 'key-2' });
    const run = (await (await ask(hole('Key Street 2'))).json()) as { id: string };
    const before = await countRuns();
    const lamp = { workflow: 'streetLightOutage', input: { location: 'Key Street 2' } };
    for (const other of [hole('Key Street 3'), { ...hole('Key Street 2'), requester: 'Another' }, lamp]) {
      const refused = await ask(other);
      expect(refused.status).toBe(422);
      const { error } = (await refused.json()) as { error: { code: string; message: string } };
      expect(error).toMatchObject({
        code: 'run.otherRequest',
        message: expect.stringContaining(run.id),
      });
    }
    const { workflow, input, requester } = hole('Key Street 2');
    const again = await ask({ requester, input, workflow });
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ id: run.id });
    expect(await countRuns()).toBe(before);
  });

  it('takes an event once, says so when it comes again, and refuses another one under its id', async () => {
    const event = { id: 'permit-1', name: 'permit', key: 'K', payload: { granted: true, by: 'city' } };
    const send = async (body: unknown) => (await crewline.api('POST', '/api/events', body)).status;
    expect(await send(event)).toBe(202);
    expect(await send({ ...event, payload: { by: 'city', granted: true } })).toBe(200);
    for (const other of [
      { payload: {} },
      { payload: { granted: 'true', by: 'city' } },
      { key: 'L' },
      { name: 'x' },
    ])
      expect(await send({ ...event, ...other })).toBe(422);
    expect(await crewline.database.db.collection('external_events').countDocuments({ name: 'permit' })).toBe(
      1,
    );
  });

  it.each([
    ['no JSON', '{"workflow": ', 400, 'http.badJson', 'not valid JSON'],
    ['an empty body', '', 400, 'http.badJson', 'not valid JSON'],
    ['another shape', { flow: 'repairWorkflow' }, 400, 'http.badBody', 'workflow'],
    ['an unknown workflow', { workflow: 'repair' }, 400, 'run.unknownWorkflow', 'repairWorkflow'],
    ['a missing field', { workflow: 'repairWorkflow', input: {} }, 400, 'run.badInput', 'is required'],
    ['a wrong type', { workflow: 'repairWorkflow', input: { text: 7 } }, 400, 'run.badInput', 'a text'],
    [
      'a field that is not asked for',
      { workflow: 'repairWorkflow', input: { text: 'a', b: 1 } },
      400,
      'run.badInput',
      '“b”',
    ],
    [
      'lists inside lists without end',
      `{"workflow":"repairWorkflow","input":{"text":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      400,
      'http.badBody',
      '50 levels',
    ],
    ['a list that never ends', '['.repeat(100_000), 400, 'http.badJson', 'not valid JSON'],
    [
      'far too much',
      { workflow: 'repairWorkflow', input: { text: 'x'.repeat(200_000) } },
      413,
      'http.tooLarge',
      '128 kB',
    ],
  ])('refuses %s and says what would be right', async (_what, body, status, code, words) => {
    const before = await countRuns();
    const response = await crewline.api('POST', '/api/runs', body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(await countRuns()).toBe(before);
  });

  it('lists, shows and cancels runs', async () => {
    const started = (await (await crewline.api('POST', '/api/runs', hole('List Street 1'))).json()) as {
      id: string;
    };
    const list = async (query: string) =>
      ((await (await crewline.api('GET', `/api/runs${query}`)).json()) as { runs: { id: string }[] }).runs;
    expect((await list('?limit=1')).map(({ id }) => id)).toEqual([started.id]);
    const shown = await (await crewline.api('GET', `/api/runs/${started.id}`)).json();
    expect(shown).toMatchObject({
      id: started.id,
      input: { text: 'List Street 1' },
      timeline: expect.any(Array),
      escalations: [],
      budget: { limitCents: 250_000, spentCents: 0 },
    });

    const cancelled = await crewline.api('POST', `/api/runs/${started.id}/cancel`, { reason: 'Asked twice' });
    expect(await cancelled.json()).toMatchObject({ status: 'cancelled', reason: 'Asked twice' });
    const again = await crewline.api('POST', `/api/runs/${started.id}/cancel`, {});
    expect(again.status).toBe(409);
    expect((await list('?status=cancelled')).map(({ id }) => id)).toEqual([started.id]);
    const odd = await crewline.api('GET', '/api/runs?status=odd');
    expect(odd.status).toBe(400);
    expect(await odd.json()).toMatchObject({
      error: { code: 'http.badQuery', message: expect.stringContaining('one of running, completed') },
    });
    expect((await crewline.api('GET', '/api/runs/R-NONE')).status).toBe(404);
    expect((await crewline.api('GET', '/api/none')).status).toBe(404);
    expect((await crewline.api('POST', `/api/runs/${started.id}`, {})).status).toBe(405);
  });

  it('counts what it did, for Prometheus', async () => {
    const metrics = await (await fetch(`${crewline.url}/metrics`)).text();
    expect(metrics).toMatch(/crewline_runs_started_total\{workflow="repairWorkflow"\} [1-9]/);
    expect(metrics).toMatch(/crewline_runs_ended_total\{workflow="repairWorkflow",status="cancelled"\} 1/);
    expect(metrics).toMatch(/crewline_outbox_due \d+/);
  });
});

describe('the crewline command line', () => {
  const run = (...args: string[]) => runCommandLine(crewline.url, args);

  it('starts, lists, shows and cancels a run', async () => {
    const started = await run('start', 'repairWorkflow', 'CLI', 'Street', '1,', 'hole');
    const id = /R-[0-9A-Z]{8}/.exec(started.stdout)?.[0] ?? '';
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('started') });
    expect((await run('list', '--status', 'running')).stdout).toContain(id);
    const shown = await run('show', id);
    expect(shown.stdout).toContain('CLI Street 1, hole');
    expect(shown.stdout).toContain('run.started');
    expect(JSON.parse((await run('show', id, '--json')).stdout)).toMatchObject({ id });
    expect((await run('cancel', id, 'Never', 'mind')).stdout).toBe(`${id} is cancelled.\n`);
    await waitForOutcome(crewline.slack.client, id, 'Never mind');
  });

  it('says on one line what went wrong, and ends with 1', async () => {
    const unknown = await run('show', 'R-NONE');
    expect(unknown).toEqual({ code: 1, stdout: '', stderr: 'crewline: There is no request R-NONE.\n' });
    expect((await run('start', 'repairWorkflow')).stderr).toMatch(/^crewline: .*is required.*\n$/);
    const lost = await runCommandLine('http://127.0.0.1:9', ['list']);
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining('No Crewline answers') });
    const stranger = await runCommandLine(crewline.url, ['list'], { API_TOKEN: 'token-of-a-stranger' });
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining('Authorization') });
  });

  it('checks a folder of definitions without any installation', async () => {
    expect((await run('check')).code).toBe(0);
    expect((await run('check', 'test')).code).toBe(1);
  });
});
