import { cut } from '../words/mrkdwn.ts';
import { isBlank } from '../words/slack-length.ts';
import { fitBlocks } from './fit-blocks.ts';
import type { Block, FittedBlocks, FittedText, Message } from './fitted.ts';
import { LIMIT, MESSAGE_BUDGET } from './limits.ts';

/**
 * A message that Slack takes, however much it was to say: `text` is cut to what is shown of it, and the blocks to what goes
 * into one message. `rest` is where a reader finds what is left out, such as a command.
 */
export function message(text: string, blocks: readonly Block[], rest = ''): Message {
  return {
    text: fitText(text.replace(/\s+/g, ' '), LIMIT.text),
    blocks: seal(fitBlocks(blocks, MESSAGE_BUDGET, rest)),
  };
}

/** A text alone, for the places where Slack takes no blocks; `limit` where Slack takes less than of a message. */
export function fitText(text: string, limit: number = LIMIT.text): FittedText {
  return (isBlank(text) ? '–' : cut(text.replace(/\p{Cs}/gu, ''), limit)) as FittedText;
}

/** The message with another block at its end. */
export function append(built: Message, block: Block): Message {
  return message(built.text, [...built.blocks, block]);
}

/** The message, its first block named `marker`: by this name the post is found again when its outcome is unknown. */
export function withMarker(built: Message, marker: string): Message {
  const [first, ...others] = built.blocks;
  if (!first) return built;
  return { ...built, blocks: seal([{ ...first, block_id: toBlockId(marker) }, ...others]) };
}

/** A marker as it is found again in Slack. */
export function toBlockId(marker: string): string {
  return marker.slice(0, LIMIT.blockId);
}

function seal(blocks: readonly Block[]): FittedBlocks {
  return blocks as FittedBlocks;
}
