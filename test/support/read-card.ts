import { expect } from 'vitest';
import type { Message } from '../../src/slack/kit/parts.ts';
import { interactiveElements, readableText, type SlackBlock } from './local-slack-types.ts';
import { checkBlocks } from './slack-limits.ts';

/** The blocks of a card or modal as the local Slack would hand them out. */
export function blocksOf({ blocks }: { blocks: readonly object[] }): SlackBlock[] {
  return blocks as SlackBlock[];
}

/** A card that was built at all, and is within Slack's limits. */
export function validCard(message: Message | null): Message {
  if (!message) throw new Error('nothing was built');
  expect(checkBlocks(message.blocks)).toEqual([]);
  return message;
}

/** Everything a person could read in a card, which must be within Slack's limits. */
export function readCard(message: Message | null): string {
  const { text, blocks } = validCard(message);
  return readableText({ text, blocks: blocksOf({ blocks }) });
}

/** What is written on the buttons of a card. */
export function labelsOf(message: Message): string[] {
  return interactiveElements(blocksOf(message)).map((element) => (element.text as { text: string }).text);
}
