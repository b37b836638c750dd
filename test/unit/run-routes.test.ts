import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import type { AppError } from '../../src/base/errors.ts';
import { guardRoute } from '../../src/http/guard-route.ts';
import type { RouteHandler } from '../../src/http/route.ts';
import { createRunRoutes } from '../../src/http/run-routes.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import type { Runs } from '../../src/management/runs.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { awaitApproval } from '../support/slack-runs.ts';

const TOKEN = 'token-for-the-tests';
const { run } = awaitApproval('R-7K2M9QXA');

/** Calls a route as the HTTP server does; an error is the answer's code, with the words meant for people. */
async function call(
  method: 'GET' | 'POST',
  layer: Partial<Runs>,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const [place = ''] = path.split('?');
  const [, , , id = '', , step = ''] = place.split('/');
  const pattern = place.replace(/R-\w+/, ':id').replace(/steps\/[^/]+/, 'steps/:step');
  const routes = createRunRoutes({ runs: layer } as ManagementLayer, makeAgency([makeCrew('north')]));
  const found = routes.find((one) => one.method === method && one.path === pattern);
  const route = found && guardRoute(found, TOKEN);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const request = Object.assign(Readable.from([Buffer.from(text)]), {
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    url: path,
  });
  try {
    const parameters = { id, step };
    return await route?.handle(request as unknown as Parameters<RouteHandler>[0], parameters);
  } catch (error) {
    return { status: (error as AppError).code, body: (error as AppError).userMessage };
  }
}
const post = (layer: Partial<Runs>, path: string, body: unknown, authorization = `Bearer ${TOKEN}`) =>
  call('POST', layer, path, body, { authorization });

describe('POST /api/events', () => {
  const event = { id: 'permit-7', name: 'permit', key: 'P-1', payload: { granted: true } };

  it('takes an event, with or without a payload', async () => {
    const reportEvent = vi.fn(async () => 'new' as const);
    expect(await post({ reportEvent }, '/api/events', event)).toEqual({
      status: 202,
      body: { id: 'permit-7' },
    });
    const { payload: _, ...bare } = event;
    expect(await post({ reportEvent }, '/api/events', bare)).toMatchObject({ status: 202 });
    expect(reportEvent.mock.calls).toEqual([[event], [{ ...event, payload: {} }]]);
  });

  it.each([
    ['no id', { id: '' }],
    ['a name that no step can wait for', { name: 'a|b' }],
    ['no key', { key: undefined }],
    ['a payload that is none', { payload: [1] }],
    ['more than that', { run: 'R-1' }],
  ])('refuses %s', async (_what, change) => {
    const reportEvent = vi.fn(async () => 'new' as const);
    const answer = await post({ reportEvent }, '/api/events', { ...event, ...change });
    expect(answer).toMatchObject({ status: 'http.badBody' });
    expect(reportEvent).not.toHaveBeenCalled();
  });

  it('is for those with the token', async () => {
    const reportEvent = vi.fn(async () => 'new' as const);
    expect(await post({ reportEvent }, '/api/events', event, 'Bearer x')).toMatchObject({
      status: 'http.unauthorized',
    });
    expect(reportEvent).not.toHaveBeenCalled();
  });
});

describe('POST /api/runs/:id/retry', () => {
  it('tries again, or says why not', async () => {
    const retry = vi.fn(async () => ({ run }));
    const find = async () => run;
    const path = `/api/runs/${run._id}/retry`;
    expect(await post({ find, retry }, path, {})).toMatchObject({ status: 200, body: { id: run._id } });
    expect(retry).toHaveBeenCalledWith(run._id, 'api');
    const refuse = async () => ({ refused: 'It has no step that waits for a retry.' });
    expect(await post({ find, retry: refuse }, path, {})).toMatchObject({
      status: 409,
      body: { error: { code: 'run.refused', message: 'It has no step that waits for a retry.' } },
    });
    expect(await post({ find, retry }, path, {}, '')).toMatchObject({ status: 'http.unauthorized' });
  });
});

