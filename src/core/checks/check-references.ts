import { hasCredentials } from '../../base/web-address.ts';
import { listReferences, parseReference, type Reference } from '../definition/reference.ts';
import { describeValue, type Fault, listNames, suggestName } from '../faults/problem.ts';
import { fieldsOf, type Scope, schemaOf } from './fact-scope.ts';
import { describeKinds, kindsOf } from './fact-types.ts';

/** Checks all references in a value that is filled in, at any depth, and finds what was meant as one and is none. */
export function checkValues(value: unknown, path: string, scope: Scope): Fault[] {
  const references = listReferences(value, path).flatMap(({ place, reference }) =>
    checkReference(reference, toPath(place), scope),
  );
  return [...references, ...checkTexts(value, path, scope)];
}

/** Whether the fact that a reference names can be there at all. */
export function checkReference(reference: Reference, path: string, scope: Scope): Fault[] {
  const { source } = reference;
  const wrong = (what: string) => `${write(reference)} refers to ${what}`;
  if (source === 'index' || source === 'item') {
    const right = 'use it in the steps inside a "forEach"';
    if (!scope.hasItem) return [{ path, wrong: wrong('an item, and is in no "forEach"'), right }];
    return source === 'index' ? checkParts(reference, 0, path, scope) : [];
  }
  const isKnown = source === 'run' || source === 'input' || scope.earlier.has(source);
  return isKnown ? checkField(reference, path, scope) : checkUnseen(reference, path, scope);
}

function checkField(reference: Reference, path: string, scope: Scope): Fault[] {
  const { source } = reference;
  const [field, ...rest] = reference.path;
  const fields = fieldsOf(source, scope);
  if (!fields || field === undefined) return [];
  if (Object.hasOwn(fields, field)) return checkParts(reference, 1, path, scope);
  const names = Object.keys(fields);
  const [what, kind] = sayUnknown(source, scope);
  const isWrapped = rest[0] !== undefined && Object.hasOwn(fields, rest[0]) && OUTPUT_WORDS.test(field);
  const right = isWrapped ? `write ${write({ source, path: rest })}` : suggestName(field, names, kind);
  return [{ path, wrong: `${write(reference)} refers to ${what}`, right }];
}

/** What a field is that its source does not have, and what those are called that it has. */
function sayUnknown(source: string, scope: Scope): [what: string, kind: string] {
  if (source === 'input') return ['an input that is not declared', 'input fields'];
  if (source === 'run') return ['what a run does not tell', 'facts of a run'];
  return [`an output that ${scope.earlier.get(source)?.giver} does not give`, 'outputs'];
}

/** What is a number, a text or a yes or no has no parts. */
function checkParts(reference: Reference, length: number, path: string, scope: Scope): Fault[] {
  if (reference.path.length <= length) return [];
  const whole = { source: reference.source, path: reference.path.slice(0, length) };
  const schema = schemaOf(whole, scope);
  const kinds = schema && kindsOf(schema);
  if (!kinds || kinds.has('object')) return [];
  const wrong = `${write(reference)} refers to a part of ${describeKinds(kinds)}`;
  return [{ path, wrong, right: `write ${write(whole)}` }];
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
  const sources = ['input', 'run', ...scope.earlier.keys()];
  const meant = findMeant([source, ...reference.path], scope);
  const right = meant ? `write ${write(meant)}` : suggestName(source, sources, 'sources');
  return [{ path, wrong: wrong(`unknown task "${source}"`), right: `${right}; "$$" starts a plain text` }];
}

/** Texts, and names of fields, that somebody meant to be filled in and that would be passed on as they are. */
export function checkTexts(value: unknown, path: string, scope: Scope): Fault[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => [
      ...(parseReference(key) ? [refuseName(key, path)] : []),
      ...checkTexts(item, `${path}.${key}`, scope),
    ]);
  }
  if (typeof value !== 'string') return [];
  if (hasCredentials(value)) return [refuseCredentials(path)];
  const slip = findSlip(value, scope);
  if (slip === null) return [];
  const wrong = `${describeValue(value)} is not a whole reference`;
  return [{ path: toPath(path), wrong, right: describeRemedy(value, slip) }];
}

/** Definitions are kept with every run and shown to many. */
function refuseCredentials(path: string): Fault {
  const right = 'take them out: a service gets its secret from the variable that "tokenVariable" names';
  return { path: toPath(path), wrong: 'an address has a user or a password in it', right };
}

function refuseName(key: string, path: string): Fault {
  const right = 'write a plain name; only values are filled in';
  return { path: toPath(path), wrong: `the name "${key}" is a reference`, right };
}

function describeRemedy(text: string, { meant, isAll }: Slip): string {
  const reference = meant ? write(meant) : '"$input.text"';
  const dollar = text.startsWith('$') ? ', or "$$" to start a plain text with a dollar sign' : '';
  if (isAll && meant) return `write ${reference}${dollar}`;
  const example = meant ? reference : `such as ${reference}`;
  return `write the reference alone, ${example}${dollar}; nothing is filled in inside a text`;
}

