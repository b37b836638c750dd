import type { types } from '@slack/bolt';

declare const fitted: unique symbol;

/** What Slack takes: only this room makes it, and the client sends nothing else. */
type Fitted<Value> = Value & { readonly [fitted]: true };

export type FittedText = Fitted<string>;
export type FittedBlocks = Fitted<readonly Block[]>;
export type FittedModal = Fitted<types.ModalView>;
export type FittedHome = Fitted<types.HomeView>;

/** The kinds of blocks that are used: of each its limits are known. */
export type Block =
  | types.SectionBlock
  | types.HeaderBlock
  | types.DividerBlock
  | types.ContextBlock
  | types.ActionsBlock
  | types.InputBlock
  | types.ImageBlock;

/** What Slack is given: `text` for notifications and screen readers, `blocks` for the eye. */
export interface Message {
  readonly text: FittedText;
  readonly blocks: FittedBlocks;
}
