import { z } from 'zod';
import { COMPARISONS, type Finding, isSame, judge, type Plain } from '../definition/condition.ts';
import { listReferences, parseReference } from '../definition/reference.ts';
import { describeValue, type Fault, listNames, suggestName } from '../faults/problem.ts';
import { unwrapSchema } from '../faults/unwrap-schema.ts';
import { readBoolean } from '../values/boolean.ts';
import { readNumber } from '../values/number.ts';
import { checkReference, checkTexts, toPath, write } from './check-references.ts';
import type { StepToCheck } from './check-tree.ts';
import { type Scope, schemaOf } from './fact-scope.ts';
import { describeKinds, type Kind, kindsOf, rangeOf, wordsOf } from './fact-types.ts';

type Condition = NonNullable<StepToCheck['when']>;
type Comparison = Extract<Condition, { value: string }>;

/**
 * Checks a condition: its references, that what they name can be compared with what it asks for, and that it asks for
 * nothing that can never be.
 */
export function checkCondition(condition: Condition | undefined, path: string, scope: Scope): Fault[] {
  if (!condition) return [];
  const list = (parts: readonly Condition[], name: string) =>
    parts.flatMap((part, index) => checkCondition(part, `${path}.${name}[${index}]`, scope));
  if ('all' in condition) {
    const faults = list(condition.all, 'all');
    return faults.length > 0 ? faults : checkTogether(condition.all, path, scope);
  }
  if ('any' in condition) return list(condition.any, 'any');
  if ('not' in condition) return checkCondition(condition.not, `${path}.not`, scope);
  const faults = checkComparison(condition, path, scope);
  return faults.length > 0 ? faults : checkTogether([condition], path, scope);
}

function checkComparison(comparison: Comparison, path: string, scope: Scope): Fault[] {
  const { value, ...wanted } = comparison;
  const right = 'write a plain value; only "value" takes a reference';
  const references = listReferences(wanted, path).map(({ place, reference }): Fault => {
    return { path: toPath(place), wrong: `${write(reference)} is a reference`, right };
  });
  const slips = checkTexts(wanted, path, scope).map((fault): Fault => ({ ...fault, right }));
  const misplaced = [...references, ...slips];
  const reference = parseReference(value);
  if (!reference) return misplaced;
  const faults = checkReference(reference, `${path}.value`, scope);
  const schema = faults.length > 0 ? null : schemaOf(reference, scope);
  const kinds = schema && kindsOf(schema);
  if (misplaced.length + faults.length > 0 || !schema || !kinds) return [...faults, ...misplaced];
  const isField = reference.source === 'input' && reference.path.length === 1;
  const fact = {
    name: value,
    schema,
    kinds,
    words: wordsOf(schema),
    field: isField ? reference.path[0] : undefined,
  };
  return COMPARISONS.flatMap((name) => checkKind(comparison, name, `${path}.${name}`, fact));
}

interface Fact {
  name: string;
  schema: z.ZodType;
  kinds: ReadonlySet<Kind>;
  /** Its only values; null when there are others. */
  words: readonly Plain[] | null;
  /** The input field it is. */
  field: string | undefined;
}

function checkKind(comparison: Comparison, name: Finding['comparison'], path: string, fact: Fact): Fault[] {
  const { equals, notEquals, oneOf } = comparison;
  switch (name) {
    case 'exists':
      return comparison.exists === false ? checkMissing(path, fact) : [];
    case 'equals':
      return checkSame(equals, path, fact);
    case 'notEquals':
      return checkSame(notEquals, path, fact);
    case 'oneOf':
      return (oneOf ?? []).flatMap((one, index) => checkSame(one, `${path}[${index}]`, fact));
    default:
      return comparison[name] === undefined ? [] : checkOrder(name, comparison[name], path, fact);
  }
}

/** The fault of asking for a field to be missing that everybody has to fill in. */
function checkMissing(path: string, { name, schema, field }: Fact): Fault[] {
  if (field === undefined || schema.safeParse(undefined).success) return [];
  const right = `leave it out, or let the input "${field}" be left empty`;
  return [{ path, wrong: `"${name}" is never missing`, right }];
}

function checkOrder(
  comparison: 'atLeast' | 'atMost',
  wanted: number,
  path: string,
  { name, kinds, words, field, schema }: Fact,
): Fault[] {
  const areNumbers = words !== null && words.length > 0 && words.every((word) => readNumber(word).ok);
  if (kinds.has('number') || areNumbers) {
    const range = rangeOf(schema);
    const isNever = range && (comparison === 'atLeast' ? range.most < wanted : range.least > wanted);
    if (!isNever) return [];
    const wrong = `"${name}" is never ${COMPARISON_WORDS[comparison]} ${wanted}`;
    return [{ path, wrong, right: describeRange(range) }];
  }
  const right =
    field === undefined
      ? 'compare a number; use "equals" or "oneOf" for other values'
      : `give the input "${field}" the type "number", or use "equals" or "oneOf"`;
  return [
    { path, wrong: `"${name}" is ${describeKinds(kinds)}, and cannot be compared with a number`, right },
  ];
}

