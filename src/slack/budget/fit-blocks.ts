import { cut } from '../words/mrkdwn.ts';
import { slackLength } from '../words/slack-length.ts';
import { costOf, fitBlock } from './fit-block.ts';
import type { Block } from './fitted.ts';
import type { Budget } from './limits.ts';

/** Room that is kept for the words about what is left out. */
const NOTE_CHARACTERS = 200;
/** A field is not made shorter than this: it would say nothing. */
const SHORTEST_FIELD = 60;

/**
 * The blocks within Slack's limits, each and all in all. Where they are too many, what heads the message and what can be
 * pressed stays, then what comes first; where something is left out, a line says how much, and where the rest is (`rest`).
 */
export function fitBlocks(blocks: readonly Block[], budget: Budget, rest = ''): Block[] {
  const fitted = blocks.flatMap(fitBlock);
  const cost = fitted.reduce((sum, block) => sum + costOf(block), 0);
  if (fitted.length <= budget.blocks && cost <= budget.characters) return fitted;
  const kept = choose(fitted, {
    blocks: budget.blocks - 1,
    characters: budget.characters - NOTE_CHARACTERS,
  });
  const isWhole = (block: Block, index: number) => kept[index]?.lines === countLines(block);
  const cutAt = fitted.findIndex((block, index) => !isWhole(block, index));
  const left = fitted.reduce((sum, block, index) => sum + countLines(block) - (kept[index]?.lines ?? 0), 0);
  const shown = (from: number, to?: number) => kept.slice(from, to).flatMap(({ block }) => block ?? []);
  if (left === 0) return shown(0);
  return [...shown(0, cutAt + 1), noteOf(left, rest), ...shown(cutAt + 1)];
}

/** A line about what a message has no room for. */
export function noteOf(lines: number, rest: string): Block {
  const where = rest === '' ? '' : `: ${rest}`;
  const text = `… and ${lines} more ${lines === 1 ? 'line' : 'lines'}${where}`;
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** What is shown of a block, and how many of its lines. */
interface Shown {
  block: Block | null;
  lines: number;
}

function choose(blocks: readonly Block[], budget: Budget): Shown[] {
  const shown: Shown[] = blocks.map(() => ({ block: null, lines: 0 }));
  let { blocks: places, characters } = budget;
  let isFull = false;
  const order = blocks.map((block, index) => ({ block, index, rank: rankOf(block, index, blocks.length) }));
  for (const { block, index, rank } of order.toSorted((one, other) => one.rank - other.rank)) {
    // Of what is only told, nothing later is shown before something earlier.
    if (places === 0 || (isFull && rank === LAST_RANK)) continue;
    const fitting = shrink(block, characters);
    shown[index] = fitting;
    if (fitting.lines < countLines(block)) isFull ||= rank === LAST_RANK;
    if (fitting.block === null) continue;
    places -= 1;
    characters -= costOf(fitting.block);
  }
  return shown;
}

const LAST_RANK = 4;

/** What heads a message, then what can be pressed or filled in, then its small print, then the rest. */
function rankOf(block: Block, index: number, count: number): number {
  if (index === 0 || block.type === 'actions') return 0;
  if (block.type === 'input') return 1;
  if (block.type === 'section' && block.accessory !== undefined) return 2;
  return index === count - 1 && block.type === 'context' ? 3 : LAST_RANK;
}

/** As much of a block as `characters` allow: whole, its first lines, or shorter fields. */
function shrink(block: Block, characters: number): Shown {
  const lines = countLines(block);
  if (costOf(block) <= characters) return { block, lines };
  if (block.type !== 'section') return { block: null, lines: 0 };
  const { text, fields = [] } = block;
  if (fields.length > 0) {
    const each = Math.floor((characters - (text ? slackLength(text.text) : 0)) / fields.length);
    if (each < SHORTEST_FIELD) return { block: null, lines: 0 };
    const [fitted] = fitBlock({
      ...block,
      fields: fields.map((field) => ({ ...field, text: cut(field.text, each) })),
    });
    return { block: fitted ?? null, lines };
  }
  return block.accessory === undefined && text
    ? firstLines(block, text, characters)
    : { block: null, lines: 0 };
}

function firstLines(
  block: Extract<Block, { type: 'section' }>,
  text: NonNullable<(typeof block)['text']>,
  characters: number,
): Shown {
  const kept: string[] = [];
  let room = characters;
  for (const line of text.text.split('\n')) {
    room -= slackLength(line) + 1;
    if (room < 0) break;
    kept.push(line);
  }
  const [fitted] = kept.length > 0 ? fitBlock({ ...block, text: { ...text, text: kept.join('\n') } }) : [];
  return { block: fitted ?? null, lines: fitted ? kept.length : 0 };
}

/** How many lines a reader sees of a block. */
export function countLines(block: Block): number {
  if (block.type !== 'section') return block.type === 'divider' ? 0 : 1;
  const fields = block.fields?.length ?? 0;
  return block.text ? block.text.text.split('\n').length + fields : fields;
}
