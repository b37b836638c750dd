import { z } from 'zod';
import { describeValue } from '../faults/problem.ts';
import { readBoolean } from '../values/boolean.ts';
import { nameKey } from '../values/name-key.ts';
import { readNumber } from '../values/number.ts';
import { isReadable } from '../values/shown-text.ts';
import { type Facts, parseReference, REFERENCE, resolveReference } from './reference.ts';

/** What a fact can be compared with for being the same. */
export type Plain = string | number | boolean;

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

export const COMPARISONS = ['equals', 'notEquals', 'atLeast', 'atMost', 'oneOf', 'exists'] as const;
export const OUTCOMES = ['yes', 'no', 'unclear'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** What one comparison came to. */
export interface Finding {
  /** As it is written: `$input.level`. */
  reference: string;
  /** The fact as JSON, cut short; null when it is missing. */
  is: string | null;
  comparison: (typeof COMPARISONS)[number];
  /** What it is compared with, as JSON, cut short. */
  wanted: string;
  outcome: Outcome;
}

/** Whether a condition holds, and the comparisons that decided it. */
export interface Judgement {
  outcome: Outcome;
  because: readonly Finding[];
}

/** As many as say why; a condition may have hundreds. */
const MOST_FINDINGS = 5;

/**
 * Whether `condition` holds for the facts. What people typed is read like every number and yes or no. A fact that is
 * missing, or of another kind than what it is compared with, leaves it unclear, unless the rest decides; only `exists`
 * is always clear.
 */
export function judge(condition: Condition, facts: Facts): Judgement {
  const { outcome, because } = judgeAll(condition, facts);
  return { outcome, because: because.slice(0, MOST_FINDINGS) };
}

function judgeAll(condition: Condition, facts: Facts): Judgement {
  if ('all' in condition) return combine(condition.all, facts, 'no', 'yes');
  if ('any' in condition) return combine(condition.any, facts, 'yes', 'no');
  if (!('not' in condition)) return judgeComparison(condition, facts);
  const { outcome, because } = judgeAll(condition.not, facts);
  const opposite = { yes: 'no', no: 'yes', unclear: 'unclear' } as const;
  return { outcome: opposite[outcome], because };
}

/** One part that comes to `decisive` decides; else one that is unclear leaves all of it unclear. */
function combine(
  parts: readonly Condition[],
  facts: Facts,
  decisive: Outcome,
  otherwise: Outcome,
): Judgement {
  return merge(
    parts.map((part) => judgeAll(part, facts)),
    decisive,
    otherwise,
  );
}

function merge(parts: readonly Judgement[], decisive: Outcome, otherwise: Outcome): Judgement {
  const outcome = [decisive, 'unclear' as const].find((one) => parts.some((part) => part.outcome === one));
  const deciding = outcome ? parts.filter((part) => part.outcome === outcome) : parts;
  return { outcome: outcome ?? otherwise, because: deciding.flatMap(({ because }) => because) };
}

function judgeComparison(comparison: Comparison, facts: Facts): Judgement {
  const reference = parseReference(comparison.value);
  const value = reference ? resolveReference(reference, facts) : undefined;
  const is = isThere(value) ? describeValue(value) : null;
  const parts = COMPARISONS.filter((name) => comparison[name] !== undefined).map((name): Judgement => {
    const wanted = describeValue(comparison[name]);
    const outcome = compare(value, name, comparison);
    return { outcome, because: [{ reference: comparison.value, is, comparison: name, wanted, outcome }] };
  });
  return merge(parts, 'no', 'yes');
}

function compare(value: unknown, name: Finding['comparison'], comparison: Comparison): Outcome {
  const { equals = '', notEquals = '', atLeast = 0, atMost = 0, oneOf = [], exists } = comparison;
  switch (name) {
    case 'exists':
      return toOutcome(isThere(value) === exists);
    case 'equals':
      return toOutcome(isSame(value, equals));
    case 'notEquals': {
      const same = isSame(value, notEquals);
      return toOutcome(same === null ? null : !same);
    }
    case 'oneOf': {
      const same = oneOf.map((candidate) => isSame(value, candidate));
      return toOutcome(same.includes(true) || (same.includes(false) ? false : null));
    }
    default: {
      const read = readNumber(value);
      if (!read.ok) return 'unclear';
      return toOutcome(name === 'atLeast' ? read.number >= atLeast : read.number <= atMost);
    }
  }
}

/** A text of blanks is no answer, as in a form. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && (typeof value !== 'string' || isReadable(value));
}

/**
 * Whether `value` is `wanted`, a number or a yes or no that is written as text being what it says, and other texts being
 * compared as names are: case, accents and blanks make no difference. Null when they cannot be compared.
 */
export function isSame(value: unknown, wanted: Plain): boolean | null {
  if (typeof value === 'string' && typeof wanted === 'string') return isSameText(value, wanted);
  if (typeof value === 'number' || typeof wanted === 'number') {
    const [one, other] = [readNumber(value), readNumber(wanted)];
    return one.ok && other.ok ? one.number === other.number : null;
  }
  const [one, other] = [readBoolean(value), readBoolean(wanted)];
  return one === null || other === null ? null : one === other;
}

function isSameText(value: string, wanted: string): boolean | null {
  if (!isThere(value) && isThere(wanted)) return null;
  if (value.trim() === wanted.trim()) return true;
  const [one, other] = [readBoolean(value), readBoolean(wanted)];
  if (one !== null && other !== null) return one === other;
  const [left, right] = [readNumber(value), readNumber(wanted)];
  if (left.ok && right.ok) return left.number === right.number;
  // What may mean the other number, or not, is for a person to say.
  if (right.ok && !left.ok && left.mayMean.includes(right.number)) return null;
  if (left.ok && !right.ok && right.mayMean.includes(left.number)) return null;
  const key = nameKey(wanted);
  return key !== '' && key === nameKey(value);
}

function toOutcome(holds: boolean | null): Outcome {
  if (holds === null) return 'unclear';
  return holds ? 'yes' : 'no';
}

/** A finding in words, the fact being called `name`: `Level is 3, not at least 5`. */
export function describeFinding({ is, comparison, wanted, outcome }: Finding, name: string): string {
  const what = is === null ? `${name} is missing` : `${name} is ${is}`;
  if (outcome === 'unclear') return `${what} and cannot be compared with ${wanted}`;
  if (comparison === 'exists' || comparison === 'notEquals') return what;
  const wish = { equals: wanted, atLeast: `at least ${wanted}`, atMost: `at most ${wanted}` };
  const asked = comparison === 'oneOf' ? `one of ${wanted}` : wish[comparison];
  if (outcome === 'no') return `${what}, not ${asked}`;
  return comparison === 'equals' ? what : `${what}, ${asked}`;
}
