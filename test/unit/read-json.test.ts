import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseBody, readJson } from '../../src/http/read-json.ts';

const read = (text: string) => readJson(Readable.from([Buffer.from(text)]) as IncomingMessage);

it('takes half a surrogate pair for what the database makes of it, in names too', async () => {
  expect(await read('{"a\\ud800": ["\\uDFFF", "\\ud83d\\udea7"]}')).toEqual({ 'a\uFFFD': ['\uFFFD', '🚧'] });
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
