import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the painter gets it. */
export interface PainterCall {
  key: string;
  body: {
    runId: string;
    task: string;
    attempt: number;
    input: Record<string, unknown>;
    callbackPath: string;
  };
}

/** What the painter does: answers with a status and a body, or hangs up without a word. */
export type PainterAnswer = { status: number; body: Record<string, unknown> } | 'hang up';

export interface Painter {
  url: string;
  calls: PainterCall[];
  /** How it goes about the next calls; it may take its time. */
  answer: (call: PainterCall) => Promise<PainterAnswer>;
  stop(): Promise<void>;
}

export const LATER: PainterAnswer = { status: 202, body: { deferred: true } };

/** A service outside, over HTTP, that may report its results later. */
export async function startPainter(): Promise<Painter> {
  const server = createServer(async (request, response) => {
    const call = { key: String(request.headers['idempotency-key']), body: await readBody(request) };
    painter.calls.push(call);
    const answer = await painter.answer(call);
    if (answer === 'hang up') return request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const painter: Painter = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    answer: async () => LATER,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return painter;
}

async function readBody(request: IncomingMessage): Promise<PainterCall['body']> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as PainterCall['body'];
}
