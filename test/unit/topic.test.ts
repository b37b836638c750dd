import { describe, expect, it } from 'vitest';
import { createTopic } from '../../src/base/topic.ts';
import { defer } from '../support/deferred.ts';

describe('a topic', () => {
  it('reaches everybody who hears it at once, and is over when all of them are done', async () => {
    const topic = createTopic<[word: string]>();
    const heard: string[] = [];
    const { promise, resolve } = defer<void>();
    topic.hear((word) => heard.push(`one ${word}`));
    topic.hear(async (word) => {
      await promise;
      heard.push(`other ${word}`);
    });
    const said = topic.say('now');
    expect(heard).toEqual(['one now']);
    resolve();
    await said;
    expect(heard).toEqual(['one now', 'other now']);
  });

  it('that nobody hears is no fault, one that somebody cannot take is', async () => {
    const topic = createTopic();
    await topic.say();
    topic.hear(() => Promise.reject(new Error('not now')));
    await expect(topic.say()).rejects.toThrow('not now');
  });
});
