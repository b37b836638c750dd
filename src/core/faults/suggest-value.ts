import { z } from 'zod';
import { toMilliseconds } from '../values/duration.ts';
import { readNumber } from '../values/number.ts';
import { findNearest } from './problem.ts';
import { unwrapSchema } from './unwrap-schema.ts';

const UNITS = {
  s: { word: 'seconds', names: /^s(ec(ond)?s?)?$/i },
  m: { word: 'minutes', names: /^m(in(ute)?s?)?$/i },
  h: { word: 'hours', names: /^h(rs?|ours?)?$/i },
  d: { word: 'days', names: /^d(ays?)?$/i },
} as const;
type Unit = keyof typeof UNITS;

const SPAN = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;
const KEY_WITH_UNIT = /^(.+?)_?(days?|hours?|minutes?|mins?|milliseconds?|ms|seconds?|secs?)$/i;
const MILLISECONDS = /^m(illi)?s/i;
const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };
/** Up to so many percent somebody may have meant a share for real: 1.5 is no 1.5 %. */
const LEAST_PERCENT = 5;
const LONGEST_REMEDY = 160;
/** A whole thousand of at least so much is a number of milliseconds, as programs have them. */
const LEAST_MILLISECONDS = 10_000;
const LONGEST_SPAN_MS = toMilliseconds('366d');
/** The sign or the code of a currency around an amount: "$", "US$", "USD". */
const CURRENCY = /^(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3})\s*|\s*(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3})$/gu;

/**
 * What to write in place of `value`, which `place` refuses, so that it is taken and means what the author meant: the
 * whole remedy, with that value in it. `key` is the name it stands under. Null when nobody can tell.
 */
export function suggestValue(value: unknown, place: z.ZodType, key: string): string | null {
  const texts = rewrite(value, place, key).map(formatJson);
  const [first] = texts;
  if (first === undefined) return null;
  const remedy = `write ${joinOr(texts)}${sayHow(value, place)}`;
  return remedy.length <= LONGEST_REMEDY ? remedy : null;
}

/**
 * The remedy for an unknown key that carries its unit, such as `timeoutSeconds` for `timeout`, with its value. Null when
 * it is no such key, or more like another one of the `known`.
 */
export function suggestKey(
  key: string,
  value: unknown,
  known: Readonly<Record<string, z.ZodType>>,
): string | null {
  const [, stem = '', word = ''] = KEY_WITH_UNIT.exec(key) ?? [];
  const place = Object.hasOwn(known, stem) ? known[stem] : undefined;
  if (typeof value === 'object') return null;
  const isSmall = MILLISECONDS.test(word) && Number(value) > 0;
  const unit = readUnit(word);
  if (!place || !(unit || isSmall) || (findNearest(key, Object.keys(known)) ?? stem) !== stem) return null;
  const span = isSmall ? writeSpan(Number(value)) : `${value}${unit}`;
  const [mended] = place.safeParse(span).success ? [span] : rewrite(span, place, stem);
  return mended === undefined ? null : `write "${stem}": ${formatJson(mended)}`;
}

/** What to write for an object that stands nowhere: the keys it has to have, or those it may have. */
export function describeObject(place: z.ZodObject): string {
  const required = listRequired(place);
  const keys = (required.length > 0 ? required : Object.keys(place.shape)).map((key) => `"${key}"`);
  const names = required.length > 0 ? `${keys.join(' and ')} in it` : `some of ${keys.join(', ')}`;
  return `write an object in { }, with ${names}`;
}

/** Every rewriting of `value` that `place` takes; more than one where a number has lost its unit. */
function rewrite(value: unknown, place: z.ZodType, key: string): unknown[] {
  const schema = unwrapSchema(place);
  return propose(value, schema, key).filter((mended) => schema.safeParse(mended).success);
}

