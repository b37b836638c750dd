import { expect, test } from 'vitest';
import type { PostTry } from '../../src/core/outbox/outbox-entry.ts';
import { findPosts } from '../../src/slack/delivery/posting/find-posts.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const START_SECONDS = 1_780_000_000;
const tryAt = (channel: string, second: number, threadTs: string | null = null): PostTry => ({
  channel,
  threadTs,
  at: new Date((START_SECONDS + second) * 1_000),
});
const message = (ts: string, marker: string) => ({ ts, blocks: [{ block_id: marker }] });

type Call = [method: string, options: Record<string, unknown>];
type Answer = { messages: object[]; response_metadata?: { next_cursor: string } } | Error;

/** A Slack whose answers are known beforehand, one a call. */
function answering(...answers: Answer[]) {
  const calls: Call[] = [];
  const log = createMemoryLog();
  const client = {
    apiCall: async (method: string, options: Record<string, unknown> = {}) => {
      calls.push([method, options]);
      const answer = answers[calls.length - 1] ?? { messages: [] };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { calls, log, client };
}

const refusal = (error: string) => Object.assign(new Error(error), { data: { error } });

test('looks at all pages, from before the first try on, and finds every post, oldest first', async () => {
  const slack = answering(
    { messages: [message('9.2', 'card'), message('9.1', 'other')], response_metadata: { next_cursor: 'n' } },
    { messages: [{ ts: '3.0' }, message('2.0', 'card')], response_metadata: { next_cursor: '' } },
  );
  const found = await findPosts(slack, [tryAt('C', 0), tryAt('C', 600)], (marker) => marker === 'card');
  expect(found.map(({ ts }) => ts)).toEqual(['2.0', '9.2']);
  const window = { oldest: String(START_SECONDS - 120), latest: String(START_SECONDS + 600 + 3_600) };
  expect(slack.calls).toEqual([
    ['conversations.history', expect.objectContaining({ channel: 'C', ...window })],
    ['conversations.history', expect.objectContaining({ channel: 'C', ...window, cursor: 'n' })],
  ]);
});

test('looks in every place where a try was sent', async () => {
  const slack = answering({ messages: [] }, { messages: [message('5.0', 'card')] });
  const found = await findPosts(slack, [tryAt('C', 0), tryAt('D', 0, '1.1')], () => true);
  expect(found).toEqual([{ channel: 'D', ts: '5.0', marker: 'card' }]);
  expect(slack.calls[1]).toEqual(['conversations.replies', expect.objectContaining({ ts: '1.1' })]);
});

test.each(['not_in_channel', 'missing_scope', 'thread_not_found'])(
  'a place that cannot be read (%s) does not keep it from the others, and the log names it',
  async (error) => {
    const slack = answering(refusal(error), { messages: [message('5.0', 'card')] });
    expect(await findPosts(slack, [tryAt('C', 0), tryAt('D', 0)], () => true)).toHaveLength(1);
    expect(slack.log.entries).toMatchObject([{ level: 'warn', fields: { channel: 'C', reason: error } }]);
  },
);

test('a Slack that is away is no proof that there is no post', async () => {
  const slack = answering(refusal('internal_error'));
  await expect(findPosts(slack, [tryAt('C', 0)], () => true)).rejects.toThrow('internal_error');
});
