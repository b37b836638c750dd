import { describe, expect, it, vi } from 'vitest';
import { createIntakeLimit } from '../../src/management/intake-limit.ts';

const system = (name: string) => ({ requester: { userId: null, name } });
const person = { requester: { userId: 'U0RIVERA', name: 'Maya Rivera' } };

/** A limit of 10 for each source and 25 in all, over so many messages of each source that wait. */
function limit(waiting: number, all: number) {
  const countStanding = vi.fn(async (source: string | null, most: number) =>
    Math.min(source === null ? all : waiting, most),
  );
  const made = createIntakeLimit({ countStanding }, { mostWaiting: 25, mostWaitingPerSource: 10 });
  return { check: made.check, countStanding };
}

describe('the intake', () => {
  it('takes what other systems send as long as less waits than it states', async () => {
    await limit(9, 24).check(system('311'));
  });

  it.each([
    ['of the same requester', 10, 10, 'In the queue of 311, which other systems may share, 10 messages wait'],
    ['in all', 9, 25, '25 messages wait'],
  ])(
    'turns them away at the limit %s, and says what it is and when to come again',
    async (_, own, all, words) => {
      await expect(limit(own, all).check(system('311'))).rejects.toMatchObject({
        code: 'run.tooMany',
        retryable: true,
        retryAfterMs: 10_000,
        userMessage: expect.stringContaining(words),
      });
    },
  );

  it('never turns a person away', async () => {
    const { check, countStanding } = limit(1_000, 1_000);
    await check(person);
    expect(countStanding).not.toHaveBeenCalled();
  });

  it('counts once for a flood', async () => {
    const { check, countStanding } = limit(9, 24);
    await Promise.all(Array.from({ length: 500 }, () => check(system('311'))));
    expect(countStanding).toHaveBeenCalledTimes(2);
  });
});
