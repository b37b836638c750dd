import { z } from 'zod';
import { BUILT_IN } from '../core/definition/built-in.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { findChannel } from '../core/outbox/place.ts';
import { shownText } from '../core/values/shown-text.ts';

const NoticeInput = z.object({
  channel: z.string().min(1).max(80).nullish().describe('A word of the agency file, such as "dispatch"'),
  text: shownText(3_000),
});
type NoticeInput = z.infer<typeof NoticeInput>;

const NoticeOutput = z.object({ channel: z.string().nullable(), text: z.string() });
type NoticeOutput = z.infer<typeof NoticeOutput>;

/**
 * The built-in `NoticeService`: its output is the message to post, in the channel that the agency calls so, or in
 * dispatch when none is named. The post itself is the outbox's, with this step's commit.
 */
export function createNoticeService(
  channels: Readonly<Record<string, string>> = {},
): StepHandler<NoticeInput, NoticeOutput> {
  return {
    kind: 'service',
    name: BUILT_IN.notice,
    description: 'Posts a text to a channel.',
    input: NoticeInput,
    output: NoticeOutput,
    execute: async ({ channel, text }) => ({
      kind: 'done',
      output: { channel: channel ? findChannel(channel, channels) : null, text },
    }),
  };
}
