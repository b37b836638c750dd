import { readFileSync } from 'node:fs';
import type { Db } from 'mongodb';
import { AppError } from '../../src/base/errors.ts';

/** What one load run came to. Times in milliseconds. */
export interface LoadResult {
  name: string;
  inFlight: number;
  workflows: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU milliseconds per workflow of this process (engine and driver). */
  workerCpu: number;
  /** CPU milliseconds per workflow of the database server. */
  serverCpu: number;
  /** Write commands' items and journal flushes per workflow. */
  writes: number;
  flushes: number;
}

/** The server under an engine: its process, and a handle to ask it when it is a MongoDB. */
export interface Server {
  pid: number;
  db: Db | null;
}

const TICK_MS = 10;

/** A workflow takes milliseconds: when none has ended for so long, none will. */
const STALLED_AFTER_MS = 60_000;

/**
 * Runs `count` workflows, `inFlight` at a time, after a warm-up, and measures them. Throws `bench.stalled` when none of
 * them ends for `stalledAfterMs`.
 */
export async function measureLoad(
  server: Server,
  name: string,
  inFlight: number,
  count: number,
  one: () => Promise<void>,
  stalledAfterMs: number = STALLED_AFTER_MS,
): Promise<LoadResult> {
  const drive = (workflows: number) => driveLanes(workflows, inFlight, one, { name, stalledAfterMs });
  await drive(Math.max(inFlight * 2, count / 5));
  const before = await snapshot(server);
  const started = performance.now();
  const times = await drive(count);
  const elapsed = performance.now() - started;
  const after = await snapshot(server);
  times.sort((left, right) => left - right);
  return {
    name,
    inFlight,
    workflows: count,
    perSecond: (count / elapsed) * 1_000,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    workerCpu: (after.workerCpu - before.workerCpu) / count,
    serverCpu: (after.serverCpu - before.serverCpu) / count,
    writes: (after.writes - before.writes) / count,
    flushes: (after.flushes - before.flushes) / count,
  };
}

/** The value below which that share of the sorted numbers lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** CPU milliseconds a process has used, user and system; Linux only. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function driveLanes(
  count: number,
  inFlight: number,
  one: () => Promise<void>,
  { name, stalledAfterMs }: { name: string; stalledAfterMs: number },
): Promise<number[]> {
  const times: number[] = [];
  let left = count;
  let lastEnd = performance.now();
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const started = performance.now();
      await one();
      lastEnd = performance.now();
      times.push(lastEnd - started);
    }
  };
  let watch: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    watch = setInterval(() => {
      if (performance.now() - lastEnd < stalledAfterMs) return;
      const message = `${name}: no workflow has ended for ${stalledAfterMs / 1_000} s, with ${inFlight} in flight`;
      reject(new AppError(message, { code: 'bench.stalled' }));
    }, stalledAfterMs / 10);
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: inFlight }, lane)), stalled]);
    return times;
  } finally {
    clearInterval(watch);
    // Lanes that are given up begin nothing more.
    left = 0;
  }
}

async function snapshot({ pid, db }: Server) {
  const status = await db?.admin().serverStatus();
  const { user, system } = process.cpuUsage();
  const { insert = 0, update = 0, delete: removed = 0 } = status?.opcounters ?? {};
  return {
    workerCpu: (user + system) / 1_000,
    serverCpu: cpuOf(pid),
    writes: status ? insert + update + removed : Number.NaN,
    flushes: Number(status?.wiredTiger?.log?.['log sync operations'] ?? Number.NaN),
  };
}
