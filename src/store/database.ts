import { type Db, MongoClient } from 'mongodb';
import { AppError } from '../errors.ts';

/** An open connection to the database of one Crewline installation. */
export interface Database {
  client: MongoClient;
  db: Db;
  close(): Promise<void>;
}

/**
 * Connects with majority writes. Needs a replica set (transactions and change streams); a plain server or a wrong
 * address is refused with the remedy.
 */
export async function openDatabase(uri: string, name: string): Promise<Database> {
  const client = new MongoClient(uri, {
    writeConcern: { w: 'majority' },
    serverSelectionTimeoutMS: 10_000,
    ignoreUndefined: true,
  });
  try {
    await client.connect();
    const hello = await client.db('admin').command({ hello: 1 });
    if (!hello.setName && hello.msg !== 'isdbgrid') throw standalone();
    return { client, db: client.db(name), close: () => client.close() };
  } catch (error) {
    await client.close();
    if (error instanceof AppError) throw error;
    throw new AppError('cannot reach MongoDB', {
      code: 'store.unreachable',
      retryable: true,
      userMessage:
        'MongoDB cannot be reached: check MONGODB_URI, and that the server runs and lets this machine in.',
      cause: error,
    });
  }
}

function standalone(): AppError {
  return new AppError('MongoDB is not a replica set', {
    code: 'store.standalone',
    userMessage:
      'MONGODB_URI names a stand-alone server. Crewline needs a replica set (one member is enough): start mongod with --replSet rs0 and run rs.initiate() once.',
  });
}
