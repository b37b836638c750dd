import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { Random } from './chaos-random.ts';

/** What the service did in the end for an idempotency key. */
export interface Effective {
  _id: string;
  runId: string;
  task: string;
  attempt: number;
  nonce: string;
}

/** A line of the service's own log. */
export interface ServiceLogLine {
  key: string;
  phase: 'begun' | 'applied' | 'refused' | 'answered';
  nonce?: string;
  at: number;
}

export interface ChaosService {
  url: string;
  /** While closed, callers wait for their answer. */
  close(): void;
  open(): void;
  /** Calls that wait for their answer. */
  waiting(): number;
  stop(): Promise<void>;
}

interface Call {
  runId: string;
  task: string;
  attempt: number;
}

/**
 * The world outside: an HTTP service that does a thing once per idempotency key, tells the same result however often it
 * is asked, and keeps a log of its own. Most answers come at once, some slowly, a few after a lease has passed.
 * `/Flaky` refuses every first attempt for now, `/Broken` every call for good.
 */
export async function startChaosService(options: {
  effective: Collection<Effective>;
  logFile: string;
  random: Random;
  /** The longest it takes for an answer; 0 answers at once. */
  slowestMs: number;
}): Promise<ChaosService> {
  const { effective, logFile, random, slowestMs } = options;
  let gate: { opened: Promise<void>; open(): void } | null = null;
  let waiting = 0;
  const record = (line: Omit<ServiceLogLine, 'at'>): void =>
    appendFileSync(logFile, `${JSON.stringify({ ...line, at: Date.now() })}\n`);

  const apply = async (key: string, call: Call): Promise<string> => {
    const nonce = randomUUID();
    const fields = { runId: call.runId, task: call.task, attempt: call.attempt, nonce };
    for (;;) {
      try {
        const once = { $setOnInsert: fields };
        const found = await effective.findOneAndUpdate({ _id: key }, once, {
          upsert: true,
          returnDocument: 'after',
        });
        if (!found) continue;
        if (found.nonce === nonce) record({ key, phase: 'applied', nonce });
        return found.nonce;
      } catch {
        // The database of the service is down with the other: it tries until it is back.
        await delay(50);
      }
    }
  };
  const work = async (path: string, key: string, call: Call) => {
    record({ key, phase: 'begun' });
    const isRefused = path === '/Broken' || (path === '/Flaky' && call.attempt === 1);
    if (isRefused) {
      record({ key, phase: 'refused' });
      return { status: path === '/Broken' ? 400 : 503, body: { error: 'not today' } };
    }
    const nonce = await apply(key, call);
    const dice = random.next();
    await delay(slowestMs * (dice < 0.02 ? 1 : dice < 0.2 ? 0.15 : dice * 0.03));
    record({ key, phase: 'answered', nonce });
    return { status: 200, body: { nonce, ...assessmentOf(call.runId) } };
  };
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    waiting++;
    await gate?.opened;
    const answer = await work(request.url ?? '', String(request.headers['idempotency-key']), call);
    waiting--;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = (): void => {
    gate?.open();
    gate = null;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      let opened: () => void = () => {};
      const promise = new Promise<void>((resolve) => {
        opened = resolve;
      });
      gate ??= { opened: promise, open: opened };
    },
    open,
    waiting: () => waiting,
    stop: async () => {
      open();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Call;
}

/** What the planner needs to know about a job; the same for a run whenever it is asked. */
function assessmentOf(runId: string) {
  const mark = [...runId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return {
    severity: mark % 11,
    skills: ['asphalt'],
    materials: [{ material: 'hotMix', quantity: 20 + (mark % 50) }],
    durationMinutes: 15 + 5 * (mark % 4),
  };
}
