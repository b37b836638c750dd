import type { SlackBlock, SlackView } from './local-slack-types.ts';

/** What a person enters, by block id, action id or label: a text, a choice's value or visible text, or several. */
export type ModalEntries = Record<string, string | readonly string[]>;

type StateValues = Record<string, Record<string, SlackBlock>>;

/** Turns entries into the `state.values` Slack sends; throws when the modal has no such field or choice. */
export function fillModal(view: SlackView, entries: ModalEntries): StateValues {
  const fields = view.blocks.flatMap((block) =>
    isObject(block.element) ? [{ block, element: block.element }] : [],
  );
  const values: StateValues = {};
  for (const [name, entry] of Object.entries(entries)) {
    const field = fields.find(({ block, element }) => namesOf(block, element).includes(name));
    if (!field) {
      const known = fields.map(({ block }) => block.block_id).join(', ');
      throw new Error(`the modal "${view.title?.text ?? ''}" has no field ${name}; it has ${known}`);
    }
    values[String(field.block.block_id)] = {
      [String(field.element.action_id)]: stateOf(field.element, entry),
    };
  }
  return values;
}

function namesOf(block: SlackBlock, element: SlackBlock): unknown[] {
  return [block.block_id, element.action_id, isObject(block.label) ? block.label.text : undefined];
}

function stateOf(element: SlackBlock, entry: string | readonly string[]): SlackBlock {
  const type = String(element.type);
  const several = typeof entry === 'string' ? [entry] : entry;
  const first = several[0] ?? '';
  if (type === 'datepicker') return { type, selected_date: first };
  if (type === 'timepicker') return { type, selected_time: first };
  if (type === 'datetimepicker') return { type, selected_date_time: Number(first) };
  if (type === 'users_select') return { type, selected_user: first };
  if (type === 'static_select' || type === 'radio_buttons') {
    return { type, selected_option: choice(element, first) };
  }
  if (type === 'checkboxes' || type === 'multi_static_select') {
    return { type, selected_options: several.map((one) => choice(element, one)) };
  }
  return { type, value: first };
}

function choice(element: SlackBlock, wanted: string): SlackBlock {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isObject) : [];
  const options = [element, ...groups].flatMap(({ options: listed }) =>
    Array.isArray(listed) ? listed.filter(isObject) : [],
  );
  const found = options.find(
    (option) => option.value === wanted || (isObject(option.text) && option.text.text === wanted),
  );
  if (!found) throw new Error(`${String(element.action_id)} offers no choice ${wanted}`);
  return found;
}

function isObject(value: unknown): value is SlackBlock {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
