import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** A TCP proxy whose line can be cut, slowed down and made to fall silent. */
export interface ChaosProxy {
  port: number;
  /** Resets every connection that is open now; new ones are let through. */
  cut(): void;
  /** Everything arrives this much later, in both directions, until told otherwise. */
  delay(milliseconds: number): void;
  /** Nothing arrives any more, and nobody is told: what is sent meanwhile comes once it is over. */
  hold(on: boolean): void;
  stop(): Promise<void>;
}

/** Starts a proxy on a free local port in front of `target`, a port of this machine. */
export async function startChaosProxy(target: number): Promise<ChaosProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let silence: { over: Promise<void>; end(): void } | null = null;

  const pass = (from: Socket, to: Socket): void => {
    let line = Promise.resolve();
    from.on('data', (chunk) => {
      const wait = delayMs;
      const arrive = wait > 0 ? new Promise<void>((resolve) => setTimeout(resolve, wait)) : null;
      line = line.then(async () => {
        await arrive;
        await silence?.over;
        if (!to.destroyed) to.write(chunk);
      });
    });
    from.on('close', () => {
      line = line.then(() => {
        to.destroy();
      });
    });
    from.on('error', () => from.destroy());
  };
  const server = createServer((near) => {
    const far = createConnection({ port: target, host: '127.0.0.1' });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const hold = (on: boolean): void => {
    if (!on) {
      silence?.end();
      silence = null;
    } else if (!silence) {
      let end: () => void = () => {};
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      silence = { over, end };
    }
  };
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    hold,
    stop: async () => {
      hold(false);
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