/** A plain value that the fact can never be, or that is of another kind. */
function checkSame(wanted: Plain | undefined, path: string, { name, kinds, words, schema }: Fact): Fault[] {
  if (wanted === undefined) return [];
  if (words) {
    if (words.some((word) => isSame(word, wanted) === true)) return [];
    const known = words.map(String);
    const right = suggestName(String(wanted), known, 'values');
    return [{ path, wrong: `"${name}" is never ${describeValue(wanted)}`, right }];
  }
  if (canBe(wanted, kinds)) return checkValue(wanted, path, name, schema);
  const wrong = `"${name}" is ${describeKinds(kinds)}, and ${describeValue(wanted)} is not`;
  return [{ path, wrong, right: describeWanted(wanted, kinds) }];
}

/** A number out of the range of the fact, or a text that is no date where one is asked for. */
function checkValue(wanted: Plain, path: string, name: string, schema: z.ZodType): Fault[] {
  const inner = unwrapSchema(schema);
  const wrong = `"${name}" is never ${describeValue(wanted)}`;
  if (inner instanceof z.ZodISODate && typeof wanted === 'string' && !inner.safeParse(wanted.trim()).success)
    return [{ path, wrong, right: 'write a date such as "2026-03-31"' }];
  const range = rangeOf(inner);
  const read = readNumber(wanted);
  if (!range || !read.ok || inner.safeParse(read.number).success) return [];
  return [{ path, wrong, right: describeRange(range) }];
}

function describeRange({ least, most }: { least: number; most: number }): string {
  if (!isBound(least)) return isBound(most) ? `write a number up to ${most}` : 'write a whole number';
  return isBound(most) ? `write a number from ${least} to ${most}` : `write a number from ${least}`;
}

function isBound(limit: number): boolean {
  return Math.abs(limit) < Number.MAX_SAFE_INTEGER;
}

const COMPARISON_WORDS = {
  equals: '',
  notEquals: 'not',
  atLeast: 'at least',
  atMost: 'at most',
  oneOf: 'one of',
  exists: 'there:',
} as const;

/** Comparisons of one fact that can never hold together. */
function checkTogether(parts: readonly Condition[], path: string, scope: Scope): Fault[] {
  const all = listComparisons(parts);
  return [...new Set(all.map(({ value }) => value))].flatMap((name): Fault[] => {
    const comparisons = all.filter(({ value }) => value === name);
    if (!areAtOdds(comparisons, listValues(name, scope))) return [];
    const asked = comparisons.flatMap((comparison) =>
      COMPARISONS.filter((one) => comparison[one] !== undefined).map((one) =>
        `${COMPARISON_WORDS[one]} ${describeValue(comparison[one])}`.trim(),
      ),
    );
    const right = 'leave one of them out, or ask for them in an "any"';
    return [{ path, wrong: `"${name}" is never all of this: ${asked.join(', ')}`, right }];
  });
}

function listComparisons(parts: readonly Condition[]): Comparison[] {
  return parts.flatMap((part) => {
    if ('all' in part) return listComparisons(part.all);
    return 'value' in part ? part : [];
  });
}

/** The only values of a fact; null when there are others. */
function listValues(name: string, scope: Scope): readonly Plain[] | null {
  const reference = parseReference(name);
  const schema = reference && schemaOf(reference, scope);
  if (!schema) return null;
  return unwrapSchema(schema) instanceof z.ZodBoolean ? [true, false] : wordsOf(schema);
}

function areAtOdds(comparisons: readonly Comparison[], values: readonly Plain[] | null): boolean {
  const isElse = comparisons.some((one) =>
    Object.keys(one).some((key) => key !== 'value' && key !== 'exists'),
  );
  const [missing, there] = [false, true].map((wish) => comparisons.some(({ exists }) => exists === wish));
  if (missing) return isElse || there === true;
  const least = Math.max(...comparisons.flatMap(({ atLeast }) => atLeast ?? []));
  const most = Math.min(...comparisons.flatMap(({ atMost }) => atMost ?? []));
  if (least > most) return true;
  const asked = { all: comparisons.map((one) => ({ ...one, value: '$input.it' })) };
  const equal = comparisons.flatMap(({ equals }) => equals ?? []);
  const listed = comparisons.flatMap(({ oneOf }) => oneOf ?? []);
  const candidates = [equal, listed, values ?? []].find((some) => some.length > 0) ?? [];
  return candidates.length > 0 && candidates.every((it) => judge(asked, { input: { it } }).outcome === 'no');
}

function canBe(wanted: Plain, kinds: ReadonlySet<Kind>): boolean {
  if (typeof wanted === 'string' && kinds.has('text')) return true;
  if (kinds.has('number') && typeof wanted !== 'boolean' && readNumber(wanted).ok) return true;
  return kinds.has('boolean') && readBoolean(wanted) !== null;
}

function describeWanted(wanted: Plain, kinds: ReadonlySet<Kind>): string {
  if (kinds.has('text')) return `write ${JSON.stringify(String(wanted))}, in quotes`;
  if (kinds.has('number')) return 'write a number without quotes';
  if (kinds.has('boolean'))
    return `write ${listNames(['true', 'false']).replaceAll('"', '').replace(',', ' or')}`;
  return 'ask with "exists" whether it is there, or compare one of its parts';
}