function propose(value: unknown, place: z.ZodType, key: string): unknown[] {
  if (place instanceof z.ZodArray) return wrap(value, place.element as z.ZodType, key);
  if (typeof value === 'object' || value === undefined) return [];
  if (isSpan(place)) return proposeSpans(String(value));
  if (place instanceof z.ZodNumber) return proposeNumber(value, place, key);
  if (place instanceof z.ZodBoolean) return Object.hasOwn(WORDS, String(value)) ? [WORDS[String(value)]] : [];
  if (place instanceof z.ZodString) return typeof value === 'string' ? [] : [String(value)];
  return place instanceof z.ZodObject ? proposeObject(value, place) : [];
}

function wrap(value: unknown, element: z.ZodType, key: string): unknown[] {
  if (Array.isArray(value) || value === undefined || value === null) return [];
  return [value, ...rewrite(value, element, key)].map((one) => [one]);
}

/** A span of time is told by what it takes, since a description makes another schema of it. */
function isSpan(place: z.ZodType): boolean {
  return place.safeParse('1h').success && !place.safeParse('1').success && !place.safeParse('h').success;
}

function proposeSpans(text: string): string[] {
  const [, count, word = ''] = SPAN.exec(text.trim()) ?? [];
  if (count === undefined) return [];
  if (word === '') return proposeUnits(Number(count), count);
  if (MILLISECONDS.test(word)) return [writeSpan(Number(count))];
  if (/^w(eeks?)?$/i.test(word)) return [`${Number(count) * 7}d`];
  const unit = readUnit(word);
  return unit ? [`${count}${unit}`] : [];
}

/** The spans a number without a unit may mean; none is longer than a year. */
function proposeUnits(count: number, written: string): string[] {
  if (isMilliseconds(count)) return [writeSpan(count)];
  return Object.keys(UNITS)
    .map((unit) => `${written}${unit}`)
    .filter((span) => toMilliseconds(span) <= LONGEST_SPAN_MS);
}

function isMilliseconds(count: number): boolean {
  return count >= LEAST_MILLISECONDS && count % 1_000 === 0;
}

/** In the largest unit of which it is a whole number. */
function writeSpan(milliseconds: number): string {
  const units = (Object.keys(UNITS) as Unit[]).toReversed();
  const unit = units.find((one) => milliseconds % toMilliseconds(`1${one}`) === 0) ?? 's';
  return `${milliseconds / toMilliseconds(`1${unit}`)}${unit}`;
}

function proposeNumber(value: unknown, place: z.ZodType, key: string): number[] {
  if (typeof value === 'number') {
    const isShare = !place.safeParse(1).success;
    return isShare && value >= LEAST_PERCENT ? [value / 100] : [];
  }
  const written = String(value).trim();
  const text = key === 'amount' ? written.replace(CURRENCY, '') : written;
  const read = readNumber(text);
  if (read.ok) return [read.number];
  // In amounts a comma groups thousands, as `readCents` has it.
  if (key === 'amount' && text.includes(',')) return read.mayMean.slice(0, 1);
  if (read.mayMean.length > 0) return read.mayMean;
  // "48h" for `slaHours`: the key says which unit the number is in.
  const unit = readUnit(KEY_WITH_UNIT.exec(key)?.[2] ?? '');
  const spans = proposeSpans(text);
  return unit && spans.length === 1
    ? spans.map((span) => toMilliseconds(span) / toMilliseconds(`1${unit}`))
    : [];
}

/**
 * A plain value where an object belongs is the name of what to call, that of its one required key, or of the span it may
 * have. Beside a name a required number is 1: what it has to be nobody can tell.
 */
function proposeObject(value: unknown, place: z.ZodObject): unknown[] {
  if (typeof value === 'string' && isCall(place)) return proposeCall(value);
  const counted = typeof value === 'string' ? findCounted(place) : null;
  if (counted) return [{ [counted.name]: value, [counted.count]: 1 }];
  const key = findMainKey(place);
  if (key === undefined) return [];
  const field = fieldOf(place, key);
  const mended = field.safeParse(value).success ? [value] : rewrite(value, field, key);
  return mended.map((one) => ({ [key]: one }));
}

