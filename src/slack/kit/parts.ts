import type { types } from '@slack/bolt';
import { cut, LONGEST } from '../words/mrkdwn.ts';

const LONGEST_BLOCK_ID = 255;

export type Block = types.KnownBlock;

/** What Slack is given: `text` for notifications and screen readers, `blocks` for the eye. */
export interface Message {
  text: string;
  blocks: Block[];
}

/** A paragraph; `verbatim`, so that Slack makes no mentions or links out of what a person typed. */
export function section(text: string): types.SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, LONGEST.section), verbatim: true } };
}

/** Lines in as few paragraphs as Slack's limit on one allows. */
export function paragraphs(lines: readonly string[]): types.SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < LONGEST.section)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.map(section);
}

/** Label and value pairs, two abreast on a wide screen; pairs without a value are left out. None at all gives no block. */
export function fields(pairs: readonly (readonly [string, string | null | undefined])[]): Block[] {
  const texts = pairs
    .filter(([, value]) => value)
    .slice(0, 10)
    .map(([label, value]) => ({
      type: 'mrkdwn' as const,
      text: cut(`*${label}*\n${value}`, LONGEST.field),
      verbatim: true,
    }));
  return texts.length > 0 ? [{ type: 'section', fields: texts }] : [];
}

/** Small print. */
export function context(text: string): types.ContextBlock {
  return {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: cut(text, LONGEST.context), verbatim: true }],
  };
}

export interface ButtonOptions {
  actionId: string;
  label: string;
  value: string;
  style?: 'primary' | 'danger';
}

/** A row of buttons; no block for none. */
export function buttons(options: readonly ButtonOptions[]): Block[] {
  if (options.length === 0) return [];
  return [
    {
      type: 'actions',
      elements: options.map(({ actionId, label, value, style }) => ({
        type: 'button',
        action_id: actionId,
        text: { type: 'plain_text', text: label, emoji: true },
        value,
        ...(style && { style }),
      })),
    },
  ];
}

/** A message whose `text` is cut to what Slack shows of it. */
export function message(text: string, blocks: Block[]): Message {
  return { text: cut(text.replace(/\s+/g, ' '), LONGEST.text), blocks };
}

/** The message, its first block named `marker`: by this name the post is found again when its outcome is unknown. */
export function withMarker(built: Message, marker: string): Message {
  const [first, ...rest] = built.blocks;
  if (!first) return built;
  return { ...built, blocks: [{ ...first, block_id: toBlockId(marker) }, ...rest] };
}

/** A marker as it is found again in Slack. */
export function toBlockId(marker: string): string {
  return marker.slice(0, LONGEST_BLOCK_ID);
}
