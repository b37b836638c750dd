import { z } from 'zod';

/** A place in a list of blocks that Slack would refuse, and why. */
export interface LimitProblem {
  path: string;
  problem: string;
}

/** What Slack makes of a text before it counts: UTF-16 units, `&`, `<` and `>` escaped. */
const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : '&lt;'));
/** A text that can be seen, and is at most so long when escaped. */
const Words = (most: number) =>
  z
    .string()
    .refine((text) => /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(text), 'a text of blanks')
    .refine((text) => escaped(text).length <= most, `more than ${most} characters when escaped`)
    .refine((text) => !/\p{Surrogate}/u.test(text), 'half a character');
const Id = z.string().min(1).max(255);
const Plain = (most: number) => z.looseObject({ type: z.literal('plain_text'), text: Words(most) });
const Text = (most: number) => z.looseObject({ type: z.enum(['plain_text', 'mrkdwn']), text: Words(most) });
const Option = z.looseObject({
  text: Text(75),
  description: Text(75).optional(),
  value: z.string().min(1).max(150),
});
const Options = z.array(Option).min(1).max(100);

const Button = z.looseObject({
  type: z.literal('button'),
  action_id: Id,
  text: Plain(75),
  value: z.string().max(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
const InputElement = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('plain_text_input'),
    action_id: Id,
    initial_value: z.string().max(3_000).optional(),
    placeholder: Plain(150).optional(),
    max_length: z.int().min(1).max(3_000).optional(),
  }),
  z
    .looseObject({
      type: z.literal('static_select'),
      action_id: Id,
      options: Options.optional(),
      option_groups: z
        .array(z.looseObject({ label: Plain(75), options: Options }))
        .min(1)
        .max(100)
        .optional(),
    })
    .refine(
      (menu) => (menu.options === undefined) !== (menu.option_groups === undefined),
      'a menu has either options or groups of them',
    ),
  z.looseObject({
    type: z.literal('checkboxes'),
    action_id: Id,
    options: z
      .array(z.looseObject({ text: Text(75), value: z.string().max(150) }))
      .min(1)
      .max(10),
  }),
  z.looseObject({ type: z.literal('radio_buttons'), action_id: Id, options: z.array(Option).min(1).max(10) }),
  z.looseObject({
    type: z.literal('datepicker'),
    action_id: Id,
    initial_date: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .optional(),
  }),
  z.looseObject({
    type: z.literal('timepicker'),
    action_id: Id,
    initial_time: z
      .string()
      .regex(/^\d{2}:\d{2}$/)
      .optional(),
  }),
]);

const blockId = Id.optional();
const Block = z.discriminatedUnion('type', [
  z
    .looseObject({
      type: z.literal('section'),
      block_id: blockId,
      text: Text(3_000).optional(),
      fields: z.array(Text(2_000)).min(1).max(10).optional(),
    })
    .refine((section) => section.text || section.fields, 'a section needs text or fields'),
  z.looseObject({ type: z.literal('header'), block_id: blockId, text: Plain(150) }),
  z.looseObject({ type: z.literal('divider'), block_id: blockId }),
  z.looseObject({ type: z.literal('image'), block_id: blockId, alt_text: Words(2_000) }),
  z.looseObject({
    type: z.literal('context'),
    block_id: blockId,
    elements: z.array(Text(3_000)).min(1).max(10),
  }),
  z.looseObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(Button).min(1).max(25) }),
  z.looseObject({
    type: z.literal('input'),
    block_id: blockId,
    label: Plain(2_000),
    hint: Plain(2_000).optional(),
    element: InputElement,
  }),
]);

const View = z.looseObject({
  type: z.enum(['modal', 'home']),
  title: Plain(24).optional(),
  submit: Plain(24).optional(),
  close: Plain(24).optional(),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3_000).optional(),
});

/** Slack says nothing of it, and refuses at about 12,000 to 13,200. */
const MOST_CHARACTERS = 12_000;

/** Whether the texts of a message's blocks are more than Slack takes in one message. */
export function isTooLong(blocks: unknown): boolean {
  return countCharacters(blocks) > MOST_CHARACTERS;
}

/** Characters over all texts of the blocks, as Slack counts them. */
export function countCharacters(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, part]) =>
      sum + (key === 'text' && typeof part === 'string' ? escaped(part).length : countCharacters(part)),
    0,
  );
}

/** Everything in `blocks` that Slack would refuse; `most` is 50 for a message, 100 for a view. */
export function checkBlocks(blocks: unknown, most = 50): LimitProblem[] {
  const parsed = z.array(Block).max(most).safeParse(blocks);
  const problems = parsed.success ? [] : describe(parsed.error, 'blocks');
  return [...problems, ...checkUnique(blocks)];
}

/** Everything in a modal or Home view that Slack would refuse. */
export function checkView(view: unknown): LimitProblem[] {
  const parsed = View.safeParse(view);
  const blocks = typeof view === 'object' && view !== null && 'blocks' in view ? view.blocks : undefined;
  return [...(parsed.success ? [] : describe(parsed.error, 'view')), ...checkBlocks(blocks, 100)];
}

function describe(error: z.ZodError, root: string): LimitProblem[] {
  return error.issues.map(({ path, message }) => ({
    path: [root, ...path.map(String)].join('.'),
    problem: message,
  }));
}

function checkUnique(blocks: unknown): LimitProblem[] {
  const ids = z.array(z.looseObject({ block_id: z.string().optional() })).safeParse(blocks);
  if (!ids.success) return [];
  const seen = new Set<string>();
  return ids.data.flatMap(({ block_id: id }, index) => {
    if (id === undefined) return [];
    const repeated = seen.has(id);
    seen.add(id);
    return repeated ? [{ path: `blocks.${index}.block_id`, problem: `"${id}" is used twice` }] : [];
  });
}
