/**
 * A reference to a fact of the run: `$input.text` is a field of the run's input, `$assessSeverity.severity` a field of
 * an earlier step's output, `$run.id` the run itself. `$$` at the start writes a literal dollar sign.
 */
export const REFERENCE = /^\$([A-Za-z][\w-]*)((?:\.[A-Za-z_][\w-]*)*)$/;

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
export function resolveReference(reference: Reference, facts: Facts): unknown {
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
