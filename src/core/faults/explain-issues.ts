import { z } from 'zod';
import { describeValue, type Fault, findNearest, formatPath, listNames, suggestName } from './problem.ts';
import { describeObject, suggestKey, suggestValue } from './suggest-value.ts';
import { unwrapSchema } from './unwrap-schema.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type Found = Fault & { isUnknownKey?: true };

/** What to write for each type zod may expect. */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  record: 'an object in { }',
};

/**
 * Says in plain words what `error` found in `source`, which `schema` refused: one fault a place, the remedy in `right`.
 * Unknown keys come with the nearest known one; of a union only the alternative that fits best is explained.
 */
export function explainIssues(error: z.ZodError, schema: z.ZodType, source: unknown): Fault[] {
  const found = dropFollowers(error.issues).flatMap((issue) => explainIssue(issue, schema, source, []));
  const seen = new Set<string>();
  // A text that fails its pattern often fails the next check too; the first remedy is the useful one.
  return found.flatMap(({ isUnknownKey, ...fault }) => {
    const key = isUnknownKey ? `${fault.path} unknown` : fault.path;
    if (seen.has(key)) return [];
    seen.add(key);
    return fault;
  });
}

/** A mistyped key makes the check of its whole object fail as well; the key is what has to be mended. */
function dropFollowers(issues: readonly Issue[]): Issue[] {
  const places = issues
    .filter((issue) => issue.code === 'unrecognized_keys')
    .map((issue) => formatPath(issue.path));
  return issues.filter((issue) => issue.code !== 'custom' || !places.includes(formatPath(issue.path)));
}

function explainIssue(issue: Issue, schema: z.ZodType, root: unknown, base: Path): Found[] {
  const value = valueAt(root, issue.path);
  const path = [...base, ...issue.path];
  const place = schemaAt(schema, issue.path);
  if (issue.code === 'unrecognized_keys') return explainUnknownKeys(issue.keys, place, path, value);
  if (issue.code === 'invalid_union' && value !== undefined) {
    const best = pickAlternative(issue.errors, place);
    const option = place instanceof z.ZodUnion ? (place.options[best] as z.ZodType | undefined) : undefined;
    const errors = issue.errors[best] ?? [];
    if (option && errors.length > 0)
      return dropFollowers(errors).flatMap((error) => explainIssue(error, option, value, path));
  }
  const wrong = value === undefined ? 'is missing' : `${describeValue(value)} does not fit`;
  const right = sayRight(issue, value, place, String(path.at(-1)));
  return [{ path: formatPath(path), wrong: sayWrong(issue, value) ?? wrong, right }];
}

/** What the author wrote, mended, where that can be told; else what kind of thing to write. */
function sayRight(issue: Issue, value: unknown, place: z.ZodType | undefined, key: string): string {
  const isMisfit = ['invalid_type', 'invalid_format', 'too_big'].includes(issue.code);
  const suggestion = isMisfit && place ? suggestValue(value, place, key) : null;
  if (suggestion !== null) return suggestion;
  const isTypeIssue = issue.code === 'invalid_type' || issue.code === 'invalid_union';
  const description = isTypeIssue && place?.description ? ` (${place.description})` : '';
  return explainChoice(issue, value, place).right + description;
}

function explainUnknownKeys(
  keys: readonly string[],
  schema: z.ZodType | undefined,
  path: Path,
  holder: unknown,
): Found[] {
  const known = schema ? listKeys(schema) : [];
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
  return keys.map((key) => ({
    path: formatPath([...path, key]),
    wrong: `unknown key "${key}"`,
    isUnknownKey: true,
    right: suggestKey(key, valueAt(holder, [key]), shape) ?? sayKeys(key, known),
  }));
}

function sayKeys(key: string, known: readonly string[]): string {
  return known.length > 0 ? suggestName(key, known, 'keys') : 'take it out';
}

/** Of a union every alternative's keys: zod reports an unknown key of its only near miss without saying which it is. */
function listKeys(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (!(schema instanceof z.ZodUnion)) return [];
  return schema.options.flatMap((option) => listKeys(unwrapSchema(option as z.ZodType)));
}

