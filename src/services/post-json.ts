import { AppError } from '../base/errors.ts';
import { readBody } from '../core/values/decode-text.ts';
import { readNumber } from '../core/values/number.ts';
import { type Deadline, startDeadline } from './deadline.ts';

/** A call to a service outside: where, what, and how it is recognised when it is repeated. */
export interface PostJsonRequest {
  /** Name people know the service by; errors speak of it and never of the URL, which may hold secrets. */
  name: string;
  url: string;
  token?: string | undefined;
  idempotencyKey: string;
  timeoutMs: number;
  signal: AbortSignal;
  body: unknown;
}

export interface PostJsonAnswer {
  status: number;
  body: Record<string, unknown>;
}

const LARGEST_ANSWER_BYTES = 256 * 1024;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;
/** Besides 5xx: "request timeout", "too early" and "too many requests" ask to be tried again. */
const RETRYABLE_STATUS = [408, 425, 429];

/**
 * Posts JSON and returns the JSON object that comes back, 256 kB at most. Throws `http.refused` (4xx, 3xx; permanent),
 * `http.unavailable` (5xx, 408, 425, 429; retryable, with the `Retry-After` it was given), `http.unreachable`,
 * `http.timeout` and `http.aborted` (retryable), `http.bad-answer` (permanent: the work may have been done).
 */
export async function postJson(request: PostJsonRequest): Promise<PostJsonAnswer> {
  const deadline = startDeadline(request.signal, request.timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: headersOf(request),
      body: JSON.stringify(request.body),
      // A followed redirect would become a GET, or carry the token to another host.
      redirect: 'manual',
      signal: deadline.signal,
    });
    const bytes = await readBytes(response, request.name);
    if (!response.ok) throw refuse(request.name, response, bytes.toString('utf8'));
    const read = readBody(bytes, response.headers.get('content-type'));
    if (!read.ok)
      throw badAnswer(request.name, `text that cannot be read (${read.wrong})`, 'answer in UTF-8');
    return { status: response.status, body: parseObject(request.name, read.text) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw explainFailure(request, deadline, error);
  } finally {
    deadline.clear();
  }
}

function headersOf({ token, idempotencyKey }: PostJsonRequest): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'idempotency-key': idempotencyKey,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
}

async function readBytes(response: Response, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER_BYTES) {
      if (!response.ok) break;
      throw badAnswer(name, `more than ${LARGEST_ANSWER_BYTES / 1024} kB`, 'answer with less, e.g. a link');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseObject(name: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badAnswer(name, 'no valid JSON', 'answer with a JSON object, "{}" at least', error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badAnswer(name, 'JSON that is no object', 'answer with a JSON object, "{}" at least');
}

function badAnswer(name: string, what: string, remedy: string, cause?: unknown): AppError {
  return new AppError(`${name} answered with ${what}`, {
    code: 'http.bad-answer',
    userMessage: `${name} answered with ${what}. Its maintainers should ${remedy}; check whether the work was done.`,
    cause,
  });
}

function refuse(name: string, response: Response, text: string): AppError {
  const { status } = response;
  const cause = new Error(`HTTP ${status}: ${text.slice(0, 200)}`);
  if (status >= 500 || RETRYABLE_STATUS.includes(status)) {
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
    return new AppError(`${name} is unavailable (HTTP ${status})`, {
      code: 'http.unavailable',
      retryable: true,
      userMessage: `${name} is not available just now (HTTP ${status}). It is tried again as the step allows.`,
      cause,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }
  const remedy =
    status < 400
      ? 'Set its address in agency.json to the one it redirects to.'
      : 'Check what the step sends.';
  return new AppError(`${name} refused the request (HTTP ${status})`, {
    code: 'http.refused',
    userMessage: `${name} refused the request (HTTP ${status}). ${remedy}`,
    cause,
  });
}

/** `Retry-After` is a number of seconds or a date; null when it is absent or makes no sense. */
function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = readNumber(header);
  const milliseconds = seconds.ok ? seconds.number * 1_000 : parseHttpDate(header) - now;
  if (Number.isNaN(milliseconds)) return null;
  return Math.round(Math.min(Math.max(milliseconds, 0), LONGEST_RETRY_AFTER_MS));
}

/** The one form that servers write; another text is no date, whatever the runtime makes of it. */
function parseHttpDate(header: string): number {
  return HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
}

function explainFailure(request: PostJsonRequest, deadline: Deadline, cause: unknown): AppError {
  const { name, timeoutMs } = request;
  const fail = (code: string, what: string, remedy: string) =>
    new AppError(`${name} ${what}`, {
      code,
      retryable: true,
      userMessage: `${name} ${what}. ${remedy}`,
      cause,
    });
  if (request.signal.aborted)
    return fail('http.aborted', 'was called off', 'The step timed out or was cancelled.');
  if (deadline.passed()) {
    return fail(
      'http.timeout',
      `did not answer within ${timeoutMs} ms`,
      'Raise "timeout" in agency.json if it needs longer.',
    );
  }
  return fail(
    'http.unreachable',
    'could not be reached',
    'Check its address in agency.json and that it is running.',
  );
}
