import { listReferences, type Reference } from '../definition/reference.ts';
import { explainIssues } from '../faults/explain-issues.ts';
import { describeValue, type Fault, formatPath, listNames, suggestName } from '../faults/problem.ts';
import {
  listInnerLists,
  type PlacedList,
  placeSteps,
  type StepToCheck,
  type WorkflowToCheck,
} from './check-tree.ts';
import { type KnownHandler, type KnownNames, listFields } from './known-names.ts';

type Call = NonNullable<StepToCheck['fallback']>;

const WHOLE = formatPath([]);

/** What a finished step gives to those after it. */
interface Output {
  /** Who gives it, in words. */
  giver: string;
  fields: readonly string[];
}

/** What may be referred to at one place of the definition. */
interface Scope {
  /** Declared input fields; null when the definition declares none and so takes any. */
  inputs: readonly string[] | null;
  /** Tasks that may have run before, with their output (null when it is not known). */
  earlier: ReadonlyMap<string, Output | null>;
  /** All tasks of the definition, with the outermost `forEach` each stands in. */
  loops: ReadonlyMap<string, string | null>;
  /** Whether it is inside a `forEach`. */
  hasItem: boolean;
  known: KnownNames | null;
}

/**
 * Checks everything in a step that may refer to facts: references name declared inputs, tasks that come before (in the
 * own branch, or before the container) and fields of their output; `with` fits the handler's input. `known` null leaves
 * out what depends on the handlers.
 */
export function checkStepInputs(source: WorkflowToCheck, known: KnownNames | null): Fault[] {
  const fields = Object.keys(source.input);
  const scope: Scope = {
    inputs: fields.length > 0 ? fields : null,
    earlier: new Map(),
    loops: new Map(placeSteps(source).map(({ step, loop }) => [step.task, loop])),
    hasItem: false,
    known,
  };
  const { faults, earlier } = checkList({ steps: source.steps, path: 'steps' }, scope);
  return source.fallback
    ? [...faults, ...checkCall(source.fallback, 'fallback', { ...scope, earlier })]
    : faults;
}

/** Checks steps that follow each other; `earlier` is what may be referred to after the last of them. */
function checkList(
  { steps, path }: PlacedList,
  outer: Scope,
): { faults: Fault[]; earlier: Scope['earlier'] } {
  const faults: Fault[] = [];
  let earlier = outer.earlier;
  for (const [index, step] of steps.entries()) {
    const place = `${path}[${index}]`;
    const scope: Scope = { ...outer, earlier };
    faults.push(...checkOwn(step, place, scope));
    const hasItem = scope.hasItem || step.forEach !== undefined;
    const inside = listInnerLists(step, place).map((list) => checkList(list, { ...scope, hasItem }));
    faults.push(...inside.flatMap((list) => list.faults));
    // Of a `forEach` there are as many inner outputs as items: only the container's own can be referred to.
    const visible = step.forEach ? [] : inside.flatMap((list) => [...list.earlier]);
    earlier = new Map([...earlier, ...visible, [step.task, outputOf(step, outer.known)]]);
    if (step.compensate)
      faults.push(...checkCall(step.compensate, `${place}.compensate`, { ...scope, earlier }));
  }
  return { faults, earlier };
}

function checkOwn(step: StepToCheck, path: string, scope: Scope): Fault[] {
  const { wait, workflow, continueAs, forEach, fallback } = step;
  const cases = step.switch?.cases ?? [];
  return [
    ...checkCall(step, path, scope),
    ...checkCondition(step.when, `${path}.when`, scope),
    ...(fallback ? checkCall(fallback, `${path}.fallback`, scope) : []),
    ...checkValues(workflow?.with, `${path}.workflow.with`, scope),
    ...checkValues(continueAs?.with, `${path}.continueAs.with`, scope),
    ...checkValues(wait?.until, `${path}.wait.until`, scope),
    ...checkValues(wait?.key, `${path}.wait.key`, scope),
    ...checkValues(forEach?.items, `${path}.forEach.items`, scope),
    ...cases.flatMap(({ when }, index) => checkCondition(when, `${path}.switch.cases[${index}].when`, scope)),
  ];
}

