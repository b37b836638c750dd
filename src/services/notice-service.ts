import { z } from 'zod';
import { BUILT_IN } from '../core/definition/built-in.ts';
import { LONGEST_TEXT } from '../core/definition/check-input.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { findChannel } from '../core/outbox/place.ts';
import { shownText } from '../core/values/shown-text.ts';
import { shortenText } from '../core/values/text.ts';

/** Whole texts of the input may stand in it, several, among other words: what is approved does not fail for its length. */
const LONGEST_GIVEN = 10 * LONGEST_TEXT;

const NoticeInput = z.object({
  channel: z.string().min(1).max(80).nullish().describe('A word of the agency file, such as "dispatch"'),
  text: shownText(LONGEST_GIVEN),
});
type NoticeInput = z.infer<typeof NoticeInput>;

const NoticeOutput = z.object({ channel: z.string().nullable(), text: z.string() });
type NoticeOutput = z.infer<typeof NoticeOutput>;

/**
 * The built-in `NoticeService`: its output is the message to post, in the channel that the agency calls so, or in
 * dispatch when none is named; a long text ends in “…”. The post itself is the outbox's, with this step's commit.
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
      output: {
        channel: channel ? findChannel(channel, channels) : null,
        text: shortenText(text, LONGEST_TEXT),
      },
    }),
  };
}
