import { COMPARISONS, type Finding, isSame, type Plain } from '../definition/condition.ts';
import { listReferences, parseReference } from '../definition/reference.ts';
import { describeValue, type Fault, listNames, suggestName } from '../faults/problem.ts';
import { readBoolean } from '../values/boolean.ts';
import { readNumber } from '../values/number.ts';
import { checkReference, checkTexts, toPath, write } from './check-references.ts';
import type { StepToCheck } from './check-tree.ts';
import { type Scope, schemaOf } from './fact-scope.ts';
import { describeKinds, type Kind, kindsOf, wordsOf } from './fact-types.ts';

type Condition = NonNullable<StepToCheck['when']>;
type Comparison = Extract<Condition, { value: string }>;

/** Checks a condition: its references, and that what they name can be compared with what it asks for. */
export function checkCondition(condition: Condition | undefined, path: string, scope: Scope): Fault[] {
  if (!condition) return [];
  const list = (parts: readonly Condition[], name: string) =>
    parts.flatMap((part, index) => checkCondition(part, `${path}.${name}[${index}]`, scope));
  if ('all' in condition) return list(condition.all, 'all');
  if ('any' in condition) return list(condition.any, 'any');
  if ('not' in condition) return checkCondition(condition.not, `${path}.not`, scope);
  return checkComparison(condition, path, scope);
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
  const fact = { name: value, kinds, words: wordsOf(schema), field: isField ? reference.path[0] : undefined };
  return COMPARISONS.flatMap((name) => checkKind(comparison, name, `${path}.${name}`, fact));
}

interface Fact {
  name: string;
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
      return [];
    case 'equals':
      return checkSame(equals, path, fact);
    case 'notEquals':
      return checkSame(notEquals, path, fact);
    case 'oneOf':
      return (oneOf ?? []).flatMap((one, index) => checkSame(one, `${path}[${index}]`, fact));
    default:
      return comparison[name] === undefined ? [] : checkOrder(path, fact);
  }
}

function checkOrder(path: string, { name, kinds, words, field }: Fact): Fault[] {
  const areNumbers = words !== null && words.length > 0 && words.every((word) => readNumber(word).ok);
  if (kinds.has('number') || areNumbers) return [];
  const right =
    field === undefined
      ? 'compare a number; use "equals" or "oneOf" for other values'
      : `give the input "${field}" the type "number", or use "equals" or "oneOf"`;
  return [
    { path, wrong: `"${name}" is ${describeKinds(kinds)}, and cannot be compared with a number`, right },
  ];
}

/** A plain value that the fact can never be, or that is of another kind. */
function checkSame(wanted: Plain | undefined, path: string, { name, kinds, words }: Fact): Fault[] {
  if (wanted === undefined) return [];
  if (words) {
    if (words.some((word) => isSame(word, wanted) === true)) return [];
    const known = words.map(String);
    const right = suggestName(String(wanted), known, 'values');
    return [{ path, wrong: `"${name}" is never ${describeValue(wanted)}`, right }];
  }
  if (canBe(wanted, kinds)) return [];
  const wrong = `"${name}" is ${describeKinds(kinds)}, and ${describeValue(wanted)} is not`;
  return [{ path, wrong, right: describeWanted(wanted, kinds) }];
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