it.each(['cancel', 'retry'])('a run that does not exist is not found by %s either', async (act) => {
  const layer = { find: async () => null, [act]: vi.fn() };
  expect(await post(layer, `/api/runs/R-NONE/${act}`, { reason: 'why' })).toMatchObject({
    status: 404,
    body: { error: { code: 'run.unknown', message: 'There is no request R-NONE.' } },
  });
  expect(layer[act]).not.toHaveBeenCalled();
});

describe('POST /api/runs with an Idempotency-Key', () => {
  const first = { workflow: run.workflow, input: run.input, requester: run.requester.name };
  const ask = (body: unknown, inserted = false) =>
    call('POST', { start: async () => ({ run, inserted }) }, '/api/runs', body, { 'idempotency-key': 'k' });

  it.each(['', ' ', '\u00a0\t'])(
    'refuses the blank key “%s”, under which nothing would be found again',
    async (key) => {
      const start = vi.fn(async () => ({ run, inserted: true }));
      expect(await call('POST', { start }, '/api/runs', first, { 'idempotency-key': key })).toMatchObject({
        status: 'http.badHeader',
        body: expect.stringContaining('Idempotency-Key is blank'),
      });
      expect(start).not.toHaveBeenCalled();
    },
  );

  it('answers the first run again for the same request', async () => {
    expect(await ask(first, true)).toMatchObject({ status: 201, body: { id: run._id } });
    expect(await ask(first)).toMatchObject({ status: 200, body: { id: run._id } });
  });
});

describe('POST /api/runs/:id/steps/:step/result', () => {
  const path = `/api/runs/${run._id}/steps/fix@0-1/result`;
  const reportResult = vi.fn(async () => ({
    run: { ...run, steps: { 'fix@0-1': { status: 'succeeded' } } },
  }));
  const layer = { reportResult } as unknown as Partial<Runs>;

  it('hands over an output or an error, for the open attempt or a named one', async () => {
    expect(await post(layer, path, { output: { painted: true } })).toEqual({
      status: 200,
      body: { id: run._id, step: 'fix@0-1', status: 'succeeded' },
    });
    const error = { code: 'paint.empty', message: 'No paint is left' };
    expect(await post(layer, `${path}?attempt=2`, { error })).toMatchObject({ status: 200 });
    expect(reportResult.mock.calls).toEqual([
      [run._id, { step: 'fix@0-1', attempt: null, result: { output: { painted: true } } }],
      [run._id, { step: 'fix@0-1', attempt: 2, result: { error: { ...error, retryable: false } } }],
    ]);
  });

  it.each([
    ['neither output nor error', {}, 'either “output” or “error”'],
    ['both', { output: {}, error: { code: 'a', message: 'b' } }, 'either “output” or “error”'],
    ['an output that is no object', { output: [1] }, 'output'],
    ['an error without words', { error: { code: 'a', message: ' ' } }, 'error.message'],
    ['a code of Crewline’s own', { error: { code: 'step.noHandler', message: 'b' } }, 'Crewline’s own'],
    ['more than that', { output: {}, status: 'done' }, 'status'],
  ])('refuses %s', async (_what, body, words) => {
    reportResult.mockClear();
    expect(await post(layer, path, body)).toEqual({
      status: 'http.badBody',
      body: expect.stringContaining(words),
    });
    expect(reportResult).not.toHaveBeenCalled();
  });

  it('says why a result is not taken, and is for those with the token', async () => {
    const refuse = async () => ({ refused: 'It is not waiting.' });
    expect(await post({ reportResult: refuse }, path, { output: {} })).toMatchObject({
      status: 409,
      body: { error: { code: 'step.notWaiting', message: 'It is not waiting.' } },
    });
    expect(await post(layer, `${path}?attempt=first`, { output: {} })).toMatchObject({
      status: 'http.badQuery',
    });
    expect(await post(layer, path, { output: {} }, '')).toMatchObject({ status: 'http.unauthorized' });
  });
});

