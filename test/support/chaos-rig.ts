import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CollectionOptions, type Db, MongoClient } from 'mongodb';
import { createDepotStockStore } from '../../src/store/stock/depot-stock.ts';
import { ensureIndexes } from '../../src/store/stores.ts';
import { bundleWorker } from './chaos-bundle.ts';
import { chaosAgency } from './chaos-definitions.ts';
import { type ChaosMongod, startChaosMongod } from './chaos-mongod.ts';
import { createWorkerPool, type WorkerPool } from './chaos-processes.ts';
import { type ChaosProxy, startChaosProxy } from './chaos-proxy.ts';
import type { Random } from './chaos-random.ts';
import { type ChaosService, type Effective, startChaosService } from './chaos-service.ts';

/** A mongod, a proxy in front of it, the service outside, and workers yet to be added. */
export interface ChaosRig {
  mongod: ChaosMongod;
  proxy: ChaosProxy;
  service: ChaosService;
  pool: WorkerPool;
  /** The driver's own line to the database, past the proxy. */
  db: Db;
  logFile: string;
  leaseMs: number;
  stop(): Promise<void>;
}

const DATABASE = 'chaos';

/** Starts everything but the workers, with an empty database. */
export async function startChaosRig(options: {
  mongodBinary: string;
  random: Random;
  leaseMs: number;
  /** The service never takes its time. */
  answersAtOnce?: boolean;
}): Promise<ChaosRig> {
  const { random, leaseMs } = options;
  const folder = await mkdtemp(join(tmpdir(), 'crewline-chaos-'));
  // First of all: code that does not compile must not leave processes behind.
  const program = await bundleWorker(folder);
  const mongod = await startChaosMongod(options.mongodBinary);
  const proxy = await startChaosProxy(mongod.port);
  const logFile = join(folder, 'service.log');
  const client = new MongoClient(mongod.uri, { writeConcern: { w: 'majority', journal: true } });
  const db = client.db(DATABASE);
  await ensureIndexes(db);
  await createDepotStockStore(db).ensureDepotStock(chaosAgency());
  // A service that is to answer at once must not wait for its own journal; nobody kills the database then.
  const writeConcern = options.answersAtOnce ? { w: 1, journal: false } : { w: 'majority', journal: true };
  const effective = db.collection<Effective>('effective', { writeConcern } as CollectionOptions);
  const service = await startChaosService({
    ...{ effective, logFile, random },
    slowestMs: options.answersAtOnce ? 0 : leaseMs * 1.3,
  });
  const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  const pool = createWorkerPool(
    program,
    { uri, database: DATABASE, serviceUrl: service.url, logFile, leaseMs },
    random,
  );
  return {
    ...{ mongod, proxy, service, pool, db, logFile, leaseMs },
    stop: async () => {
      await pool.stop();
      await service.stop();
      await proxy.stop();
      await client.close();
      await mongod.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is not at rest yet, in words; empty once nothing is left to be done. */
async function listUnrest(db: Db, total: number): Promise<string[]> {
  const runs = db.collection('runs');
  const counts: Record<string, number> = {
    'runs not ended': total - (await runs.countDocuments({ endedAt: { $ne: null } })),
    'runs with pending messages': await runs.countDocuments({ relayAt: { $ne: null } }),
    'runs to be looked at': await runs.countDocuments({ wakeAt: { $ne: null } }),
    'work orders to be cancelled': await countToCancel(db),
  };
  const open = await db
    .collection<{ _id: string; state: string }>('work_orders')
    .find({ state: { $in: ['waiting', 'started', 'blocked'] } })
    .toArray();
  return [
    ...open.map(({ _id, state }) => `work order ${_id} is ${state}`),
    ...Object.entries(counts)
      .filter(([, count]) => count !== 0)
      .map(([what, count]) => `${count} ${what}`),
  ];
}

async function countToCancel(db: Db): Promise<number> {
  const announced = await db
    .collection<{ _id: string }>('work_orders')
    .find({ state: 'announced' })
    .toArray();
  const ids = announced.map((order) => order._id);
  const over = { _id: { $in: ids }, status: { $in: ['failed', 'cancelled', 'rejected'] } };
  return db.collection<{ _id: string }>('runs').countDocuments(over);
}

/** Does `turn` again and again until nothing is left to be done; returns what is still open when the time is up. */
export async function untilQuiet(
  db: Db,
  total: number,
  withinMs: number,
  turn: () => Promise<void>,
): Promise<string[]> {
  const deadline = Date.now() + withinMs;
  let unrest = ['nothing was looked at'];
  while (Date.now() < deadline) {
    await turn();
    unrest = await listUnrest(db, total).catch((error: unknown) => [String(error)]);
    if (unrest.length === 0) return [];
    await delay(50);
  }
  return unrest;
}