/** The handler a step, fallback or compensation names; null when unknown, or when it names none. */
function findHandler(call: Call, known: KnownNames | null): KnownHandler | null {
  if (call.agent !== undefined) return known?.agents.get(call.agent) ?? null;
  return call.service === undefined ? null : (known?.services.get(call.service) ?? null);
}

function outputOf(step: StepToCheck, known: KnownNames | null): Output | null {
  const handler = findHandler(step, known);
  const fields = handler && listFields(handler.output);
  if (handler && fields) return { giver: handler.name, fields: Object.keys(fields) };
  // A fallback that takes a container over gives an output of its own.
  if (step.fallback) return null;
  if (step.parallel) return { giver: step.task, fields: Object.keys(step.parallel.branches) };
  return step.forEach ? { giver: step.task, fields: ['items'] } : null;
}

function checkCall(call: Call, path: string, scope: Scope): Fault[] {
  if (!call.with) return [];
  const handler = findHandler(call, scope.known);
  const faults = checkValues(call.with, `${path}.with`, scope);
  return handler ? [...faults, ...checkAgainstHandler(call.with, handler, `${path}.with`)] : faults;
}

function checkValues(value: unknown, path: string, scope: Scope): Fault[] {
  const references = listReferences(value, path).flatMap(({ place, reference }) =>
    checkReference(reference, toPath(place), scope),
  );
  return [...references, ...checkDollars(value, path)];
}

function checkCondition(condition: StepToCheck['when'], path: string, scope: Scope): Fault[] {
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
  if (source === 'item' || source === 'index') {
    const right = 'use it in the steps inside a "forEach"';
    return scope.hasItem ? [] : [{ path, wrong: wrong('an item, and is in no "forEach"'), right }];
  }
  if (scope.earlier.has(source)) return checkOutputField(reference, path, scope.earlier.get(source) ?? null);
  return checkUnseen(reference, path, scope);
}

/** Says why a task cannot be referred to, or that there is none. */
function checkUnseen(reference: Reference, path: string, scope: Scope): Fault[] {
  const { source } = reference;
  const wrong = (what: string) => `${write(reference)} refers to ${what}`;
  const loop = scope.loops.get(source);
  if (loop && scope.earlier.has(loop)) {
    const right = `refer to "$${loop}.items", the list of what it came to for each item`;
    return [{ path, wrong: wrong(`task "${source}", which runs once for each item of "${loop}"`), right }];
  }
  if (scope.loops.has(source)) {
    const right = `refer to an earlier task: ${listNames(scope.earlier.keys())}`;
    return [{ path, wrong: wrong(`task "${source}", which has not run by then`), right }];
  }
  const right = `${suggestName(source, ['input', 'run', ...scope.earlier.keys()], 'sources')}; "$$" starts a plain text`;
  return [{ path, wrong: wrong(`unknown task "${source}"`), right }];
}

function checkOutputField(reference: Reference, path: string, output: Output | null): Fault[] {
  const [field] = reference.path;
  if (!output || field === undefined || output.fields.includes(field)) return [];
  const wrong = `${write(reference)} refers to an output that ${output.giver} does not give`;
  return [{ path, wrong, right: suggestName(field, output.fields, 'outputs') }];
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
    const { error } = field.safeParse(value);
    return error ? explainInput(explainIssues(error, field, value), value, handler.name, place) : [];
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

/** Faults inside the literal `value` of one input, with their places in the file. */
function explainInput(faults: readonly Fault[], value: unknown, handler: string, place: string): Fault[] {
  return faults.map(({ path, wrong, right }) =>
    path === WHOLE
      ? { path: place, wrong: `${describeValue(value)} does not fit ${handler}`, right }
      : { path: `${place}${path.startsWith('[') ? '' : '.'}${path}`, wrong, right },
  );
}

function write(reference: Reference): string {
  return `"$${[reference.source, ...reference.path].join('.')}"`;
}

/** `with.list.0` as people write it: `with.list[0]`. */
function toPath(place: string): string {
  return place.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}
