import { z } from 'zod';

/** A Block Kit block, as loosely as a test needs it. */
export type SlackBlock = Record<string, unknown>;
const Block = z.record(z.string(), z.unknown());

export const SlackMessage = z.looseObject({
  ts: z.string(),
  channel: z.string(),
  user: z.string().optional(),
  text: z.string().optional().default(''),
  blocks: z.array(Block).optional(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  ephemeral_to: z.string().optional(),
});
export type SlackMessage = z.infer<typeof SlackMessage>;

const PlainText = z.looseObject({ text: z.string() });

/** A modal as it is open, or a published App Home. */
export const SlackView = z.looseObject({
  id: z.string(),
  type: z.string().optional(),
  callback_id: z.string().optional(),
  private_metadata: z.string().optional(),
  title: PlainText.optional(),
  submit: PlainText.optional(),
  blocks: z.array(Block).default([]),
});
export type SlackView = z.infer<typeof SlackView>;

export const SlackChannel = z.looseObject({
  id: z.string(),
  name: z.string(),
  is_im: z.boolean().optional(),
  members: z.array(z.string()).default([]),
});
export type SlackChannel = z.infer<typeof SlackChannel>;

const Snapshot = z.looseObject({
  apps: z.array(z.looseObject({ connected: z.boolean() })),
  channels: z.array(SlackChannel),
  messages: z.record(z.string(), z.array(SlackMessage)),
  modalStack: z.array(SlackView),
  homeViews: z.record(z.string(), z.unknown()),
});

/** What the local Slack pushes to its page; kinds a test has no use for are not listed. */
export const UiEvent = z.discriminatedUnion('t', [
  z.object({ t: z.literal('init'), state: Snapshot }),
  z.object({ t: z.literal('message'), message: SlackMessage }),
  z.object({ t: z.literal('message_update'), message: SlackMessage }),
  z.object({ t: z.literal('message_delete'), channel: z.string(), ts: z.string() }),
  z.object({ t: z.literal('channel'), channel: SlackChannel }),
  z.object({ t: z.literal('view'), stack: z.array(SlackView) }),
  z.object({ t: z.literal('view_errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ t: z.literal('home'), user: z.string(), view: SlackView }),
  z.object({ t: z.literal('socket_status'), connected: z.boolean() }),
]);
export type UiEvent = z.infer<typeof UiEvent>;

/** Everything a person could read in a message: its text and every text in its blocks. */
export function readableText(message: { text?: string; blocks?: SlackBlock[] | undefined }): string {
  return [message.text ?? '', ...textsIn(message.blocks ?? [])].join('\n');
}

/** The elements of a message or view that carry an action id, each with the id of its block. */
export function interactiveElements(blocks: readonly SlackBlock[]): (SlackBlock & { block_id: unknown })[] {
  const found: (SlackBlock & { block_id: unknown })[] = [];
  for (const block of blocks) {
    for (const element of [block.accessory, block.element, block.elements].flat()) {
      if (isBlock(element) && 'action_id' in element) found.push({ ...element, block_id: block.block_id });
    }
  }
  return found;
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isBlock(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsIn(inner),
  );
}

function isBlock(value: unknown): value is SlackBlock {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
