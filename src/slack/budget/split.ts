import { costOf, fitBlock } from './fit-block.ts';
import { countLines, noteOf } from './fit-blocks.ts';
import type { Block, Message } from './fitted.ts';
import { MESSAGE_BUDGET } from './limits.ts';
import { message } from './message.ts';

/** Room that is kept in each part for which part it is, and what is left out. */
const KEPT = { blocks: 2, characters: 500 };

/**
 * What one message has no room for, as several: no block is left out unless `most` parts are full, and then the last one
 * says so, and where the rest is.
 */
export function splitMessage(text: string, blocks: readonly Block[], most: number, rest = ''): Message[] {
  const parts = splitBlocks(blocks);
  if (parts.length <= 1) return [message(text, blocks, rest)];
  const left = parts
    .slice(most)
    .flat()
    .reduce((sum, block) => sum + countLines(block), 0);
  const shown = parts.slice(0, most);
  return shown.map((part, index) => {
    const isLast = index === shown.length - 1;
    const place = `${index + 1} of ${shown.length}`;
    const notes = isLast && left > 0 ? [noteOf(left, rest)] : [small(place)];
    return message(index === 0 ? text : `${text} (${place})`, [...part, ...notes], rest);
  });
}

/** The blocks in as few groups as go into one message each. */
export function splitBlocks(blocks: readonly Block[]): Block[][] {
  const parts: Block[][] = [];
  let characters = 0;
  for (const block of blocks.flatMap(fitBlock)) {
    const cost = costOf(block);
    const last = parts.at(-1);
    const isFull =
      last === undefined ||
      last.length >= MESSAGE_BUDGET.blocks - KEPT.blocks ||
      characters + cost > MESSAGE_BUDGET.characters - KEPT.characters;
    if (isFull) parts.push([block]);
    else last.push(block);
    characters = isFull ? cost : characters + cost;
  }
  return parts;
}

function small(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}
