import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Document, MongoClient, MongoServerError } from 'mongodb';
import { AppError } from '../base/errors.ts';

export const REPLICA_SET = 'rs0';
const POLL_MILLISECONDS = 40;
const NOT_YET_INITIALIZED = 94;
const INVALID_REPLICA_SET_CONFIG = 93;

/**
 * Makes the mongod on 127.0.0.1:`port` the writable primary of a replica set of one, whatever it was before: new,
 * or set up under another port. Throws `mongod.ended` when it ends first, `mongod.not_ready` when it takes longer, and the
 * signal's reason once that is aborted.
 */
export async function awaitPrimary(options: {
  port: number;
  isRunning(): boolean;
  timeoutMilliseconds: number;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const deadline = Date.now() + options.timeoutMilliseconds;
  let lastError: unknown;
  while (Date.now() < deadline) {
    options.signal?.throwIfAborted();
    if (!options.isRunning()) throw notReady('mongod.ended', 'it ended while starting', lastError);
    try {
      if ((await accepts(options.port)) && (await advanceOnce(options.port))) return;
    } catch (error) {
      lastError = error;
    }
    await delay(POLL_MILLISECONDS);
  }
  throw notReady(
    'mongod.not_ready',
    `no writable primary after ${options.timeoutMilliseconds} ms`,
    lastError,
  );
}

/** Asked before the driver is, which would wait half a second after each refused connection. */
async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A client of its own each time: once its first connection has failed, the driver's client stays closed. */
async function advanceOnce(port: number): Promise<boolean> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2_000,
    connectTimeoutMS: 2_000,
  });
  try {
    return await advance(client, host);
  } finally {
    await client.close();
  }
}

/** One look and at most one command towards the goal; true when it is reached. */
async function advance(client: MongoClient, host: string): Promise<boolean> {
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  if (hello.isWritablePrimary === true) {
    if (hello.me === host) return true;
    await reconfigure(client, host);
    return false;
  }
  try {
    await admin.command({ replSetGetStatus: 1 });
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    if (error.code === NOT_YET_INITIALIZED) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
    } else if (error.code === INVALID_REPLICA_SET_CONFIG) {
      await reconfigure(client, host);
    } else {
      throw error;
    }
  }
  return false;
}

/** Forced, because a member that does not find itself in the configuration can never be elected to change it. */
async function reconfigure(client: MongoClient, host: string): Promise<void> {
  const current = await client.db('local').collection('system.replset').findOne<Document>({});
  if (current === null) throw new Error('the replica set has no configuration yet');
  const configuration = { ...current, version: Number(current.version) + 1, members: [{ _id: 0, host }] };
  await client.db('admin').command({ replSetReconfig: configuration, force: true });
}

function notReady(code: string, reason: string, cause: unknown): AppError {
  return new AppError(`embedded mongod is not ready: ${reason}`, { code, cause });
}