/** A check that exactly one of several keys is there, which it names in `params.oneOf`, is told which ones are. */
function sayWrong(issue: Issue, value: unknown): string | null {
  if (issue.code === 'invalid_key') return `"${String(issue.path.at(-1))}" is not a possible name`;
  const wanted: unknown = issue.code === 'custom' ? issue.params?.oneOf : undefined;
  if (!Array.isArray(wanted) || typeof value !== 'object' || value === null) return null;
  const given = wanted.filter((key) => typeof key === 'string' && Object.hasOwn(value, key));
  return given.length === 0 ? 'names none of them' : `has ${listNames(given)}`;
}

function explainChoice(issue: Issue, value: unknown, place: z.ZodType | undefined): { right: string } {
  switch (issue.code) {
    case 'invalid_type':
      return { right: place instanceof z.ZodObject ? describeObject(place) : sayExpected(issue, place) };
    case 'invalid_value':
      return { right: suggestName(toName(value), issue.values.map(String), 'values') };
    case 'too_small':
      return {
        right: `write ${issue.inclusive ? 'at least' : 'more than'} ${withUnit(issue.minimum, issue.origin)}`,
      };
    case 'too_big':
      return {
        right: `write ${issue.inclusive ? 'at most' : 'less than'} ${withUnit(issue.maximum, issue.origin)}`,
      };
    case 'invalid_key':
      return { right: issue.issues[0]?.message ?? issue.message };
    case 'invalid_union':
      return { right: 'write a text, a number, or true or false' };
    default:
      return { right: issue.message };
  }
}

/** A number of an example that would be refused in its turn helps nobody. */
function sayExpected({ expected }: z.core.$ZodIssueInvalidType, place: z.ZodType | undefined): string {
  const examples = place instanceof z.ZodNumber ? [120, 3, 0.8] : [];
  const example = examples.find((number) => place?.safeParse(number).success);
  return `write ${EXPECTED[expected] ?? expected}${example === undefined ? '' : `, such as ${example}`}`;
}

function withUnit(count: number | bigint, origin: string): string {
  const unit = origin === 'string' ? 'character' : origin === 'array' ? 'entry' : '';
  if (unit === '') return String(count);
  return Number(count) === 1 ? `1 ${unit}` : `${count} ${unit === 'entry' ? 'entries' : 'characters'}`;
}

/**
 * Index of the alternative the author most likely meant: the one with the fewest keys that are not its own, mistyped or
 * not, since keys tell the alternatives apart; among equals the one with the fewest complaints.
 */
function pickAlternative(errors: readonly (readonly Issue[])[], union: z.ZodType | undefined): number {
  const keys = union ? listKeys(union) : [];
  const options = union instanceof z.ZodUnion ? union.options : [];
  const weights = errors.map((issues, index) => {
    const own = options[index] ? listKeys(unwrapSchema(options[index] as z.ZodType)) : [];
    const foreign = listUnknownKeys(issues.filter(({ path }) => path.length === 0)).filter(
      (key) => !own.includes(findNearest(key, keys) ?? key),
    );
    const others = issues.filter(({ code }) => code !== 'unrecognized_keys');
    return { foreign: foreign.length, all: others.length + listUnknownKeys(issues).length };
  });
  const [best] = weights.toSorted((one, other) => one.foreign - other.foreign || one.all - other.all);
  return best ? weights.indexOf(best) : -1;
}

function listUnknownKeys(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    root,
  );
}

function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  const places = path.reduce<z.ZodType[]>(
    (outer, key) => outer.flatMap((place) => listInner(place, key)),
    [unwrapSchema(schema)],
  );
  return places.length > 1 ? z.union(places) : places[0];
}

/** What may stand under `key`: of a union that of every alternative which has such a place. */
function listInner(place: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (place instanceof z.ZodUnion) {
    return place.options.flatMap((option) => listInner(unwrapSchema(option as z.ZodType), key));
  }
  const inner = innerOf(place, key);
  return inner ? [unwrapSchema(inner)] : [];
}

function innerOf(place: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (place instanceof z.ZodObject) return place.shape[key as string] as z.ZodType | undefined;
  if (place instanceof z.ZodArray) return place.element as z.ZodType;
  if (place instanceof z.ZodTuple) return place.def.items[Number(key)] as z.ZodType | undefined;
  return place instanceof z.ZodRecord ? (place.valueType as z.ZodType) : undefined;
}

/** What an author may have meant as a name; an object has none, whatever its keys are called. */
function toName(value: unknown): string {
  return typeof value === 'object' ? '' : String(value);
}
