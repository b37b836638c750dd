import { MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { explainUnreachable } from '../../src/store/mongo/explain-unreachable.ts';

describe('an error of the database', () => {
  it('that only says it is away is worth another try', () => {
    for (const error of [
      new MongoNetworkError('connection closed'),
      new MongoServerError({ message: 'shutting down', code: 91 }),
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
});