/** Checks a text that is shown as it stands: a reference in it would be read by people. */
export function checkPlainText(text: string | undefined, path: string, scope: Scope): Fault[] {
  if (text === undefined) return [];
  if (hasCredentials(text)) return [refuseCredentials(path)];
  const found = parseReference(text) ?? findSlip(text, scope);
  if (found === null) return [];
  const right =
    'write what people are to read: only "with", "when", "items", "until" and "key" are filled in';
  return [{ path, wrong: `${describeValue(text)} has a reference in it, and is shown as it stands`, right }];
}

interface Slip {
  /** The reference that was meant; null when that cannot be told. */
  meant: Reference | null;
  /** Whether there is nothing else in the text. */
  isAll: boolean;
}

/** Between a task and its output, where other products write one of them. */
const OUTPUT_WORDS = /^(outputs?|results?)$/;
const DOTTED = String.raw`([A-Za-z_][\w-]*)((?:\s?\.\s?[A-Za-z_][\w-]*)*)`;
/** How other products write it. */
const BRACED = new RegExp(String.raw`\$\{+\s*\$?${DOTTED}?|\{\{+\W*${DOTTED}?|<%\W*${DOTTED}?`);
/** A dollar sign that belongs to a name: `$input.text`, `$.input.text`, `$(input.text)`, `$ input.text`. */
const DOLLAR = new RegExp(String.raw`\$[\s.({[]*${DOTTED}`, 'g');
/** Without a dollar sign, alone or in brackets. */
const ALONE = new RegExp(String.raw`^[^\w$]*${DOTTED}[^\w]*$`);
const IN_BRACKETS = new RegExp(String.raw`[{<[%@#:]\s*${DOTTED}\s*[}>\]%]`, 'g');

/** What in a text was meant as a reference and is none; null when nothing was: "costs $5" is a text. */
function findSlip(text: string, scope: Scope): Slip | null {
  if (text.startsWith('$$') || parseReference(text)) return null;
  const braced = BRACED.exec(text);
  if (braced) return slip(text, braced[0], findNames(braced), scope);
  for (const found of text.matchAll(DOLLAR)) {
    const [whole, name = '', path = ''] = found;
    const isClose = /^\$[A-Za-z_]/.test(whole);
    const isAtStart = isClose && found.index === 0;
    const isDotted = isClose && path !== '' && !/\s/.test(path);
    const isKnown = isSource(name, scope) && (path !== '' || isClose);
    if (isAtStart || isDotted || isKnown) return slip(text, whole, [name, path], scope);
  }
  const [, alone = '', path = ''] = ALONE.exec(text) ?? [];
  if (isFact(alone, path, scope)) return slip(text, text, [alone, path], scope);
  for (const [whole, name = '', inside = ''] of text.matchAll(IN_BRACKETS)) {
    if (isFact(name, inside, scope)) return slip(text, whole, [name, inside], scope);
    if (inside === '' && scope.inputs && Object.hasOwn(scope.inputs, name))
      return slip(text, whole, [name, ''], scope);
  }
  return null;
}

function findNames(match: RegExpExecArray): [string, string] {
  const at = match.findIndex((part, index) => index > 0 && index % 2 === 1 && part !== undefined);
  return at < 0 ? ['', ''] : [match[at] ?? '', match[at + 1] ?? ''];
}

function slip(text: string, found: string, [name, path]: readonly [string, string], scope: Scope): Slip {
  const meant = findMeant([name, ...path.replaceAll(/\s/g, '').split('.').slice(1)], scope);
  const rest = text.replace(found, '').replace(/^[\s.,;:})\]>%]+$/, '');
  return { meant, isAll: rest.trim() === '' };
}

/** The fact that other products write so: `steps.assess.output.severity`, `inputs.text`, `text`. */
function findMeant(names: readonly string[], scope: Scope): Reference | null {
  const at = names.findIndex((name) => /^inputs?$/.test(name) || isSource(name, scope));
  if (at < 0) {
    const [only = '', ...others] = names;
    const isField = others.length === 0 && scope.inputs && Object.hasOwn(scope.inputs, only);
    return isField ? { source: 'input', path: [only] } : null;
  }
  const [name = '', ...rest] = names.slice(at);
  const source = name === 'inputs' && !isSource(name, scope) ? 'input' : name;
  const path = OUTPUT_WORDS.test(rest[0] ?? '') && rest.length > 1 ? rest.slice(1) : rest;
  return path.length === 0 && source === 'input' ? null : { source, path };
}

function isSource(name: string, scope: Scope): boolean {
  return ['input', 'run', ...(scope.hasItem ? ['item', 'index'] : []), ...scope.loops.keys()].includes(name);
}

/** Whether `name.path` is a fact as it stands, but for the dollar sign. */
function isFact(name: string, dotted: string, scope: Scope): boolean {
  if (dotted === '' || !isSource(name, scope)) return false;
  const field = dotted.replaceAll(/\s/g, '').split('.')[1] ?? '';
  const fields = fieldsOf(name, scope);
  return fields ? Object.hasOwn(fields, field) : name === 'input' || name === 'item';
}

/** The reference as it is written, in quotes. */
export function write(reference: Reference): string {
  return `"$${[reference.source, ...reference.path].join('.')}"`;
}

/** `with.list.0` as people write it: `with.list[0]`. */
export function toPath(place: string): string {
  return place.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}
