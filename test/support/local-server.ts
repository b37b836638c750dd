import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever the product sent
  body: any;
}

/** What the server is to answer; `hang` keeps the caller waiting until the server stops. */
export interface PlannedAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  hang?: boolean;
}

export interface LocalServer {
  url: string;
  requests: ReceivedRequest[];
  stop(): Promise<void>;
}

/** A real HTTP server on a free port that answers each request as `answer` says; text bodies go out as they are. */
export async function startLocalServer(
  answer: (request: ReceivedRequest, count: number) => PlannedAnswer,
): Promise<LocalServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const request = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      body:
        /json/.test(incoming.headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : text || null,
    };
    requests.push(request);
    const { status = 200, headers = {}, body = {}, hang = false } = answer(request, requests.length);
    if (hang) return;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
