import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, inject } from 'vitest';

export interface TestDatabase {
  client: MongoClient;
  db: Db;
  /** Address including the database name. */
  uri: string;
  name: string;
}

/**
 * A database of its own for the calling test file, on the test run's mongod; dropped after the file. Call it at
 * the top of the file, or of a `describe`: the client connects when first used.
 */
export function useDatabase(): TestDatabase {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const address = new URL(inject('mongoUri'));
  address.pathname = `/${name}`;
  const uri = address.href;
  const client = new MongoClient(uri);
  const db = client.db(name);
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
  });
  return { client, db, uri, name };
}
