import { isDegreesName } from '../places/find-given-places.ts';
import { readBoolean } from '../values/boolean.ts';
import { isPlannableYear } from '../values/duration.ts';
import { readDegrees, readNumber } from '../values/number.ts';
import { isReadable } from '../values/shown-text.ts';
import { isDate } from '../values/wall-time.ts';
import type { InputField, WorkflowDefinition } from './workflow-definition.ts';

export interface InputProblem {
  field: string;
  /** What is wrong and what would be right, for the person who filled it in. */
  message: string;
}

/** Input that fits the definition, or everything that does not. */
export type InputCheck =
  | { ok: true; input: Record<string, unknown> }
  | { ok: false; problems: InputProblem[] };

/** Slack takes 4,000 characters of a command; more than that is a document, not a request. */
export const LONGEST_TEXT = 4_000;
const LARGEST_FREE_INPUT = 64 * 1024;

/**
 * Checks the input of a new run against its definition: required fields, types, choices, lengths; unknown fields are
 * refused. A definition that declares no input (the seed's form) takes any object.
 */
export function checkInput(definition: WorkflowDefinition, raw: Record<string, unknown>): InputCheck {
  const fields = Object.entries(definition.input);
  if (fields.length === 0) return checkFreeInput(raw);
  const problems: InputProblem[] = Object.keys(raw)
    .filter((key) => !Object.hasOwn(definition.input, key))
    .map((key) => ({
      field: key,
      message: `is not asked for; “${definition.name}” takes ${fields.map(([name]) => name).join(', ')}`,
    }));
  const input: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const value = isBlank(given(raw, name)) ? field.default : given(raw, name);
    if (isBlank(value)) {
      if (field.required) problems.push({ field: name, message: 'is required' });
      continue;
    }
    const checked = checkField(field, value, name);
    if ('problem' in checked) problems.push({ field: name, message: checked.problem });
    else input[name] = checked.value;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, input };
}

/**
 * The value as the field has it, or what is wrong with it, in words that go on after “This”. A field whose `name` is that of
 * degrees, such as `lat`, has no thousands.
 */
export function checkField(
  field: InputField,
  value: unknown,
  name = '',
): { value: unknown } | { problem: string } {
  switch (field.type) {
    case 'number': {
      const read = isDegreesName(name) ? readDegrees(value) : readNumber(value);
      return read.ok ? { value: read.number } : { problem: read.wrong };
    }
    case 'boolean': {
      const read = readBoolean(value);
      return read === null ? { problem: 'has to be true or false' } : { value: read };
    }
    case 'date':
      return typeof value === 'string' && isDate(value) && isPlannableYear(value)
        ? { value }
        : { problem: 'has to be a date such as 2026-03-31' };
    case 'choice':
      return field.choices?.some((choice) => choice === value)
        ? { value }
        : { problem: `has to be one of: ${field.choices?.join(', ')}` };
    default:
      return checkText(value);
  }
}

function checkText(value: unknown): { value: string } | { problem: string } {
  if (typeof value !== 'string') return { problem: 'has to be a text' };
  const text = value.trim();
  return text.length <= LONGEST_TEXT
    ? { value: text }
    : { problem: `is longer than ${LONGEST_TEXT} characters` };
}

function checkFreeInput(raw: Record<string, unknown>): InputCheck {
  if (JSON.stringify(raw).length <= LARGEST_FREE_INPUT) return { ok: true, input: raw };
  return { ok: false, problems: [{ field: 'input', message: 'is larger than 64 kB' }] };
}

/** Own properties only: a field may be called `constructor`. */
function given(raw: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(raw, name) ? raw[name] : undefined;
}

/** Whether it is no answer at all. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && !isReadable(value));
}
