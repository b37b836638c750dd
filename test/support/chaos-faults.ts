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

type FaultKind = 'pause' | 'cut' | 'delay' | 'silence';
/** How often each kind is drawn: the dice falls below its share, and not below the one before. */
const FAULTS: readonly { below: number; kind: FaultKind }[] = [
  { below: 0.12, kind: 'pause' },
  { below: 0.22, kind: 'cut' },
  { below: 0.32, kind: 'delay' },
  { below: 0.38, kind: 'silence' },
];

/** How many kills it takes for each kind of fault to come once at least. */
export const KILLS_FOR_EACH_FAULT = 5;

/**
 * Does `kills` kills at random moments, and between them whatever else can go wrong, each kind at least once where there
 * are `KILLS_FOR_EACH_FAULT`. Two workers are always left alive.
 */
export async function injectFaults(options: FaultOptions): Promise<FaultCounts> {
  const { pool, proxy, mongod, random, leaseMs, kills, beforeKill } = options;
  const counts: FaultCounts = { kills: 0, pauses: 0, cuts: 0, delays: 0, silences: 0, crashes: 0 };
  const pauses: Promise<unknown>[] = [];
  const mayLoseOne = async (): Promise<void> => {
    while (pool.alive() <= LEAST_ALIVE) await delay(5);
  };
  const owed: FaultKind[] = ['pause', 'cut', 'delay', 'silence'];
  const crashEvery = Math.max(KILLS_FOR_EACH_FAULT, Math.floor(kills / 4));
  while (counts.kills < kills) {
    await mayLoseOne();
    beforeKill(counts.kills);
    await delay(random.between(0, 250));
    if (pool.kill(true)) counts.kills++;
    const kind = chooseFault(random, owed, kills - counts.kills);
    if (kind === 'pause') {
      await mayLoseOne();
      counts.pauses++;
      pauses.push(pool.pause(leaseMs * (1.1 + random.next())));
    } else if (kind === 'cut') {
      proxy.cut();
      counts.cuts++;
    } else if (kind === 'delay') {
      await during(
        random.between(300, 1_200),
        () => proxy.delay(random.between(10, 150)),
        () => proxy.delay(0),
      );
      counts.delays++;
    } else if (kind === 'silence') {
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

/** What goes wrong beside a kill, by chance; what is owed still comes in the last rounds, one kind in each. */
function chooseFault(random: Random, owed: FaultKind[], roundsLeft: number): FaultKind | null {
  const dice = random.next();
  const drawn = FAULTS.find(({ below }) => dice < below)?.kind ?? null;
  const mustPay = owed.length > roundsLeft && !(drawn && owed.includes(drawn));
  const kind = mustPay ? (owed[0] ?? null) : drawn;
  if (kind && owed.includes(kind)) owed.splice(owed.indexOf(kind), 1);
  return kind;
}

async function during(milliseconds: number, begin: () => void, end: () => void): Promise<void> {
  begin();
  await delay(milliseconds);
  end();
}
