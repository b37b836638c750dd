import { z } from 'zod';

/**
 * A reference to a fact of the run: `$input.text` is a field of the run's input, `$assessSeverity.severity` a field of
 * an earlier step's output, `$run.id` the run itself. `$$` at the start writes a literal dollar sign.
 */
const REFERENCE = /^\$([A-Za-z][\w-]*)((?:\.[A-Za-z_][\w-]*)*)$/;

/** What references are resolved against: `input`, `run` and the output of every finished step, by task name. */
export type Facts = Readonly<Record<string, unknown>>;

/** A parsed reference: the source (`input`, `run` or a task) and the path inside it. */
export interface Reference {
  source: string;
  path: string[];
}

/** Parses `text` as a reference; null when it is a plain literal. */
export function parseReference(text: unknown): Reference | null {
  if (typeof text !== 'string') return null;
  const match = REFERENCE.exec(text);
  if (!match?.[1]) return null;
  return { source: match[1], path: match[2] ? match[2].slice(1).split('.') : [] };
}

/** The value a reference names, or undefined when any part of the way is missing. Own properties only. */
function resolveReference(reference: Reference, facts: Facts): unknown {
  let value: unknown = Object.hasOwn(facts, reference.source) ? facts[reference.source] : undefined;
  for (const key of reference.path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Replaces every reference inside `value` (at any depth) by the fact it names; literals stay. */
export function resolveValues(value: unknown, facts: Facts): unknown {
  if (typeof value === 'string') {
    const reference = parseReference(value);
    if (reference) return resolveReference(reference, facts);
    return value.startsWith('$$') ? value.slice(1) : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolveValues(item, facts));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveValues(item, facts)]));
  }
  return value;
}

/** Every reference inside `value`, with the place where it stands (`with.text`). */
export function listReferences(value: unknown, place: string): { place: string; reference: Reference }[] {
  const reference = parseReference(value);
  if (reference) return [{ place, reference }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listReferences(item, `${place}.${key}`));
}

const Comparison = z
  .strictObject({
    value: z
      .string()
      .regex(REFERENCE, 'write a reference such as "$assessSeverity.severity" or "$input.text"'),
    equals: z.union([z.string(), z.number(), z.boolean()]).optional(),
    notEquals: z.union([z.string(), z.number(), z.boolean()]).optional(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    oneOf: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .optional(),
    exists: z.boolean().optional(),
  })
  .refine((comparison) => Object.keys(comparison).length > 1, {
    error: 'name what to compare with: equals, notEquals, atLeast, atMost, oneOf or exists',
  })
  .describe('Such as { "value": "$assessSeverity.severity", "atLeast": 5 }');
type Comparison = z.infer<typeof Comparison>;

/** When a step is to run: a comparison of one fact, or `all`, `any`, `not` of conditions. */
export type Condition = Comparison | { all: Condition[] } | { any: Condition[] } | { not: Condition };
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    Comparison,
    z.strictObject({ all: z.array(Condition).min(1) }),
    z.strictObject({ any: z.array(Condition).min(1) }),
    z.strictObject({ not: Condition }),
  ]),
);

/** Whether `condition` holds for the facts. A missing fact satisfies only `exists: false` and `notEquals`. */
export function holds(condition: Condition, facts: Facts): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, facts));
  if ('any' in condition) return condition.any.some((part) => holds(part, facts));
  if ('not' in condition) return !holds(condition.not, facts);
  const reference = parseReference(condition.value);
  return compare(reference ? resolveReference(reference, facts) : undefined, condition);
}

function compare(value: unknown, comparison: Comparison): boolean {
  const { equals, notEquals, atLeast, atMost, oneOf, exists } = comparison;
  if (exists !== undefined && (value !== undefined && value !== null) !== exists) return false;
  if (equals !== undefined && value !== equals) return false;
  if (notEquals !== undefined && value === notEquals) return false;
  if (atLeast !== undefined && !(typeof value === 'number' && value >= atLeast)) return false;
  if (atMost !== undefined && !(typeof value === 'number' && value <= atMost)) return false;
  return oneOf === undefined || oneOf.some((candidate) => candidate === value);
}
