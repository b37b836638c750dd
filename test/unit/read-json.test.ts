import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readJson } from '../../src/http/read-json.ts';

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
