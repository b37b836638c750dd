import type { types } from '@slack/bolt';
import type { Block } from '../budget/fitted.ts';
import { LIMIT } from '../budget/limits.ts';
import { cut } from '../words/mrkdwn.ts';
import { slackLength } from '../words/slack-length.ts';

/** A paragraph; `verbatim`, so that Slack makes no mentions or links out of what a person typed. */
export function section(text: string): types.SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, LIMIT.section), verbatim: true } };
}

/** Lines in as few paragraphs as Slack's limit on one allows. */
export function paragraphs(lines: readonly string[]): types.SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && slackLength(last) + slackLength(line) < LIMIT.section)
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
      text: cut(`*${label}*\n${value}`, LIMIT.field),
      verbatim: true,
    }));
  return texts.length > 0 ? [{ type: 'section', fields: texts }] : [];
}

/** Small print. */
export function context(text: string): types.ContextBlock {
  return {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: cut(text, LIMIT.context), verbatim: true }],
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
