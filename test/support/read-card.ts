import { expect } from 'vitest';
import { interactiveElements, readableText, type SlackBlock } from './local-slack-types.ts';
import { checkBlocks } from './slack-limits.ts';

/** The blocks of a card or modal as the local Slack would hand them out. */
export function blocksOf({ blocks }: { blocks: readonly object[] }): SlackBlock[] {
  return blocks as SlackBlock[];
}

interface AnyCard {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** A card that was built at all, and is within Slack's limits. */
export function validCard<Card extends AnyCard>(message: Card | null): Card {
  if (!message) throw new Error('nothing was built');
  expect(checkBlocks(message.blocks)).toEqual([]);
  return message;
}

/** Everything a person could read in a card, which must be within Slack's limits. */
export function readCard(message: AnyCard | null): string {
  const { text, blocks } = validCard(message);
  return readableText({ text, blocks: blocksOf({ blocks }) });
}

/** What is written on the buttons of a card. */
export function labelsOf(message: AnyCard): string[] {
  return interactiveElements(blocksOf(message)).map((element) => (element.text as { text: string }).text);
}
