import { MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { explainingUnreachable, explainUnreachable } from '../../src/store/mongo/explain-unreachable.ts';

describe('an error of the database', () => {
  it('that only says it is away is worth another try', () => {
    for (const error of [
      new MongoNetworkError('connection closed'),
      new MongoServerError({ message: 'shutting down', code: 91 }),
      new MongoServerError({ message: 'not primary', code: 10_107 }),
      Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' }),
    ]) {
      expect(explainUnreachable(error)).toMatchObject({
        ...{ code: 'store.unreachable', retryable: true, cause: error },
        userMessage: expect.stringContaining('Try again'),
      });
    }
  });

  it('about what was asked stays what it is', () => {
    for (const error of [new MongoServerError({ message: 'duplicate', code: 11_000 }), new Error('ours')])
      expect(explainUnreachable(error)).toBe(error);
  });

  it('is said so by every act, whose answers and other errors stay what they are', async () => {
    const ours = new Error('ours');
    const acts = explainingUnreachable({
      name: 'desk',
      answer: async (word: string) => word,
      lose: () => Promise.reject(new MongoNetworkError('connection closed')),
      fail: () => Promise.reject(ours),
    });
    expect(acts.name).toBe('desk');
    expect(await acts.answer('yes')).toBe('yes');
    await expect(acts.lose()).rejects.toMatchObject({ code: 'store.unreachable' });
    await expect(acts.fail()).rejects.toBe(ours);
  });
});
