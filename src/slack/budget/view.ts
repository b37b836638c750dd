import type { types } from '@slack/bolt';
import { cut } from '../words/mrkdwn.ts';
import { isBlank } from '../words/slack-length.ts';
import { fitBlocks } from './fit-blocks.ts';
import type { Block, FittedHome, FittedModal } from './fitted.ts';
import { LIMIT, VIEW_BUDGET } from './limits.ts';

/** A modal to be made: its blocks are of the kinds whose limits are known. */
export type Modal = Omit<types.ModalView, 'blocks'> & { blocks: readonly Block[] };

/** A modal that Slack takes. `rest` is where a reader finds what is left out. */
export function fitModal(view: Modal, rest = ''): FittedModal {
  const { title, submit, close, blocks, ...others } = view;
  const fitted: types.ModalView = {
    ...others,
    title: fitTitle(title),
    ...(submit && { submit: fitTitle(submit) }),
    ...(close && { close: fitTitle(close) }),
    blocks: fitBlocks(blocks, VIEW_BUDGET, rest),
  };
  return fitted as FittedModal;
}

/** A Home tab that Slack takes. */
export function fitHome(blocks: readonly Block[], rest = ''): FittedHome {
  const fitted: types.HomeView = { type: 'home', blocks: fitBlocks(blocks, VIEW_BUDGET, rest) };
  return fitted as FittedHome;
}

function fitTitle(title: types.PlainTextElement): types.PlainTextElement {
  return { ...title, text: isBlank(title.text) ? '–' : cut(title.text, LIMIT.viewTitle) };
}
