import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { AppError, STORE_UNREACHABLE } from '../../base/errors.ts';
import { mendConnections } from './mend-connections.ts';

/** An open connection to the database of one Crewline installation. */
export interface Database {
  client: MongoClient;
  db: Db;
  close(): Promise<void>;
  /** Closes it when it does not answer, so that whoever still works with it fails at once and not after a timeout. */
  closeIfLost(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 1_000;

/**
 * Connects with majority writes. Needs a replica set (transactions and change streams); a plain server or a wrong
 * address, also one that cannot be read, is refused with the remedy, and so is a driver of an unknown make.
 */
export async function openDatabase(uri: string, name: string): Promise<Database> {
  await mendConnections();
  const client = createClient(uri);
  try {
    await client.connect();
    const hello = await client.db('admin').command({ hello: 1 });
    if (!hello.setName && hello.msg !== 'isdbgrid') throw standalone();
    const db = client.db(name);
    const close = () => client.close();
    return {
      client,
      db,
      close,
      closeIfLost: async () => {
        if (!(await answers(db))) await close();
      },
    };
  } catch (error) {
    await client.close();
    if (error instanceof AppError) throw error;
    throw new AppError('cannot reach MongoDB', {
      code: STORE_UNREACHABLE,
      retryable: true,
      userMessage:
        'MongoDB cannot be reached: check MONGODB_URI, and that the server runs and lets this machine in.',
      cause: error,
    });
  }
}

/** Throws `store.badAddress` where the driver cannot read the address; it holds a password, so nothing of it is told. */
function createClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, {
      writeConcern: { w: 'majority' },
      // By this name the server lists our connections: to other processes it is a sign of life.
      appName: `crewline-${randomUUID()}`,
      serverSelectionTimeoutMS: 10_000,
      ignoreUndefined: true,
    });
  } catch {
    throw new AppError('MONGODB_URI cannot be read', {
      code: 'store.badAddress',
      userMessage:
        'MONGODB_URI is no address of a MongoDB: it looks like mongodb://user:password@host:27017/crewline?replicaSet=rs0, or mongodb+srv://…; write : / ? # [ ] @ % in the user and the password as %3A, %2F and so on.',
    });
  }
}

async function answers(db: Db): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWERS_WITHIN_MS);
  });
  const ping = db.command({ ping: 1 }).then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([ping, late]);
  clearTimeout(timer);
  return answered;
}

function standalone(): AppError {
  return new AppError('MongoDB is not a replica set', {
    code: 'store.standalone',
    userMessage:
      'MONGODB_URI names a stand-alone server. Crewline needs a replica set (one member is enough): start mongod with --replSet rs0 and run rs.initiate() once.',
  });
}
