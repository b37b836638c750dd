import { createRequire } from 'node:module';
import { MongoError, MongoNetworkError } from 'mongodb';
import type { Connection } from 'mongodb/lib/cmap/connection.js';
import { AppError } from '../../base/errors.ts';

/** The driver whose inside is known here; `package.json` names this version and no other. */
export const MENDED_DRIVER = '7.9.0';

const mended = new WeakSet<object>();

/** The private file of the driver; whatever it holds in a version that is not known here. */
type LoadInside = () => Promise<{ Connection?: { prototype: Partial<Connection> } }>;
const loadInside: LoadInside = () => import('mongodb/lib/cmap/connection.js');

/**
 * Makes the driver's connections fail a command whose socket is closed before the command has left, once for the
 * process. Driver 7.9 waits for ever when the server has said goodbye and Node has not told of the close yet, which a
 * busy or stopped process meets at every restart of the server; and an error of the socket itself it hands on as no
 * network error, so that nothing is tried again. Here both are network errors, which the driver knows how to survive.
 * Throws `store.driver-unknown` when the driver has no such place.
 */
export async function mendConnections(load = loadInside): Promise<void> {
  const { Connection } = await load().catch((cause: unknown) => {
    throw unknownDriver('lib/cmap/connection.js', cause);
  });
  if (!Connection) throw unknownDriver('Connection');
  const { prototype } = Connection;
  if (mended.has(prototype)) return;
  const { writeCommand: write, onError } = prototype;
  if (typeof write !== 'function') throw unknownDriver('Connection.writeCommand');
  if (typeof onError !== 'function') throw unknownDriver('Connection.onError');
  mended.add(prototype);
  prototype.writeCommand = function writeUnlessClosed(
    this: Connection,
    ...command: unknown[]
  ): Promise<void> {
    return failWhenClosed(this, () => write.apply(this, command));
  };
}

function unknownDriver(missing: string, cause?: unknown): AppError {
  const { version } = createRequire(import.meta.url)('mongodb/package.json') as { version: string };
  return new AppError(`mongodb ${version} has no ${missing}`, {
    code: 'store.driver-unknown',
    userMessage:
      `The MongoDB driver that is installed (mongodb ${version}) has no ${missing}, which Crewline has to mend so that ` +
      `a restart of the database does not stop it. Install the version it was made for, mongodb ${MENDED_DRIVER}: run npm ci.`,
    cause,
  });
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
