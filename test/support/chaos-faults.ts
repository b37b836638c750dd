import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosMongod } from './chaos-mongod.ts';
import type { WorkerPool } from './chaos-processes.ts';
import type { ChaosProxy } from './chaos-proxy.ts';
import type { Random } from './chaos-random.ts';

export interface FaultCounts {
  kills: number;
  pauses: number;
  cuts: number;
  delays: number;
  silences: number;
  crashes: number;
}

export interface FaultOptions {
  pool: WorkerPool;
  proxy: ChaosProxy;
  mongod: ChaosMongod;
  random: Random;
  leaseMs: number;
  kills: number;
  /** Told when all workers are there, shortly before the next kill. */
  beforeKill(done: number): void;
}

const LEAST_ALIVE = 2;

/** Does `kills` kills at random moments, and between them whatever else can go wrong. Two workers are always left alive. */
export async function injectFaults(options: FaultOptions): Promise<FaultCounts> {
  const { pool, proxy, mongod, random, leaseMs, kills, beforeKill } = options;
  const counts: FaultCounts = { kills: 0, pauses: 0, cuts: 0, delays: 0, silences: 0, crashes: 0 };
  const pauses: Promise<unknown>[] = [];
  const mayLoseOne = async (): Promise<void> => {
    while (pool.alive() <= LEAST_ALIVE) await delay(5);
  };
  const crashEvery = Math.max(5, Math.floor(kills / 4));
  while (counts.kills < kills) {
    await mayLoseOne();
    beforeKill(counts.kills);
    await delay(random.between(0, 250));
    if (pool.kill(true)) counts.kills++;
    const dice = random.next();
    if (dice < 0.12) {
      await mayLoseOne();
      counts.pauses++;
      pauses.push(pool.pause(leaseMs * (1.1 + random.next())));
    } else if (dice < 0.22) {
      proxy.cut();
      counts.cuts++;
    } else if (dice < 0.32) {
      await during(
        random.between(300, 1_200),
        () => proxy.delay(random.between(10, 150)),
        () => proxy.delay(0),
      );
      counts.delays++;
    } else if (dice < 0.38) {
      await during(
        random.between(200, 1_000),
        () => proxy.hold(true),
        () => proxy.hold(false),
      );
      counts.silences++;
    }
    if (counts.kills % crashEvery === 0 && counts.crashes < counts.kills / crashEvery) {
      await mongod.crash();
      counts.crashes++;
    }
  }
  await Promise.all(pauses);
  return counts;
}

async function during(milliseconds: number, begin: () => void, end: () => void): Promise<void> {
  begin();
  await delay(milliseconds);
  end();
}
