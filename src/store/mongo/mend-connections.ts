import { MongoError, MongoNetworkError } from 'mongodb';
import { Connection } from 'mongodb/lib/cmap/connection.js';

const mended = new WeakSet<object>();

/**
 * Makes the driver's connections fail a command whose socket is closed before the command has left, once for the
 * process. Driver 7.9 waits for ever when the server has said goodbye and Node has not told of the close yet, which a
 * busy or stopped process meets at every restart of the server; and an error of the socket itself it hands on as no
 * network error, so that nothing is tried again. Here both are network errors, which the driver knows how to survive.
 */
export function mendConnections(): void {
  const { prototype } = Connection;
  if (mended.has(prototype)) return;
  mended.add(prototype);
  const write = prototype.writeCommand;
  prototype.writeCommand = function writeUnlessClosed(
    this: Connection,
    ...command: unknown[]
  ): Promise<void> {
    return failWhenClosed(this, () => write.apply(this, command));
  };
}

function failWhenClosed(connection: Connection, write: () => Promise<void>): Promise<void> {
  const { socket } = connection;
  return new Promise((resolve, reject) => {
    const fail = (cause?: Error): void => {
      const error = new MongoNetworkError('the connection was closed', cause && { cause });
      connection.onError(error);
      reject(error);
    };
    const onClose = (): void => fail();
    if (socket.destroyed) return fail();
    socket.once('close', onClose);
    write()
      .then(resolve, (error: unknown) => (isOfSocket(error) ? fail(error) : reject(error)))
      .finally(() => socket.off('close', onClose));
  });
}

/** Of the socket, such as ECONNRESET or EPIPE; the driver's own errors are what they should be. */
function isOfSocket(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof MongoError || error.name === 'AbortError') return false;
  return 'code' in error && typeof error.code === 'string';
}
