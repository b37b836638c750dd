import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { type EmbeddedMongod, startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { identifyProcess, isRunning } from '../../src/embedded/process-identity.ts';
import { createMemoryLog } from './memory-log.ts';

/** A mongod that can be killed and comes back on the same port with the same data. */
export interface ChaosMongod {
  port: number;
  uri: string;
  /** SIGKILL, then a new process on the same data; resolves when it takes writes again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A process that is killed in the middle of a transaction leaves it open, with its locks, until the server's limit: 60 s
 * unless told otherwise, and up to half as much again until the server looks.
 */
const TRANSACTION_LIMIT_S = 2;

/** Starts a mongod with a data folder of its own, which `stop` removes. */
export async function startChaosMongod(binary: string): Promise<ChaosMongod> {
  const dataDir = await mkdtemp(join(tmpdir(), 'crewline-chaos-mongod-'));
  const log = createMemoryLog();
  let mongod: EmbeddedMongod = await startEmbeddedMongod({ binary, dataDir, log });
  await limitTransactions(mongod.uri);
  const port = Number(new URL(mongod.uri).port);
  return {
    port,
    uri: mongod.uri,
    crash: async () => {
      const record = await readFile(join(dataDir, 'crewline-mongod.json'), 'utf8');
      const identity = identifyProcess((JSON.parse(record) as { pid: number }).pid);
      if (!identity) throw new Error('there is no mongod to kill');
      process.kill(identity.pid, 'SIGKILL');
      while (isRunning(identity)) await delay(10);
      mongod = await startEmbeddedMongod({ binary, dataDir, port, log });
      await limitTransactions(mongod.uri);
    },
    stop: async () => {
      await mongod.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function limitTransactions(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client
      .db('admin')
      .command({ setParameter: 1, transactionLifetimeLimitSeconds: TRANSACTION_LIMIT_S });
  } finally {
    await client.close();
  }
}