/** The key a plain value is meant for: the one required, or the one of a span. */
function findMainKey(place: z.ZodObject): string | undefined {
  const [only, ...more] = listRequired(place);
  const spanKey = Object.keys(place.shape).find((key) => isSpan(fieldOf(place, key)));
  return more.length > 0 ? undefined : (only ?? spanKey);
}

function isCall(place: z.ZodObject): boolean {
  const keys = Object.keys(place.shape);
  return ['agent', 'service'].every((key) => keys.includes(key)) && listRequired(place).length === 0;
}

/** Built-in handlers have their kind in their name. */
function proposeCall(name: string): object[] {
  if (/agent$/i.test(name)) return [{ agent: name }];
  return /service$/i.test(name) ? [{ service: name }] : [{ service: name }, { agent: name }];
}

/** The two required keys of an object that says how many of something, such as a material and its quantity. */
function findCounted(place: z.ZodObject): { name: string; count: string } | null {
  const [name, count, ...more] = listRequired(place);
  if (name === undefined || count === undefined || more.length > 0) return null;
  const isNumber = (key: string) => unwrapSchema(fieldOf(place, key)) instanceof z.ZodNumber;
  return isNumber(count) && !isNumber(name) ? { name, count } : null;
}

function listRequired(place: z.ZodObject): string[] {
  return Object.keys(place.shape).filter((key) => !fieldOf(place, key).safeParse(undefined).success);
}

function fieldOf(place: z.ZodObject, key: string): z.ZodType {
  return place.shape[key] as z.ZodType;
}

function readUnit(word: string): Unit | undefined {
  return (Object.keys(UNITS) as Unit[]).find((unit) => UNITS[unit].names.test(word));
}

/** What to know besides: the unit that a bare number has lost, the number that nobody can tell, and why no quotes. */
function sayHow(value: unknown, place: z.ZodType): string {
  const schema = unwrapSchema(place);
  const isNumber = schema instanceof z.ZodNumber;
  const item = schema instanceof z.ZodArray ? unwrapSchema(schema.element as z.ZodType) : schema;
  const counted = typeof value === 'string' && item instanceof z.ZodObject ? findCounted(item) : null;
  if (counted) return `, with the right "${counted.count}"`;
  const span = findSpan(schema);
  const written = String(value).trim();
  if (span && /^\d+(\.\d+)?$/.test(written)) return sayUnits(written, span);
  if (isNumber && typeof value === 'number') return `, a share, for ${value} %`;
  const isBare = isNumber || unwrapSchema(place) instanceof z.ZodBoolean;
  return isBare ? ', without quotes' : '';
}

/** The span that a plain value stands for at a place: its own, or that of the object that belongs there. */
function findSpan(schema: z.ZodType): z.ZodType | null {
  if (isSpan(schema)) return schema;
  const key = schema instanceof z.ZodObject ? findMainKey(schema) : undefined;
  const field = schema instanceof z.ZodObject && key !== undefined ? fieldOf(schema, key) : null;
  return field && isSpan(field) ? field : null;
}

function sayUnits(written: string, span: z.ZodType): string {
  if (isMilliseconds(Number(written))) return ` for ${written} milliseconds`;
  const spans = proposeUnits(Number(written), written).filter((text) => span.safeParse(text).success);
  const units = spans.flatMap((text) => readUnit(text.slice(written.length)) ?? []);
  return `: ${joinOr(units.map((unit) => UNITS[unit].word))}`;
}

function joinOr(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** As the shipped files have it: `{ "amount": 2500 }`. */
function formatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, one]) => `"${key}": ${formatJson(one)}`);
  return `{ ${pairs.join(', ')} }`;
}
