import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseBody, readJson } from '../../src/http/read-json.ts';

const readBytes = (bytes: Uint8Array, headers: object = {}) =>
  readJson(Object.assign(Readable.from([bytes]), { headers }) as unknown as IncomingMessage);
const read = (text: string) => readBytes(Buffer.from(text));

it('takes half a surrogate pair for what the database makes of it, in names too', async () => {
  expect(await read('{"a\\ud800": ["\\uDFFF", "\\ud83d\\udea7"]}')).toEqual({ 'a\uFFFD': ['\uFFFD', '🚧'] });
});

it('is read in the encoding it declares, or refused: no character is put in the place of another', async () => {
  const text = '{"text": "café"}';
  const as = (bytes: Uint8Array, type: string, more: object = {}) =>
    readBytes(bytes, { 'content-type': type, ...more });
  const latin = Buffer.from(text, 'latin1');
  for (const [bytes, type] of [
    [Buffer.from(text), 'application/json'],
    [Buffer.from(`\uFEFF${text}`), 'application/json; charset="UTF-8"'],
    [latin, 'application/json;charset=ISO-8859-1'],
    [latin, 'application/json; charset=windows-1252; x=y'],
    [Buffer.from(`\uFEFF${text}`, 'utf16le'), 'application/json; charset=utf-16'],
  ] as const)
    expect(await as(bytes, type)).toEqual({ text: 'café' });
  await expect(as(latin, 'application/json')).rejects.toMatchObject({
    code: 'http.badEncoding',
    userMessage: expect.stringContaining('byte 0xE9 in line 1 is not UTF-8. Send it in UTF-8'),
  });
  await expect(as(latin, 'text/json; charset=us-ascii')).rejects.toMatchObject({ code: 'http.badEncoding' });
  await expect(as(latin, 'text/json; charset=shift_jis')).rejects.toMatchObject({ code: 'http.unsupported' });
  await expect(as(latin, '', { 'content-encoding': 'gzip' })).rejects.toMatchObject({
    code: 'http.unsupported',
  });
});

it.each([
  ['a BSON type', '{"a": [{"_bsontype": "ObjectId"}]}', '_bsontype'],
  ['a prototype', '{"a": {"__proto__": {}}}', '__proto__'],
  ['the output of another step', '{"a": {"_outputOf": "paint"}}', '_outputOf'],
])('refuses what passes itself off as %s', async (_name, text, field) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'http.badBody',
    userMessage: expect.stringContaining(field),
  });
});

it.each([
  ['{"danger":"x","danger":"y"}', 'danger'],
  ['{"a":[{"b":1,"c":{"b":1}},{"b":1 , "\\u0062"\n: 2}]}', 'b'],
  ['{"a\\ud800":1,"a\\udc00":1}', 'a\uFFFD'],
  [`{"a${'b'.repeat(99)}":{},"a${'b'.repeat(99)}":1}`, `a${'b'.repeat(58)}…`],
])('refuses an object with a name twice: %s', async (text, name) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'http.badBody',
    userMessage: `The body has “${name}” twice in one object: send it once.`,
  });
});

it('takes a name once in each object, and for a text what looks like a name', async () => {
  const body = { a: { a: ['a:', 'a:', '"a":1', '\\'] }, b: [{ a: 1 }, { a: '{' }], '"a"': '}' };
  expect(await read(JSON.stringify(body, null, 1))).toEqual(body);
});

const Body = z
  .strictObject({
    workflow: z.string(),
    version: z.int().positive().optional(),
    steps: z.array(z.strictObject({ task: z.string() })).optional(),
  })
  .refine(({ version, steps }) => !(version && steps), 'send either “version” or “steps”');

it.each<[string, unknown, string]>([
  ['a number for a text', { workflow: 5 }, 'workflow: 5 does not fit — write "5"'],
  [
    'a text for a number',
    { workflow: 'a', version: '3' },
    'version: "3" does not fit — write 3, without quotes',
  ],
  ['nothing at all', {}, 'workflow: is missing — write a text in quotes'],
  ['a mistyped key', { workflow: 'a', verson: 3 }, 'verson: unknown key "verson" — did you mean "version"?'],
  ['a fault in a list', { workflow: 'a', steps: [{ task: 1 }] }, 'steps[0].task: 1 does not fit — write "1"'],
  ['a list', [], 'body: [] does not fit — write an object in { }, with "workflow" in it'],
  [
    'two that exclude each other',
    { workflow: 'a', version: 1, steps: [] },
    'does not fit — send either “version” or “steps”.',
  ],
])('says of %s where it is, what is wrong there, and what would be right', (_what, body, words) => {
  const parse = () => parseBody(Body, body);
  expect(parse).toThrow(
    expect.objectContaining({ code: 'http.badBody', userMessage: expect.stringContaining(words) }),
  );
});