describe('GET /api/runs', () => {
  const list = vi.fn(async () => [run]);
  const get = (query: string) => call('GET', { list }, `/api/runs${query}`, '');

  it('lists by status and number, 20 unless told', async () => {
    list.mockClear();
    expect(await get('')).toMatchObject({ status: 200, body: { runs: [{ id: run._id }] } });
    await get('?status=failed&limit=200');
    expect(list.mock.calls).toEqual([
      [{}, 20],
      [{ status: 'failed' }, 200],
    ]);
  });

  it.each([
    ['?state=failed', /“state” is no parameter.*“status” \(one of running, .*“limit” \(a whole number/],
    ['?status=odd', /“status” has to be one of running, completed, .*cancelled, not “odd”/],
    ['?limit=0', /“limit” has to be a whole number from 1 to 200, not “0”/],
    ['?limit=201', /from 1 to 200/],
    ['?limit=1.5', /from 1 to 200/],
    ['?limit=', /from 1 to 200/],
    ['?limit=1&limit=2', /“limit” is given 2 times/],
    ['?constructor=1', /“constructor” is no parameter/],
  ])('does not pass over %s', async (query, words) => {
    expect(await get(query)).toEqual({ status: 'http.badQuery', body: expect.stringMatching(words) });
  });
});

describe('GET /api/runs/:id', () => {
  it('shows escalations and budget in short', async () => {
    const openedAt = new Date('2026-03-02T15:00:00Z');
    const pages = [{ number: 1, level: 0, target: { role: 'Manager' }, at: openedAt, undeliverable: null }];
    const escalation = {
      ...{ key: 'budget', kind: 'budget', task: 'fix', dueAt: null, openedAt, state: 'acknowledged', pages },
      ...{ nextAt: null, acknowledgedBy: 'U0BRANDT', acknowledgedAt: openedAt },
    };
    const budget = {
      limitCents: 100,
      warnCents: 80,
      spentCents: 120,
      warnedAt: openedAt,
      breachedAt: openedAt,
    };
    const shown = { ...run, escalations: { budget: escalation }, budget } as unknown as typeof run;
    const layer = { find: async () => shown, listAudit: async () => [] };
    expect(await call('GET', layer, `/api/runs/${run._id}`, '')).toMatchObject({
      status: 200,
      body: {
        budget: { limitCents: 100, spentCents: 120 },
        escalations: [
          {
            ...{ key: 'budget', kind: 'budget', state: 'acknowledged', step: 'fix', openedAt },
            ...{ acknowledgedBy: 'U0BRANDT', pages: [{ number: 1, target: { role: 'Manager' } }] },
          },
        ],
      },
    });
  });
});

describe('a body that could not be stored', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it.each([
    ['whole', `{"id":"a","name":"b","key":"c","payload":{"list":${deep(60_000)}}}`, 'http.badBody'],
    ['a little too deep', `{"id":"a","name":"b","key":"c","payload":{"list":${deep(49)}}}`, 'http.badBody'],
    [
      'a field name with a NUL character',
      '{"id":"a","name":"b","key":"c","payload":{"a\\u0000b":1}}',
      'http.badBody',
    ],
    ['broken off', '['.repeat(100_000), 'http.badJson'],
  ])('is refused with words: %s', async (_what, body, code) => {
    const reportEvent = vi.fn(async () => 'new' as const);
    expect(await post({ reportEvent }, '/api/events', body)).toMatchObject({ status: code });
    expect(reportEvent).not.toHaveBeenCalled();
  });

  it('is taken while it is within reason', async () => {
    const body = `{"id":"a","name":"b","key":"c","payload":{"list":${deep(48)}}}`;
    expect(await post({ reportEvent: async () => 'new' as const }, '/api/events', body)).toMatchObject({
      status: 202,
    });
  });
});
