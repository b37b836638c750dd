import { inspect } from 'node:util';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/mongo/database.ts';
import { explainingUnreachable, explainUnreachable } from '../../src/store/mongo/explain-unreachable.ts';

describe('an address that cannot be read', () => {
  it.each([
    'mongodb://crewline:s3cret@:27017',
    'mongodb://crewline:s3cr%et@host/crewline',
    'mongodb://crewline:s3/cret@host/crewline',
    'http://crewline:s3cret@host',
    'mongodb://host/?replicaSet=rs0&noSuchOption=s3cret',
    's3cret',
  ])('names its variable and the remedy, and nothing that it holds: %s', async (uri) => {
    const error = await openDatabase(uri, 'crewline').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'store.badAddress',
      userMessage: expect.stringContaining('MONGODB_URI'),
    });
    expect(inspect(error)).not.toContain('s3cret');
    expect(inspect(error)).toContain('replicaSet=rs0');
  });
});

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
