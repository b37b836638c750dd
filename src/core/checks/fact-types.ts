import { z } from 'zod';
import type { Plain } from '../definition/condition.ts';
import type { InputField } from '../definition/workflow-definition.ts';
import { unwrapSchema } from '../faults/unwrap-schema.ts';
import { readNumber } from '../values/number.ts';

/** What a value can be, as far as comparisons and inputs care. */
export type Kind = 'number' | 'text' | 'boolean' | 'list' | 'object';

/** A kind in words that go on after "is". */
const KIND_WORDS: Readonly<Record<Kind, string>> = {
  number: 'a number',
  text: 'a text',
  boolean: 'a yes or no',
  list: 'a list',
  object: 'an object',
};

/** The schema of what a run has of the field of a form; optional where it may be left empty. */
export function schemaOfField(field: InputField): z.ZodType {
  const schema = schemaOfType(field);
  return field.required || field.default !== undefined ? schema : schema.optional();
}

function schemaOfType({ type, choices = [] }: InputField): z.ZodType {
  if (type === 'number') return z.number();
  if (type === 'boolean') return z.boolean();
  if (type === 'date') return z.iso.date();
  return type === 'choice' ? z.enum(choices) : z.string();
}

const KIND_OF_TYPE: Readonly<Record<string, Kind>> = {
  number: 'number',
  string: 'text',
  template_literal: 'text',
  boolean: 'boolean',
  array: 'list',
  tuple: 'list',
  object: 'object',
  record: 'object',
};

/** The kinds that values of `schema` are of, when they are there at all; null when that is not known. */
export function kindsOf(schema: z.ZodType): ReadonlySet<Kind> | null {
  const inner = unwrapSchema(schema);
  const words = wordsOf(inner);
  if (words) return new Set(words.map(kindOfPlain));
  if (inner instanceof z.ZodNull || inner instanceof z.ZodUndefined) return new Set();
  if (inner instanceof z.ZodUnion) {
    const kinds = inner.def.options.map((option) => kindsOf(option as z.ZodType));
    return kinds.includes(null) ? null : new Set(kinds.flatMap((some) => [...(some ?? [])]));
  }
  const kind = KIND_OF_TYPE[inner.def.type];
  return kind === undefined ? null : new Set([kind]);
}

/** The only values that `schema` has; null when there are others. */
export function wordsOf(schema: z.ZodType): readonly Plain[] | null {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodEnum) return inner.options;
  if (!(inner instanceof z.ZodLiteral)) return null;
  const values = [...inner.values];
  return values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))
    ? (values as Plain[])
    : null;
}

/** The least and the most that a number of `schema` is; null for what is no number, or when that is not known. */
export function rangeOf(schema: z.ZodType): { least: number; most: number } | null {
  const inner = unwrapSchema(schema);
  const words = wordsOf(inner);
  if (words) {
    const numbers = words.flatMap((word) => {
      const read = readNumber(word);
      return read.ok ? read.number : [];
    });
    return numbers.length === 0 ? null : { least: Math.min(...numbers), most: Math.max(...numbers) };
  }
  if (!(inner instanceof z.ZodNumber)) return null;
  const { minValue, maxValue } = inner;
  return { least: minValue ?? Number.NEGATIVE_INFINITY, most: maxValue ?? Number.POSITIVE_INFINITY };
}

/** "a number", "a text or a list". */
export function describeKinds(kinds: Iterable<Kind>): string {
  return [...kinds].map((kind) => KIND_WORDS[kind]).join(' or ');
}

function kindOfPlain(value: Plain): Kind {
  return typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
}
