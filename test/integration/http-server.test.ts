import { MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, STORE_UNREACHABLE } from '../../src/base/errors.ts';
import type { Route } from '../../src/http/route.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createMemoryLog } from '../support/memory-log.ts';

function failing(path: string, error: unknown): Route {
  return { right: 'anybody', method: 'GET', path, handle: () => Promise.reject(error) };
}

const log = createMemoryLog();
const AWAY = { code: STORE_UNREACHABLE, retryable: true };
const refused = new AppError('no', { code: 'run.refused', userMessage: 'It has ended.' });
const server = createHttpServer({
  port: 0,
  slackListener: null,
  log,
  routes: [
    failing('/gone', new AppError('gone', { ...AWAY, userMessage: 'The database is away. Try again.' })),
    failing('/duplicate', new MongoServerError({ message: 'E11000 duplicate key', code: 11_000 })),
    failing('/refused', refused),
    failing('/often', new AppError('often', { code: 'run.tooMany', retryAfterMs: 11_500 })),
    { right: 'anybody', method: 'GET', path: '/fine', handle: async () => ({ status: 200, body: 'ok' }) },
    failing('/broken', new TypeError('secret internals')),
  ],
});
let base = '';

beforeAll(async () => {
  const { port } = await server.start();
  base = `http://127.0.0.1:${port}`;
});
afterAll(() => server.stop());

async function get(path: string, method = 'GET') {
  const response = await fetch(base + path, { method });
  const body = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, allow: response.headers.get('allow'), body };
}

describe('an HTTP request', () => {
  it('is told to try again while the database is away', async () => {
    const { status, body } = await get('/gone');
    expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'store.unreachable' });
    expect(body.error.message).toContain('Try again');
  });

  it('gets the words and the status of what it did wrong', async () => {
    expect(await get('/refused')).toMatchObject({
      status: 409,
      body: { error: { code: 'run.refused', message: 'It has ended.' } },
    });
    expect(await get('/nothing')).toMatchObject({ status: 404, body: { error: { code: 'http.notFound' } } });
    expect(await get('/refused', 'PUT')).toMatchObject({
      status: 405,
      allow: 'GET, HEAD, OPTIONS',
    });
  });

  it('can be for the headers alone wherever it can be for the whole, and for what can be asked', async () => {
    for (const path of ['/fine', '/refused', '/nothing']) {
      const whole = await fetch(base + path);
      const head = await fetch(base + path, { method: 'HEAD' });
      expect(head.status).toBe(whole.status);
      expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'));
      expect(head.headers.get('content-length')).toBe(String((await whole.text()).length));
      expect(await head.text()).toBe('');
    }
    const options = await fetch(`${base}/fine`, { method: 'OPTIONS' });
    expect({ status: options.status, allow: options.headers.get('allow') }).toEqual({
      status: 204,
      allow: 'GET, HEAD, OPTIONS',
    });
  });

  it('that comes too often is told when to come again', async () => {
    const response = await fetch(`${base}/often`);
    expect({ status: response.status, after: response.headers.get('retry-after') }).toEqual({
      status: 429,
      after: '12',
    });
  });

  it.each(['/broken', '/duplicate'])(
    'is told nothing of what is inside when we have a defect: %s',
    async (path) => {
      const { status, body } = await get(path);
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toMatch(/secret|E11000|at .*\.ts/);
      expect(log.entries.at(-1)).toMatchObject({ level: 'error' });
    },
  );
});
