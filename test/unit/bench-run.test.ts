import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { runToEnd } from '../bench/bench-run.ts';

const never = () => new Promise<never>(() => {});

describe('what a bench owns', () => {
  test('ends with it, last owned first', async () => {
    const ended: string[] = [];
    const code = await runToEnd(async ({ own }) => {
      own('folder', async () => ended.push('folder'));
      own('server', async () => ended.push('server'));
    });
    expect(code).toBe(0);
    expect(ended).toEqual(['server', 'folder']);
  });

  test('ends once, when it was ended sooner', async () => {
    const ended: string[] = [];
    await runToEnd(async ({ own }) => {
      const end = own('server', async () => ended.push('server'));
      await end();
      await end();
    });
    expect(ended).toEqual(['server']);
  });

  test('ends the bench when it fails, whatever the bench is waiting for; the first reason is told', async () => {
    const ended: string[] = [];
    const complaints: string[] = [];
    const code = await runToEnd(
      async ({ own, fail }) => {
        own('server', async () => ended.push('server'));
        fail(new AppError('The server has ended.', { code: 'bench.peer_failed' }));
        fail(new AppError('The connection was lost.', { code: 'bench.peer_failed' }));
        await never();
      },
      (text) => complaints.push(text),
    );
    expect(code).toBe(1);
    expect(complaints).toEqual(['The server has ended.']);
    expect(ended).toEqual(['server']);
  });

  test('ends when the bench throws, and one that cannot be ended keeps nobody else from it', async () => {
    const ended: string[] = [];
    const complaints: string[] = [];
    const code = await runToEnd(
      async ({ own }) => {
        own('folder', async () => ended.push('folder'));
        own('server', async () => {
          throw new AppError('It does not answer.', { code: 'bench.peer_failed' });
        });
        throw new TypeError('no such workflow');
      },
      (text) => complaints.push(text),
    );
    expect(code).toBe(1);
    expect(complaints[0]).toMatch(/^TypeError: no such workflow\n {4}at /);
    expect(complaints.slice(1)).toEqual(['server could not be ended: It does not answer.']);
    expect(ended).toEqual(['folder']);
  });

  test('leaves no listener on the process', async () => {
    const count = () =>
      ['SIGHUP', 'SIGINT', 'SIGTERM', 'uncaughtException'].map((event) => process.listenerCount(event));
    const before = count();
    await runToEnd(async () => {});
    expect(count()).toEqual(before);
  });
});
