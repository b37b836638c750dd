import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanningTurnStore } from '../../store/work/planning-turns.ts';

/** Plannings that never overlap, in whichever processes they were asked for. */
export interface PlanningTurns {
  /** Plans now, and again as long as that was asked for meanwhile; nothing while somebody else does so. */
  run(): Promise<void>;
  /** Ends waits, and plans no further than what has begun. */
  stop(): void;
}

export interface PlanningTurnsDeps {
  turns: PlanningTurnStore;
  owner: string;
  /** Plans once; `isContended` when people changed under it what it was about, so that orders are left to be planned. */
  planCrews(): Promise<{ isContended: boolean }>;
  /** Before contended orders are planned again, at most so long at first, then twice as long, and so on. */
  firstWaitMs?: number;
}

const LEASE_MS = 30_000;
const FIRST_WAIT_MS = 500;
const MOST_WAITS = 5;

/**
 * Takes turns by a lease that is renewed while a planning lasts. What stays contended is planned again soon, after a
 * wait of random length in which others may have their turn; in the end the sweep takes it up.
 */
export function createPlanningTurns(deps: PlanningTurnsDeps): PlanningTurns {
  const { firstWaitMs = FIRST_WAIT_MS } = deps;
  const stopping = new AbortController();
  return {
    run: async () => {
      for (let wait = 0; wait <= MOST_WAITS && !stopping.signal.aborted; wait += 1) {
        const isContended = await takeTurn(deps, stopping.signal);
        if (!isContended || wait === MOST_WAITS) return;
        const longest = firstWaitMs * 2 ** wait;
        await sleep(longest * (0.5 + Math.random() / 2), null, { signal: stopping.signal }).catch(() => {});
      }
    },
    stop: () => stopping.abort(),
  };
}

/** True when something is left that has to be planned again soon. */
async function takeTurn(
  { turns, owner, planCrews }: PlanningTurnsDeps,
  signal: AbortSignal,
): Promise<boolean> {
  let turn = await turns.take(owner, LEASE_MS);
  if (!turn) return false;
  const { token } = turn;
  // A renewal that fails is made up for by the next one; once the lease is lost, the fences keep both sides right.
  const renewal = setInterval(() => void turns.extend(token, LEASE_MS).catch(() => {}), LEASE_MS / 3);
  try {
    while (turn) {
      const { isContended } = await planCrews();
      if (isContended || signal.aborted) return isContended;
      turn = await turns.finish(turn);
    }
    return false;
  } finally {
    clearInterval(renewal);
    if (turn) await turns.release(token);
  }
}
