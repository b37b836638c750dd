import { cut } from '../words/mrkdwn.ts';
import { isBlank, slackLength } from '../words/slack-length.ts';
import type { Block } from './fitted.ts';
import { LIMIT } from './limits.ts';

/** Stands where somebody's text has nothing to see: Slack refuses blanks. */
const NOTHING = '–';

interface TextObject {
  type: string;
  text: string;
}

/** One block within Slack's limits on a block; none when nothing would be left of it. */
export function fitBlock(block: Block): Block[] {
  switch (block.type) {
    case 'section':
      return fitSection(block);
    case 'header':
      return [{ ...block, text: fitText(block.text, LIMIT.header) }];
    case 'context': {
      const elements = block.elements
        .filter((element) => !('text' in element) || !isBlank(element.text))
        .slice(0, LIMIT.contextElements)
        .map((element) => ('text' in element ? fitText(element, LIMIT.context) : element));
      return elements.length > 0 ? [{ ...block, elements }] : [];
    }
    case 'actions': {
      const elements = block.elements.slice(0, LIMIT.buttons).map(fitElement);
      return elements.length > 0 ? [{ ...block, elements }] : [];
    }
    case 'input': {
      const { hint, ...others } = block;
      const label = fitText(block.label, LIMIT.inputLabel);
      const fitted = { ...others, label, element: fitElement(block.element) };
      return [
        hint === undefined || isBlank(hint.text)
          ? fitted
          : { ...fitted, hint: fitText(hint, LIMIT.inputLabel) },
      ];
    }
    case 'image':
      return [{ ...block, alt_text: fitLine(block.alt_text, LIMIT.alternativeText) }];
    case 'divider':
      return [block];
  }
}

/** How many characters of a message or view a block takes. */
export function costOf(block: Block): number {
  const texts: unknown[] = [];
  // Whatever is written in it, however deep: Slack does not say which texts it counts.
  JSON.stringify(block, (key, value: unknown) => {
    if (typeof value === 'string' && COUNTED.has(key)) texts.push(value);
    return value;
  });
  return texts.reduce((sum: number, text) => sum + slackLength(String(text)), 0);
}

const COUNTED: ReadonlySet<string> = new Set(['text', 'alt_text', 'initial_value', 'accessibility_label']);

function fitSection(block: Extract<Block, { type: 'section' }>): Block[] {
  const { text, fields, accessory, ...others } = block;
  const fittedFields = (fields ?? [])
    .filter((field) => !isBlank(field.text))
    .slice(0, LIMIT.fields)
    .map((field) => fitText(field, LIMIT.field));
  const isEmpty = text === undefined || isBlank(text.text);
  if (isEmpty && fittedFields.length === 0 && accessory === undefined) return [];
  const fitted: Block = { ...others };
  if (!isEmpty || fittedFields.length === 0)
    fitted.text = fitText(text ?? { type: 'mrkdwn', text: NOTHING }, LIMIT.section);
  if (fittedFields.length > 0) fitted.fields = fittedFields;
  if (accessory !== undefined) fitted.accessory = fitElement(accessory);
  return [fitted];
}

/** A button, a menu or a field: what is written on it, and how much there is to choose from. */
function fitElement<Element extends { type: string }>(element: Element): Element {
  const fitted: Record<string, unknown> = { ...element };
  const texts = { text: LIMIT.label, placeholder: LIMIT.placeholder };
  for (const [name, limit] of Object.entries(texts)) {
    const value = fitted[name];
    if (isTextObject(value)) fitted[name] = fitText(value, limit);
  }
  const lines = {
    accessibility_label: LIMIT.label,
    initial_value: LIMIT.initialValue,
    alt_text: LIMIT.alternativeText,
  };
  for (const [name, limit] of Object.entries(lines)) {
    const value = fitted[name];
    if (typeof value === 'string') fitted[name] = fitLine(value, limit);
  }
  const most =
    element.type === 'checkboxes' || element.type === 'radio_buttons' ? LIMIT.boxes : LIMIT.options;
  for (const name of ['options', 'initial_options']) {
    const value = fitted[name];
    if (Array.isArray(value)) fitted[name] = value.slice(0, most).map(fitOption);
  }
  if (Array.isArray(fitted.option_groups)) {
    fitted.option_groups = fitted.option_groups.slice(0, LIMIT.options).map(fitGroup);
  }
  if (fitted.initial_option !== undefined) fitted.initial_option = fitOption(fitted.initial_option);
  return fitted as Element;
}

function fitGroup(group: unknown): unknown {
  if (typeof group !== 'object' || group === null) return group;
  const fitted: Record<string, unknown> = { ...group };
  if (isTextObject(fitted.label)) fitted.label = fitText(fitted.label, LIMIT.option);
  if (Array.isArray(fitted.options)) fitted.options = fitted.options.slice(0, LIMIT.options).map(fitOption);
  return fitted;
}

function fitOption(option: unknown): unknown {
  if (typeof option !== 'object' || option === null) return option;
  const fitted: Record<string, unknown> = { ...option };
  if (isTextObject(fitted.text)) fitted.text = fitText(fitted.text, LIMIT.option);
  const { description } = fitted;
  if (!isTextObject(description)) return fitted;
  if (isBlank(description.text)) delete fitted.description;
  else fitted.description = fitText(description, LIMIT.option);
  return fitted;
}

function isTextObject(value: unknown): value is TextObject {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}

function fitText<Text extends TextObject>(text: Text, limit: number): Text {
  return { ...text, text: fitLine(text.text, limit) };
}

function fitLine(text: string, limit: number): string {
  // Half a character would make the whole message unreadable.
  return isBlank(text) ? NOTHING : cut(text.replace(/\p{Cs}/gu, ''), limit);
}
