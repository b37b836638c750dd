import type { types } from '@slack/bolt';
import type { Block, FittedModal } from '../budget/fitted.ts';
import { LIMIT } from '../budget/limits.ts';
import { fitModal } from '../budget/view.ts';
import { cut } from '../words/mrkdwn.ts';
import { VALUE } from './action-ids.ts';
import { section } from './parts.ts';

/** Slack's limit on what a modal carries along unseen. */
export const LONGEST_METADATA = 3_000;

/** Plain text, cut to `limit`; Slack parses no mentions in it, so it is not escaped. */
export function plain(text: string, limit: number): types.PlainTextElement {
  return { type: 'plain_text', text: cut(text, limit), emoji: true };
}

export interface InputOptions {
  blockId: string;
  label: string;
  hint?: string | undefined;
  optional?: boolean;
  element: types.InputBlock['element'];
}

/** One labelled input. */
export function input({ blockId, label, hint, optional, element }: InputOptions): types.InputBlock {
  return {
    type: 'input',
    block_id: blockId,
    label: plain(label, 150),
    ...(hint && { hint: plain(hint, 150) }),
    optional: optional ?? false,
    element,
  };
}

/** A line of text, or several. */
export function textInput(options: {
  multiline?: boolean;
  initial?: string | undefined;
  placeholder?: string;
}): types.PlainTextInput {
  return {
    type: 'plain_text_input',
    action_id: VALUE,
    multiline: options.multiline ?? false,
    max_length: LIMIT.initialValue,
    ...(options.initial && { initial_value: cut(options.initial, 3_000) }),
    ...(options.placeholder && { placeholder: plain(options.placeholder, 150) }),
  };
}

/** A modal with a submit button. `metadata` comes back with the submission. */
export function modal(options: {
  callbackId: string;
  title: string;
  submit: string;
  metadata: unknown;
  blocks: Block[];
}): FittedModal {
  return fitModal({
    type: 'modal',
    callback_id: options.callbackId,
    title: plain(options.title, 24),
    submit: plain(options.submit, 24),
    close: plain('Cancel', 24),
    private_metadata: JSON.stringify(options.metadata),
    blocks: options.blocks,
  });
}

/** A modal that only says something: what a refused submission turns into. `text` is mrkdwn. */
export function messageModal(title: string, text: string): FittedModal {
  return fitModal({
    type: 'modal',
    title: plain(title, 24),
    close: plain('Close', 24),
    blocks: [section(text)],
  });
}
