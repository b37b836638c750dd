import { z } from 'zod';
import { checkField, isBlank } from '../definition/check-input.ts';
import { listReferences, parseReference, type Reference } from '../definition/reference.ts';
import type { InputField } from '../definition/workflow-definition.ts';
import { explainIssues } from '../faults/explain-issues.ts';
import { describeValue, type Fault, formatPath, listNames, suggestName } from '../faults/problem.ts';
import { checkValues, write } from './check-references.ts';
import { type Call, findHandler, mergeFacts, type Scope, schemaOf } from './fact-scope.ts';
import { describeKinds, type Kind, kindsOf } from './fact-types.ts';
import { type InputFields, type KnownHandler, listFields } from './known-names.ts';

const WHOLE = formatPath([]);

type Values = Record<string, unknown>;

/** Who is called with inputs: a handler, or another workflow. */
interface Callee {
  name: string;
  /** Its inputs by name: what kinds of values each takes (null when any), and whether it has to be there. */
  inputs: Readonly<Record<string, { kinds: ReadonlySet<Kind> | null; isRequired: boolean }>>;
  /** How it says that it does not take one. */
  refuses: string;
  /** Whether a value is none. */
  isMissing(value: unknown): boolean;
  /** It refuses what it does not ask for also where nobody has named it. */
  isStrict: boolean;
  checkLiteral(input: string, value: unknown, place: string): Fault[];
}

/** Checks what a step, a fallback or a compensation at `path` hands to its agent or service. */
export function checkCall(call: Call, path: string, scope: Scope): Fault[] {
  const handler = findHandler(call, scope.known);
  return checkWith(call.with, handler && calleeOfHandler(handler), `${path}.with`, path, scope);
}

/** Checks what a step hands to the workflow it starts; `name` is that of the workflow. */
export function checkStart(
  { with: values }: { with?: Values | undefined },
  name: string | undefined,
  path: string,
  scope: Scope,
): Fault[] {
  const fields = name === undefined ? undefined : scope.known?.workflowInputs.get(name);
  const callee = fields && name !== undefined ? calleeOfWorkflow(name, fields) : null;
  return checkWith(values, callee, `${path}.with`, path, scope);
}

function checkWith(
  values: Values | undefined,
  callee: Callee | null,
  place: string,
  path: string,
  scope: Scope,
): Fault[] {
  if (!values) return callee ? checkAll(callee, path, scope) : [];
  const faults = checkValues(values, place, scope);
  if (!callee) return faults;
  const fitting = Object.entries(values).flatMap(([name, value]) => {
    const known = Object.hasOwn(callee.inputs, name) ? callee.inputs[name] : undefined;
    if (known) return checkInput(callee, name, value, `${place}.${name}`, scope);
    const right = suggestName(name, Object.keys(callee.inputs), 'inputs');
    return [{ path: `${place}.${name}`, wrong: `${callee.refuses} "${name}"`, right }];
  });
  const missing = listRequired(callee).filter((name) => callee.isMissing(values[name]));
  if (missing.length === 0) return [...faults, ...fitting];
  const wrong = `${callee.name} also needs ${listNames(missing)}`;
  return [...faults, ...fitting, { path: place, wrong, right: 'add it to "with"' }];
}

/** What a reference holds is known only when the run is there; literals can be checked now, and of the others the kind. */
function checkInput(callee: Callee, name: string, value: unknown, place: string, scope: Scope): Fault[] {
  const reference = parseReference(value);
  if (!reference) {
    if (listReferences(value, place).length > 0) return [];
    return callee.checkLiteral(name, value, place);
  }
  const input = callee.inputs[name];
  const faults = input?.kinds ? checkFact(reference, place, input.kinds, callee.name, scope) : [];
  const isNeeded = input?.isRequired && faults.length === 0;
  return isNeeded ? checkThere(reference, place, callee.name, scope) : faults;
}

/** The fault of a form's field that may be left empty, handed on to where it must not be: the run would fail late. */
function checkThere(reference: Reference, path: string, taker: string, scope: Scope): Fault[] {
  const [field = '', ...rest] = reference.path;
  const schema = reference.source === 'input' && rest.length === 0 ? schemaOf(reference, scope) : null;
  if (!schema?.safeParse(undefined).success || scope.tested.has(write(reference))) return [];
  const wrong = `${write(reference)} may be left empty, and ${taker} needs it`;
  const right = `make the input "${field}" required, give it a default, or ask "exists" in a "when"`;
  return [{ path, wrong, right }];
}

