import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { explainIssues } from '../core/faults/explain-issues.ts';
import { WHOLE_FILE } from '../core/faults/problem.ts';
import { readBody } from '../core/values/decode-text.ts';
import { refuseJson } from '../core/values/refuse-json.ts';
import { findRepeatedName } from '../core/values/repeated-name.ts';
import { shortenText } from '../core/values/text.ts';

const LARGEST_BODY_KB = 128;

/** Half of a surrogate pair, which may be without its other half; only an escape can bring one in. */
const LONE_SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * The request's body as JSON. Throws `http.tooLarge` beyond `mostKilobytes`, `http.badJson` when it is none, and
 * `http.badBody` when an object has a name twice or it could not be stored, such as lists inside lists without end, `http.badEncoding` for bytes that are
 * no text, and `http.unsupported` for an encoding that is not read here.
 */
export async function readJson(request: IncomingMessage, mostKilobytes = LARGEST_BODY_KB): Promise<unknown> {
  const text = await readText(request, mostKilobytes);
  const body = LONE_SURROGATE.test(text) ? replaceLoneSurrogates(parseJson(text)) : parseJson(text);
  const reason = refuseJson(body);
  if (reason === null) {
    refuseRepeatedName(text);
    return body;
  }
  throw new AppError(`request body has ${reason}`, {
    code: 'http.badBody',
    userMessage: `The body has ${reason}: send it without.`,
  });
}

/** Only one of the two could be kept, and nobody would be told of the other. */
function refuseRepeatedName(text: string): void {
  const repeated = findRepeatedName(text, withoutLoneSurrogates);
  if (repeated === null) return;
  throw new AppError('request body has a name twice', {
    code: 'http.badBody',
    userMessage: `The body has “${shortenText(repeated.name, 60)}” twice in one object: send it once.`,
  });
}

/** A body of the shape that a route takes. Throws `http.badBody` naming every place that does not fit, and what would. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = explainIssues(parsed.error, schema, value);
  const places = faults.map(({ path, wrong, right }) => `${sayPlace(path)}: ${wrong} — ${right}`);
  throw new AppError('bad request body', {
    code: 'http.badBody',
    userMessage: `The request does not fit: ${places.join('; ')}.`,
  });
}

function sayPlace(path: string): string {
  return path === WHOLE_FILE ? 'body' : path;
}

async function readText(request: IncomingMessage, mostKilobytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostKilobytes * 1024) {
      throw new AppError('request body too large', {
        code: 'http.tooLarge',
        userMessage: `The body is larger than ${mostKilobytes} kB.`,
      });
    }
    chunks.push(chunk as Buffer);
  }
  return decode(Buffer.concat(chunks), request);
}

/** No character is ever put in the place of another: what cannot be read is refused. */
function decode(bytes: Uint8Array, { headers }: IncomingMessage): string {
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity')
    throw new AppError('request body is packed', {
      code: 'http.unsupported',
      userMessage: `The body is packed (content-encoding: ${coding}): send it as it is.`,
    });
  const read = readBody(bytes, headers['content-type']);
  if (read.ok) return read.text;
  throw new AppError('request body is in another encoding', {
    code: read.isUnknown ? 'http.unsupported' : 'http.badEncoding',
    userMessage: `The body cannot be read: ${read.wrong}. Send it in UTF-8, or declare what it is, such as charset=iso-8859-1.`,
  });
}

/**
 * MongoDB stores the replacement character for half a pair: what comes in with one has to be the same from the start, or
 * the same request would not be recognised.
 */
function replaceLoneSurrogates(value: unknown): unknown {
  if (typeof value === 'string') return withoutLoneSurrogates(value);
  if (Array.isArray(value)) return value.map(replaceLoneSurrogates);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    replaceLoneSurrogates(name),
    replaceLoneSurrogates(inner),
  ]);
  return Object.fromEntries(entries);
}

function withoutLoneSurrogates(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const userMessage =
      'The body is not valid JSON: send a JSON object, such as {"workflow": "…", "input": {…}} to start a run, with content-type application/json.';
    throw new AppError('request body is not JSON', { code: 'http.badJson', userMessage, cause: error });
  }
}
