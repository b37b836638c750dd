import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/mongo/database.ts';
import { useDatabase } from '../support/mongo.ts';

const { uri, name } = useDatabase();

/** Connections as the driver has them, and as this side of the server has them. */
let ours: Socket[] = [];
let theirs: Socket[] = [];
let database: Database;
let stopServer = (): void => {};

const onSocket = (message: unknown): void => {
  ours.push((message as { socket: Socket }).socket);
};

beforeEach(async () => {
  ours = [];
  theirs = [];
  const target = new URL(uri);
  const server = createServer((near) => {
    const far = createConnection({ host: target.hostname, port: Number(target.port) });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    theirs.push(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stopServer = () => {
    server.close();
    for (const socket of theirs) socket.destroy();
  };
  const { port } = server.address() as AddressInfo;
  subscribe('net.client.socket', onSocket);
  database = await openDatabase(`mongodb://127.0.0.1:${port}/?directConnection=true&maxPoolSize=1`, name);
  await things().deleteMany({});
  await things().insertOne({ of: 'the test' });
});

afterEach(async () => {
  unsubscribe('net.client.socket', onSocket);
  await database.close();
  stopServer();
});

function things() {
  return database.db.collection('things');
}

/** Does `work` in the moment in which the server has said goodbye. */
async function atGoodbye(work: () => Promise<unknown>): Promise<unknown> {
  const { near, connection } = await findConnection();
  return new Promise((resolve, reject) => {
    connection.once('end', () => work().then(resolve, reject));
    near.end();
  });
}

/** Does `work` at the moment when the server has closed the connection and Node has not told of it yet. */
async function inTheGap(work: () => Promise<unknown>): Promise<unknown> {
  const { near, connection } = await findConnection();
  return new Promise((resolve, reject) => {
    let isTold = false;
    connection.once('close', () => {
      isTold = true;
    });
    const tryNow = (): void => {
      // Closes are told of right after what was put off by `setImmediate`.
      if (!connection.destroyed) setImmediate(tryNow);
      else if (isTold) reject(new Error('Node has told of it already'));
      else work().then(resolve, reject);
    };
    tryNow();
    near.end();
  });
}

/** Both ends of the pool's connection: of all that there are, the one a query goes through. */
async function findConnection(): Promise<{ near: Socket; connection: Socket }> {
  const before = new Map(theirs.map((near) => [near, near.bytesRead]));
  await things().findOne({});
  const near = theirs.find((one) => one.bytesRead > (before.get(one) ?? 0));
  const connection = ours.find(({ localPort }) => localPort === near?.remotePort);
  if (!near || !connection) throw new Error('no connection was used');
  return { near, connection };
}

describe.each([
  ['is about to close', atGoodbye],
  ['has closed', inTheGap],
])('a connection that the server %s', (_when, doThen) => {
  it('does not keep a query waiting for ever: it is asked again on another one', async () => {
    const found = await doThen(() => things().findOne({}));
    expect(found).toMatchObject({ of: 'the test' });
  });

  it('does not keep a transaction waiting for ever: it is done again as a whole', async () => {
    await doThen(() =>
      database.client.withSession((session) =>
        session.withTransaction(() => things().updateOne({}, { $inc: { times: 1 } }, { session })),
      ),
    );
    expect(await things().findOne({})).toMatchObject({ times: 1 });
  });
});
