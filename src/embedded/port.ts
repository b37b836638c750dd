import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whether this process could listen on `port` now, on `host` or else on every interface. */
export async function isPortFree(port: number, host?: string): Promise<boolean> {
  return (await listenOnce(port, host)) !== undefined;
}

/** A port of this machine's loopback interface that was free a moment ago; another program may still take it. */
export async function findFreePort(): Promise<number> {
  const port = await listenOnce(0, '127.0.0.1');
  if (port === undefined) throw new Error('the system has no free port');
  return port;
}

async function listenOnce(port: number, host?: string): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, ...(host && { host }) });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  }
}
