import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createRunRoutes } from '../../src/http/run-routes.ts';
import type { RouteHandler } from '../../src/http/server.ts';
import type { ManagementLayer } from '../../src/management-layer.ts';
import { awaitApproval } from '../support/slack-runs.ts';

const TOKEN = 'token-for-the-tests';
const { run } = awaitApproval('R-7K2M9QXA');

/** Calls a route as the HTTP server does; an error is the answer's code. */
async function post(
  layer: Partial<ManagementLayer>,
  path: string,
  body: unknown,
  authorization = `Bearer ${TOKEN}`,
) {
  const parameters = path.startsWith('/api/runs/') ? { id: path.split('/')[3] ?? '' } : {};
  const pattern = path.replace(/R-\w+/, ':id');
  const routes = createRunRoutes(layer as ManagementLayer, TOKEN);
  const route = routes.find((one) => one.method === 'POST' && one.path === pattern);
  const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(body))]), {
    headers: { authorization },
    url: path,
  });
  try {
    return await route?.handle(request as unknown as Parameters<RouteHandler>[0], parameters);
  } catch (error) {
    return { status: (error as { code?: string }).code, body: (error as Error).message };
  }
}

describe('POST /api/events', () => {
  const event = { id: 'permit-7', name: 'permit', key: 'P-1', payload: { granted: true } };

  it('takes an event, with or without a payload', async () => {
    const reportEvent = vi.fn(async () => {});
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
    const reportEvent = vi.fn(async () => {});
    const answer = await post({ reportEvent }, '/api/events', { ...event, ...change });
    expect(answer).toMatchObject({ status: 'http.badBody' });
    expect(reportEvent).not.toHaveBeenCalled();
  });

  it('is for those with the token', async () => {
    const reportEvent = vi.fn(async () => {});
    expect(await post({ reportEvent }, '/api/events', event, 'Bearer x')).toMatchObject({
      status: 'http.unauthorized',
    });
    expect(reportEvent).not.toHaveBeenCalled();
  });
});

describe('POST /api/runs/:id/retry', () => {
  it('tries again, or says why not', async () => {
    const retry = vi.fn(async () => ({ run }));
    const path = `/api/runs/${run._id}/retry`;
    expect(await post({ retry }, path, {})).toMatchObject({ status: 200, body: { id: run._id } });
    expect(retry).toHaveBeenCalledWith(run._id, 'api');
    const refuse = async () => ({ refused: 'It has no step that waits for a retry.' });
    expect(await post({ retry: refuse }, path, {})).toMatchObject({
      status: 409,
      body: { error: { code: 'run.refused', message: 'It has no step that waits for a retry.' } },
    });
    expect(await post({ retry }, path, {}, '')).toMatchObject({ status: 'http.unauthorized' });
  });
});
