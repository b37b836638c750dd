import type { z } from 'zod';
import { type KnownHandler, type KnownNames, listFields } from './known-names.ts';
import { describeValue, type Fault, listNames, suggestName } from './problem.ts';
import { listReferences, type Reference } from './reference.ts';
import type { WorkflowSource } from './workflow-definition.ts';

type Source = z.output<typeof WorkflowSource>;
type Step = Source['steps'][number];
type Fallback = NonNullable<Step['fallback']>;

/** What may be referred to at one place of the definition. */
interface Scope {
  /** Declared input fields; null when the definition declares none and so takes any. */
  inputs: readonly string[] | null;
  /** Tasks that have run before, with the handler whose output they hold (null when it is not known). */
  earlier: ReadonlyMap<string, KnownHandler | null>;
  later: readonly string[];
}

/**
 * Checks `with` and `when` of every step and fallback: references name declared inputs, earlier tasks and fields of
 * their output; `with` fits the handler's input. `known` null leaves out what depends on the handlers.
 */
export function checkStepInputs(source: Source, known: KnownNames | null): Fault[] {
  const fields = Object.keys(source.input);
  const inputs = fields.length > 0 ? fields : null;
  const earlier = new Map<string, KnownHandler | null>();
  const faults: Fault[] = [];
  for (const [index, step] of source.steps.entries()) {
    const later = source.steps.slice(index).map((other) => other.task);
    const scope: Scope = { inputs, earlier: new Map(earlier), later };
    faults.push(...checkInputs(step, `steps[${index}]`, scope, known));
    faults.push(...checkCondition(step.when, `steps[${index}].when`, scope));
    if (step.fallback) faults.push(...checkInputs(step.fallback, `steps[${index}].fallback`, scope, known));
    earlier.set(step.task, findHandler(step, known));
  }
  if (source.fallback)
    faults.push(...checkInputs(source.fallback, 'fallback', { inputs, earlier, later: [] }, known));
  return faults;
}

/** The handler a step or fallback names; null when unknown, or when people decide. */
function findHandler(step: Fallback, known: KnownNames | null): KnownHandler | null {
  if (step.agent !== undefined) return known?.agents.get(step.agent) ?? null;
  return step.service === undefined ? null : (known?.services.get(step.service) ?? null);
}

function checkInputs(step: Fallback, path: string, scope: Scope, known: KnownNames | null): Fault[] {
  if (!step.with) return [];
  const handler = findHandler(step, known);
  const references = listReferences(step.with, `${path}.with`).flatMap(({ place, reference }) =>
    checkReference(reference, toPath(place), scope),
  );
  const faults = [...references, ...checkDollars(step.with, `${path}.with`)];
  return handler ? [...faults, ...checkAgainstHandler(step.with, handler, `${path}.with`)] : faults;
}

function checkCondition(condition: Step['when'], path: string, scope: Scope): Fault[] {
  return listReferences(condition, path).flatMap(({ place, reference }) => {
    if (place.endsWith('.value')) return checkReference(reference, toPath(place), scope);
    const right = 'write a plain value; only "value" takes a reference';
    return [{ path: toPath(place), wrong: `${write(reference)} is a reference`, right }];
  });
}

function checkReference(reference: Reference, path: string, scope: Scope): Fault[] {
  const { source } = reference;
  const wrong = (what: string) => `${write(reference)} refers to ${what}`;
  const [field] = reference.path;
  if (source === 'run') return [];
  if (source === 'input') {
    if (!scope.inputs || field === undefined || scope.inputs.includes(field)) return [];
    const right = suggestName(field, scope.inputs, 'input fields');
    return [{ path, wrong: wrong('an input that is not declared'), right }];
  }
  if (scope.earlier.has(source)) return checkOutputField(reference, path, scope.earlier.get(source) ?? null);
  if (scope.later.includes(source)) {
    const right = `refer to an earlier task: ${listNames(scope.earlier.keys())}`;
    return [{ path, wrong: wrong(`task "${source}", which has not run by then`), right }];
  }
  const right = `${suggestName(source, ['input', 'run', ...scope.earlier.keys()], 'sources')}; "$$" starts a plain text`;
  return [{ path, wrong: wrong(`unknown task "${source}"`), right }];
}

function checkOutputField(reference: Reference, path: string, handler: KnownHandler | null): Fault[] {
  const fields = handler && listFields(handler.output);
  const [field] = reference.path;
  if (!fields || field === undefined || Object.hasOwn(fields, field)) return [];
  const wrong = `${write(reference)} refers to an output that ${handler.name} does not give`;
  return [{ path, wrong, right: suggestName(field, Object.keys(fields), 'outputs') }];
}

/** `"$input text"` is no reference and would be passed on as it is, which nobody means. */
function checkDollars(value: unknown, path: string): Fault[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => checkDollars(item, `${path}.${key}`));
  }
  if (typeof value !== 'string' || !/^\$[A-Za-z]/.test(value)) return [];
  if (listReferences(value, path).length > 0) return [];
  const right =
    'write the reference alone, such as "$input.text", or "$$" to start a plain text with a dollar sign';
  return [{ path: toPath(path), wrong: `${describeValue(value)} is not a whole reference`, right }];
}

function checkAgainstHandler(inputs: Record<string, unknown>, handler: KnownHandler, path: string): Fault[] {
  const fields = listFields(handler.input);
  if (!fields) return [];
  const names = Object.keys(fields);
  const faults = Object.entries(inputs).flatMap(([key, value]): Fault[] => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const place = `${path}.${key}`;
    if (!field) {
      const wrong = `${handler.name} does not know the input "${key}"`;
      return [{ path: place, wrong, right: suggestName(key, names, 'inputs') }];
    }
    // What a reference will hold is known only when the run is there; literals can be checked now.
    if (listReferences(value, place).length > 0) return [];
    const [issue] = field.safeParse(value).error?.issues ?? [];
    return issue
      ? [{ path: place, wrong: `${describeValue(value)} does not fit ${handler.name}`, right: issue.message }]
      : [];
  });
  const missing = names.filter(
    (name) => !Object.hasOwn(inputs, name) && !fields[name]?.safeParse(undefined).success,
  );
  if (missing.length === 0) return faults;
  return [
    ...faults,
    { path, wrong: `${handler.name} also needs ${listNames(missing)}`, right: 'add it to "with"' },
  ];
}

function write(reference: Reference): string {
  return `"$${[reference.source, ...reference.path].join('.')}"`;
}

/** `with.list.0` as people write it: `with.list[0]`. */
function toPath(place: string): string {
  return place.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}
