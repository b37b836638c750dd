import type { types } from '@slack/bolt';
import { findByName } from '../words/find-by-name.ts';
import { VALUE } from './action-ids.ts';
import { plain, textInput } from './modal-parts.ts';
import { readModalChoice, readModalText } from './read-modal-input.ts';

/** Slack takes so many options in one list, and as many lists in one menu. */
const IN_A_GROUP = 100;
/** More options than these make a view larger than Slack takes, in any script. */
const MOST_OPTIONS = 400;

interface Choice {
  text: string;
  description?: string;
  value: string;
}

/**
 * A menu of all `options`, each with a smaller line below it where it has a description; `initial` is a value. Beyond a
 * hundred they come in groups, and where no menu takes them all, the name is typed: `readNamedChoice` reads either.
 */
export function selectInput(
  options: readonly Choice[],
  initial?: string,
): types.StaticSelect | types.PlainTextInput {
  if (options.length > MOST_OPTIONS) {
    const typed = options.find(({ value }) => value === initial)?.text;
    return textInput({
      initial: typed,
      placeholder: `Type one of the ${options.length} names, or how it begins`,
    });
  }
  const shown: types.PlainTextOption[] = options.map(({ text, description, value }) => ({
    text: plain(text, 75),
    ...(description && { description: plain(description, 75) }),
    value,
  }));
  const chosen = shown.find(({ value }) => value === initial);
  return {
    type: 'static_select',
    action_id: VALUE,
    ...(shown.length > IN_A_GROUP ? { option_groups: group(shown) } : { options: shown }),
    ...(chosen && { initial_option: chosen }),
  };
}

/** What was chosen or typed in a menu of named things: its id; null for nothing, and in words why it is none of them. */
export function readNamedChoice(
  values: unknown,
  blockId: string,
  items: readonly { id: string; name: string }[],
  kind: string,
): { id: string } | { problem: string } | null {
  const chosen = readModalChoice(values, blockId);
  if (chosen !== null) return { id: chosen };
  const typed = readModalText(values, blockId);
  if (typed === '') return null;
  const found = findByName(typed, items, kind);
  if ('problem' in found) return found;
  if (found.rest !== '') return { problem: `Write the name alone, without “${found.rest}”.` };
  return { id: found.item.id };
}

function group(options: readonly types.PlainTextOption[]): NonNullable<types.StaticSelect['option_groups']> {
  const count = Math.ceil(options.length / IN_A_GROUP);
  return Array.from({ length: count }, (_, index) => {
    const first = index * IN_A_GROUP;
    const inside = options.slice(first, first + IN_A_GROUP);
    return { label: plain(`${first + 1} to ${first + inside.length}`, 75), options: inside };
  });
}
