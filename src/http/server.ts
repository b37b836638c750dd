import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, toAppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { guardRoute } from './guard-route.ts';
import type { Answer, Route } from './route.ts';

export interface HttpServer {
  start(): Promise<{ port: number }>;
  stop(): Promise<void>;
}

/**
 * The one HTTP server of the process: our routes, and everything under `/slack/` handed to Bolt. Errors become JSON
 * `{error: {code, message}}` with the words meant for people; never a stack trace.
 */
export function createHttpServer(deps: {
  port: number;
  routes: Route[];
  /** Without one, routes that ask for it are off. */
  apiToken?: string | undefined;
  slackListener: RequestListener | null;
  log: Log;
}): HttpServer {
  const routes = deps.routes.map((route) => guardRoute(route, deps.apiToken));
  const server = createServer((request, response) => {
    const path = readPath(request.url);
    if (path === null) return send(response, failure(400, 'http.badPath', 'That is no path.'));
    if (path.startsWith('/slack/') && deps.slackListener) {
      deps.slackListener(request, response);
      return;
    }
    void answer({ ...deps, routes }, request, path).then((result) => send(response, result, request.method));
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, deps.port)));
        server.listen(deps.port, () => resolve({ port: (server.address() as AddressInfo).port }));
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

async function answer(
  deps: { routes: Route[]; log: Log },
  request: IncomingMessage,
  path: string,
): Promise<Answer> {
  try {
    const matching = deps.routes.flatMap((route) => {
      const parameters = matchPath(route.path, path);
      return parameters ? [{ route, parameters }] : [];
    });
    if (matching.length === 0) return failure(404, 'http.notFound', `There is nothing at ${path}.`);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const found = matching.find(({ route }) => route.method === method);
    if (found) return await found.route.handle(request, found.parameters);
    const allow = listMethods(matching.map(({ route }) => route.method));
    if (request.method === 'OPTIONS') return { status: 204, body: '', headers: { allow } };
    return { ...failure(405, 'http.method', `Use ${allow} here.`), headers: { allow } };
  } catch (error) {
    const known = toAppError(error);
    if (known.code === 'internal.unexpected') deps.log.error('A request failed', { path, error });
    return failure(statusOf(known), known.code, known.userMessage, known.retryAfterMs);
  }
}

/** What can be asked for where GET can: its headers alone, too, and everywhere, what can. */
function listMethods(methods: readonly string[]): string {
  return [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)), 'OPTIONS'].join(
    ', ',
  );
}

/** An error answer in the one form all of them have; `retryAfterMs` says when to come again. */
export function failure(
  status: number,
  code: string,
  message: string,
  retryAfterMs: number | null = null,
): Answer {
  const answer = { status, body: { error: { code, message } } };
  if (retryAfterMs === null) return answer;
  return { ...answer, headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) } };
}

/** Statuses that the first part of a code does not tell. */
const STATUS_OF: Readonly<Record<string, number>> = {
  'http.unauthorized': 401,
  'http.tooLarge': 413,
  'http.unsupported': 415,
  'http.disabled': 503,
  'run.unknown': 404,
  'run.refused': 409,
  'run.busy': 429,
  'run.tooMany': 429,
  'run.otherRequest': 422,
  'event.other': 422,
  'run.contended': 503,
  'step.unknown': 404,
  'store.unreachable': 503,
};

function statusOf({ code }: AppError): number {
  const known = STATUS_OF[code];
  if (known !== undefined) return known;
  return code.startsWith('run.') || code.startsWith('http.') ? 400 : 500;
}

function send(response: ServerResponse, { status, body, headers }: Answer, method?: string): void {
  const isText = typeof body === 'string';
  const content = isText ? body : JSON.stringify(body);
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  const described = { 'content-type': type, 'content-length': String(Buffer.byteLength(content)) };
  response.writeHead(status, { ...(status === 204 ? {} : described), ...headers });
  response.end(method === 'HEAD' ? undefined : content);
}

/** Null for what is no path at all, such as `//`: an error thrown at this point would end the process. */
function readPath(target: string | undefined): string | null {
  try {
    return new URL(target ?? '/', 'http://localhost').pathname;
  } catch {
    return null;
  }
}

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':') && value !== '') {
      const decoded = decode(value);
      if (decoded === null) return null;
      parameters[part.slice(1)] = decoded;
    } else if (part !== value) return null;
  }
  return parameters;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  return new AppError(`port ${port}: ${error.code}`, {
    code: 'http.port',
    userMessage: `Port ${port} ${error.code === 'EACCES' ? 'is not allowed' : 'is in use'}: end the other program, or set PORT to a free one.`,
    cause: error,
  });
}
