import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';

const LARGEST_BODY = 128 * 1024;

/** The request's body as JSON. Throws `http.tooLarge` beyond 128 kB and `http.badJson` when it is none. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) {
      throw new AppError('request body too large', {
        code: 'http.tooLarge',
        userMessage: 'The body is larger than 128 kB.',
      });
    }
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    const userMessage =
      'The body is not valid JSON: send {"workflow": "…", "input": {…}} with content-type application/json.';
    throw new AppError('request body is not JSON', { code: 'http.badJson', userMessage, cause: error });
  }
}
