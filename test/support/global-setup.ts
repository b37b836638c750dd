import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { TestProject } from 'vitest/node';
import { createLog } from '../../src/base/log.ts';
import { startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { obtainMongodBinary } from '../../src/embedded/mongod-binary.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mongoUri: string;
    mongodBinary: string;
  }
}

interface SharedMongod {
  uri: string;
  binary: string;
  stop(): Promise<void>;
}

/** Every project runs this set-up in the one main process; the first starts the mongod, the last stops it. */
interface Sharing {
  users: number;
  mongod?: Promise<SharedMongod>;
}
const holder = globalThis as { crewlineTestMongod?: Sharing };
holder.crewlineTestMongod ??= { users: 0 };
const sharing = holder.crewlineTestMongod;

/** Starts the mongod of this test run and tells the test files its address; the returned function stops it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  sharing.users++;
  sharing.mongod ??= startSharedMongod();
  const mongod = await sharing.mongod;
  project.provide('mongoUri', mongod.uri);
  project.provide('mongodBinary', mongod.binary);
  return async () => {
    sharing.users--;
    if (sharing.users > 0) return;
    delete sharing.mongod;
    await mongod.stop();
  };
}

async function startSharedMongod(): Promise<SharedMongod> {
  const log = createLog({ level: 'warn', format: 'pretty', stream: process.stderr }).for('Tests');
  const binary = await obtainMongodBinary({
    cacheDir: '.crewline/bin',
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'crewline-test-mongod-'));
  const mongod = await startEmbeddedMongod({ binary, dataDir, log });
  await keepExpired(mongod.uri);
  return {
    uri: mongod.uri,
    binary,
    stop: async () => {
      await mongod.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Tests set their own clocks: what is old by the server's would be deleted under them, once a minute. */
async function keepExpired(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  await client.db('admin').command({ setParameter: 1, ttlMonitorEnabled: false });
  await client.close();
}