/** Checks a value that stands in a step itself: where it is a reference, also that its fact can be of such a kind. */
export function checkKind(value: unknown, path: string, taken: readonly Kind[], scope: Scope): Fault[] {
  const faults = checkValues(value, path, scope);
  const reference = parseReference(value);
  if (!reference || faults.length > 0) return faults;
  return checkFact(reference, path, new Set(taken), 'the step', scope);
}

/** The fault of a fact that can never be of a kind that is taken. */
function checkFact(
  reference: Reference,
  path: string,
  taken: ReadonlySet<Kind>,
  taker: string,
  scope: Scope,
): Fault[] {
  const schema = schemaOf(reference, scope);
  const given = schema && kindsOf(schema);
  if (!given || given.size === 0 || [...given].some((kind) => taken.has(kind))) return [];
  const wrong = `${write(reference)} is ${describeKinds(given)}`;
  return [{ path, wrong, right: `${taker} takes ${describeKinds(taken)} here` }];
}

/** A step without `with` gets the run's input and all outputs so far. */
function checkAll(callee: Callee, path: string, scope: Scope): Fault[] {
  const merged = mergeFacts(scope);
  if (!merged) return [];
  const missing = listRequired(callee).filter((name) => !Object.hasOwn(merged, name));
  const extra = Object.keys(merged).filter((name) => callee.isStrict && !Object.hasOwn(callee.inputs, name));
  if (extra.length > 0) {
    const right = `add "with", and name in it what is asked for: ${listNames(Object.keys(callee.inputs))}`;
    return [{ path, wrong: `${callee.refuses} ${listNames(extra)}`, right }];
  }
  const right = `add "with", such as { "${missing[0]}": "$input.text" }`;
  return missing.length === 0
    ? []
    : [{ path, wrong: `${callee.name} also needs ${listNames(missing)}`, right }];
}

function listRequired({ inputs }: Callee): string[] {
  return Object.keys(inputs).filter((name) => inputs[name]?.isRequired);
}

/** Null when it takes any input. */
function calleeOfHandler(handler: KnownHandler): Callee | null {
  const fields = listFields(handler.input);
  if (!fields) return null;
  const inputs = Object.entries(fields).map(([name, schema]): [string, Callee['inputs'][string]] => [
    name,
    { kinds: kindsOf(schema), isRequired: !schema.safeParse(undefined).success },
  ]);
  return {
    name: handler.name,
    inputs: Object.fromEntries(inputs),
    refuses: `${handler.name} does not know the input`,
    isMissing: (value) => value === undefined,
    isStrict: false,
    checkLiteral: (input, value, place) => {
      const field = fields[input] ?? z.unknown();
      const { error } = field.safeParse(value);
      return error ? explainInput(explainIssues(error, field, value), value, handler.name, place) : [];
    },
  };
}

/** A form reads numbers, dates and choices from texts. Null when it asks for nothing, and so takes any. */
function calleeOfWorkflow(name: string, fields: InputFields): Callee | null {
  if (Object.keys(fields).length === 0) return null;
  const inputs = Object.entries(fields).map(([key, field]): [string, Callee['inputs'][string]] => [
    key,
    { kinds: kindsOfField(field), isRequired: field.required && field.default === undefined },
  ]);
  return {
    name: `workflow "${name}"`,
    inputs: Object.fromEntries(inputs),
    refuses: `workflow "${name}" does not ask for`,
    isMissing: isBlank,
    isStrict: true,
    checkLiteral: (input, value, place) => {
      const field = fields[input];
      const checked = field && !isBlank(value) ? checkField(field, value) : { value };
      if (!('problem' in checked)) return [];
      return [
        {
          path: place,
          wrong: `${describeValue(value)} ${checked.problem}`,
          right: `workflow "${name}" says so`,
        },
      ];
    },
  };
}

function kindsOfField({ type }: InputField): ReadonlySet<Kind> {
  return new Set<Kind>(type === 'number' || type === 'boolean' ? [type, 'text'] : ['text']);
}

/** Faults inside the literal `value` of one input, with their places in the file. */
function explainInput(faults: readonly Fault[], value: unknown, handler: string, place: string): Fault[] {
  return faults.map(({ path, wrong, right }) =>
    path === WHOLE
      ? { path: place, wrong: `${describeValue(value)} does not fit ${handler}`, right }
      : { path: `${place}${path.startsWith('[') ? '' : '.'}${path}`, wrong, right },
  );
}
