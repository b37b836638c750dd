import { once } from 'node:events';
import {
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

const SLA_MS = 48 * 3_600_000;

/** The few parts of the SDK that are used here; it is installed beside the project, not with it. */
export interface Sdk {
  workflow(definition: object): object;
  service(definition: object): object;
  endpoint(): Endpoint;
  serde: { json: object };
}
interface Endpoint {
  bind(service: object): Endpoint;
  setLogger(log: (about: { level: string }, ...words: unknown[]) => void): unknown;
  http2Handler(): (request: Http2ServerRequest, response: Http2ServerResponse) => void;
}
interface Context {
  run<Value>(name: string, action: () => Promise<Value>): Promise<Value>;
  promise<Value>(name: string): PromiseLike<Value> & { resolve(value: Value): Promise<void> };
  genericSend(call: object): { invocationId: Promise<string> };
  cancel(invocationId: string): void;
  key: string;
}

/** Serves the workflow's steps to Restate from this process. What the SDK complains of is added to `complaints`. */
export async function startEndpoint(
  sdk: Sdk,
  complaints: string[],
): Promise<{ url: string; stop(): Promise<void> }> {
  const endpoint = sdk.endpoint().bind(repair(sdk)).bind(deadline(sdk));
  endpoint.setLogger(({ level }, ...words) => {
    if (level === 'warn' || level === 'error') complaints.push(words.map(String).join(' '));
  });
  const server = createServer(endpoint.http2Handler());
  // Restate keeps its connections: a server that only stops listening would not close.
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

function repair(sdk: Sdk): object {
  return sdk.workflow({
    name: 'repair',
    handlers: {
      run: async (context: Context) => {
        const call = { service: 'deadline', method: 'breach', parameter: context.key, delay: SLA_MS };
        const armed = context.genericSend({ ...call, inputSerde: sdk.serde.json });
        const assessed = await context.run('assess', async () => ({ severity: 7 }));
        await context.promise<string>('approval');
        const crew = await context.run('assign', async () => ({ crewName: 'Night Crew' }));
        const done = await context.run('execute', async () => ({ actualCostCents: 105_050 }));
        context.cancel(await armed.invocationId);
        return { ...assessed, ...crew, ...done };
      },
      approve: (context: Context, by: string) => context.promise<string>('approval').resolve(by),
    },
  });
}

function deadline(sdk: Sdk): object {
  return sdk.service({ name: 'deadline', handlers: { breach: async () => {} } });
}
