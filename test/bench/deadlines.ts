import { AppError } from '../../src/base/errors.ts';
import { unlessAborted } from '../../src/embedded/unless-aborted.ts';
import { startDeadline } from '../../src/services/deadline.ts';
import type { BenchEngine } from './crewline-engine.ts';
import { percentile } from './measure.ts';

/** Lateness of deadlines in milliseconds, from the instant due to the breach on disk. */
export interface DeadlineResult {
  name: string;
  count: number;
  p50: number;
  p99: number;
  /** From the instant due to the last breach on disk. */
  last: number;
}

/** A breach that is not on disk so long after the last deadline never will be. */
const LOST_AFTER_MS = 60_000;

/**
 * `count` deadlines spread over `overMs`; they are armed first, the clock starts when all are. Throws `bench.stalled`
 * when some of their breaches do not come.
 */
export async function measureDeadlines(
  engine: BenchEngine,
  name: string,
  count: number,
  overMs: number,
): Promise<DeadlineResult> {
  const leadMs = 4_000 + count;
  const first = Date.now() + leadMs;
  const armed: Promise<number>[] = [];
  const lanes = Array.from({ length: 50 }, async (_, lane) => {
    for (let index = lane; index < count; index += 50) {
      const dueAt = new Date(first + (overMs * index) / count);
      armed.push((await engine.armDeadline(dueAt)).lateness);
    }
  });
  await Promise.all(lanes);
  const limit = startDeadline(new AbortController().signal, first + overMs + LOST_AFTER_MS - Date.now());
  const lateness = await unlessAborted(Promise.all(armed), limit.signal).catch((cause: unknown) => {
    throw new AppError(`${name}: some breaches have not come.`, { code: 'bench.stalled', cause });
  });
  limit.clear();
  lateness.sort((left, right) => left - right);
  const last = lateness.at(-1) ?? Number.NaN;
  return { name, count, p50: percentile(lateness, 0.5), p99: percentile(lateness, 0.99), last };
}
