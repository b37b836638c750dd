import type { RespondFn } from '@slack/bolt';
import type { Block, FittedBlocks, FittedModal, FittedText } from '../budget/fitted.ts';
import { LIMIT } from '../budget/limits.ts';
import { fitText } from '../budget/message.ts';
import { splitMessage } from '../budget/split.ts';
import { keepMentions } from '../words/mrkdwn.ts';
import { slackLength } from '../words/slack-length.ts';
import type { Reply, ViewReply } from './guard.ts';
import { messageModal } from './modal-parts.ts';
import { paragraphs } from './parts.ts';

/** One message of an answer. */
export interface AnswerPart {
  text: FittedText;
  blocks?: FittedBlocks;
}

/** The same as Bolt takes it. */
interface Answer {
  response_type: 'ephemeral';
  text: string;
  blocks?: Block[];
}

/** A response URL takes five answers; one is left for a button pressed there. */
const MOST_PARTS = 4;

/** What one person is told, in as few messages as it takes; where those are too many, the last says where the rest is. */
export function fitReply(reply: Reply): [AnswerPart, ...AnswerPart[]] {
  // Help texts and lists are built for mrkdwn; refusals may mention people. Neither may mention everybody.
  const text = reply.text.replace(/<!/g, '&lt;!');
  if (!reply.blocks && slackLength(text) <= LIMIT.text) return [{ text: fitText(text) }];
  const blocks = reply.blocks ?? paragraphs(text.split('\n'));
  const [first, ...more] = splitMessage(text, blocks, MOST_PARTS, reply.rest);
  return first ? [first, ...more] : [{ text: fitText(text) }];
}

function toAnswer({ text, blocks }: AnswerPart): Answer {
  return { response_type: 'ephemeral', text, ...(blocks && { blocks: [...blocks] }) };
}

/** Acknowledges a command with its answer; what does not go into one message follows. */
export async function acknowledgeWith(
  ack: (answer?: Answer) => Promise<void>,
  respond: RespondFn,
  reply: Reply | null,
): Promise<void> {
  if (reply === null) return ack();
  const [first, ...more] = fitReply(reply);
  await ack(toAnswer(first));
  for (const part of more) await respond({ ...toAnswer(part), replace_original: false });
}

/** Answers by a response URL. Rejects when that has run out (30 minutes, 5 uses). */
export async function respondWith(respond: RespondFn, reply: Reply): Promise<void> {
  for (const part of fitReply(reply)) await respond({ ...toAnswer(part), replace_original: false });
}

/** What a submitted form is acknowledged with. */
export type FormAnswer =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: FittedModal };

/** The answer to a submitted form called `title`; undefined to close it. */
export function fitFormReply(title: string, reply: Exclude<ViewReply, null> | Reply): FormAnswer {
  if ('errors' in reply) {
    const errors = Object.entries(reply.errors).map(([field, words]) => [
      field,
      fitText(words, LONGEST_ERROR),
    ]);
    return { response_action: 'errors', errors: Object.fromEntries(errors) };
  }
  return { response_action: 'update', view: messageModal(title, wordsOf(reply)) };
}

/** The same for a form that is closed by now, in words. */
export function sayFormReply(reply: Exclude<ViewReply, null> | Reply): FittedText {
  return fitText(wordsOf(reply));
}

const LONGEST_ERROR = 1_000;

function wordsOf(reply: Exclude<ViewReply, null> | Reply): string {
  if ('errors' in reply) return keepMentions(Object.values(reply.errors).join(' '), LIMIT.section);
  return keepMentions('refused' in reply ? reply.refused : reply.text, LIMIT.section);
}
