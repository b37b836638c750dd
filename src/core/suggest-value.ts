import { z } from 'zod';
import { toMilliseconds } from './duration.ts';
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
/** With or without a comma between groups of three digits. */
const AMOUNT = /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/;
const KEY_WITH_UNIT = /^(.+?)_?(days?|hours?|minutes?|mins?|seconds?|secs?)$/i;
const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };
/** Up to so many percent somebody may have meant a share for real: 1.5 is no 1.5 %. */
const LEAST_PERCENT = 5;
const LONGEST_REMEDY = 160;

/**
 * What to write in place of `value`, which `place` refuses, so that it is taken and means what the author meant: the
 * whole remedy, with that value in it. `key` is the name it stands under. Null when nobody can tell.
 */
export function suggestValue(value: unknown, place: z.ZodType, key: string): string | null {
  const texts = rewrite(value, place, key).map(formatJson);
  const [first] = texts;
  if (first === undefined) return null;
  const remedy = texts.length > 1 ? sayUnits(texts) : `write ${first}${sayHow(value, place)}`;
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
  const unit = readUnit(word);
  if (!place || !unit || (findNearest(key, Object.keys(known)) ?? stem) !== stem) return null;
  const span = `${value}${unit}`;
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
  if (typeof value === 'object' || value === undefined) return place instanceof z.ZodArray ? wrap(value) : [];
  if (isSpan(place)) return proposeSpans(String(value));
  if (place instanceof z.ZodNumber) return proposeNumber(value, place, key);
  if (place instanceof z.ZodBoolean) return Object.hasOwn(WORDS, String(value)) ? [WORDS[String(value)]] : [];
  if (place instanceof z.ZodString) return typeof value === 'string' ? [] : [String(value)];
  if (place instanceof z.ZodArray) return wrap(value);
  return place instanceof z.ZodObject ? proposeObject(value, place) : [];
}

function wrap(value: unknown): unknown[] {
  return Array.isArray(value) || value === undefined || value === null ? [] : [[value]];
}

/** A span of time is told by what it takes, since a description makes another schema of it. */
function isSpan(place: z.ZodType): boolean {
  return place.safeParse('1h').success && !place.safeParse('1').success && !place.safeParse('h').success;
}

function proposeSpans(text: string): string[] {
  const [, count, word = ''] = SPAN.exec(text.trim()) ?? [];
  if (count === undefined) return [];
  if (word === '') return Object.keys(UNITS).map((unit) => `${count}${unit}`);
  if (/^w(eeks?)?$/i.test(word)) return [`${Number(count) * 7}d`];
  const unit = readUnit(word);
  return unit ? [`${count}${unit}`] : [];
}

function proposeNumber(value: unknown, place: z.ZodType, key: string): number[] {
  if (typeof value === 'number') {
    const isShare = !place.safeParse(1).success;
    return isShare && value >= LEAST_PERCENT ? [value / 100] : [];
  }
  const text = String(value).trim();
  if (AMOUNT.test(text)) return [Number(text.replaceAll(',', ''))];
  // "48h" for `slaHours`: the key says which unit the number is in.
  const unit = readUnit(KEY_WITH_UNIT.exec(key)?.[2] ?? '');
  const spans = proposeSpans(text);
  return unit && spans.length === 1
    ? spans.map((span) => toMilliseconds(span) / toMilliseconds(`1${unit}`))
    : [];
}

/** A plain value where an object belongs is that of its one required key, or of the span it may have. */
function proposeObject(value: unknown, place: z.ZodObject): unknown[] {
  const [only, ...more] = listRequired(place);
  const spanKey = Object.keys(place.shape).find((key) => isSpan(fieldOf(place, key)));
  const key = more.length > 0 ? undefined : (only ?? spanKey);
  if (key === undefined) return [];
  const field = fieldOf(place, key);
  const mended = field.safeParse(value).success ? [value] : rewrite(value, field, key);
  return mended.map((one) => ({ [key]: one }));
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

function sayUnits(texts: readonly string[]): string {
  const words = Object.values(UNITS).map(({ word }) => word);
  return `write ${joinOr(texts)}: ${joinOr(words)}`;
}

function sayHow(value: unknown, place: z.ZodType): string {
  const isNumber = unwrapSchema(place) instanceof z.ZodNumber;
  if (isNumber && typeof value === 'number') return `, a share, for ${value} %`;
  const isBare = isNumber || unwrapSchema(place) instanceof z.ZodBoolean;
  return isBare ? ', without quotes' : '';
}

function joinOr(texts: readonly string[]): string {
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** As the shipped files have it: `{ "amount": 2500 }`. */
function formatJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, one]) => `"${key}": ${formatJson(one)}`);
  return `{ ${pairs.join(', ')} }`;
}
