import type { Lane } from '../../core/outbox/lane.ts';
import type { ClaimedEntry, DeliverableOutbox, LaneOrder } from '../../core/outbox/outbox-entry.ts';
import type { LaneTurns } from './pacing/lane-turns.ts';

interface LoopDeps {
  outbox: Pick<DeliverableOutbox, 'rouse' | 'rouseAll' | 'listLanes' | 'findNextDue'>;
  turns: LaneTurns;
  now(): Date;
  claim(lane: Lane, order: LaneOrder): Promise<ClaimedEntry | null>;
  deliver(entry: ClaimedEntry): Promise<void>;
  onError(error: unknown): void;
}

export interface DeliveryLoop {
  /** Something may be due: look now. */
  wake(): void;
  start(): void;
  /** Takes nothing more, and resolves when the posts under way are settled. */
  stop(): Promise<void>;
}

const PARALLEL = 16;
/** What other processes left behind is found by looking, this often. */
const SWEEP_MS = 3_000;
/** After an error of the database. */
const SHORT_WAIT_MS = 250;
const SHORTEST_WAIT_MS = 5;
/** While it takes one message after the other, it looks this often at what stands in the outbox. */
const LOOK_UP_MS = 50;

/** Takes what has its turn while there is a free hand, then sleeps until the next has, or somebody wakes it. */
export function createDeliveryLoop(deps: LoopDeps): DeliveryLoop {
  const { outbox, turns, now } = deps;
  let isRunning = false;
  let pumping: Promise<void> = Promise.resolve();
  const sleeper = createSleeper(() => isRunning);
  const hands = createHands(deps, sleeper.wake);

  const claimAll = async (): Promise<void> => {
    const since = performance.now();
    while (isRunning) {
      await hands.free();
      if (!isRunning || (sleeper.isWoken() && performance.now() - since > LOOK_UP_MS)) return;
      if (!(await hands.takeNext())) return;
    }
  };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let nextDue: Date | null = null;
  const look = async (): Promise<void> => {
    lookedAt = performance.now();
    nextDue = await outbox.findNextDue();
    if (nextDue !== null && nextDue <= now()) {
      await outbox.rouse(now());
      nextDue = await outbox.findNextDue();
    }
    turns.see(await outbox.listLanes());
  };
  const takeTurns = async (): Promise<number> => {
    // Each message that is done wakes us: many of them together are worth one look.
    const sinceLook = performance.now() - lookedAt;
    const isFresh = sinceLook < LOOK_UP_MS;
    if (!isFresh) await look();
    await claimAll();
    const waits = [turns.waitMs(), nextDue && nextDue.getTime() - now().getTime()];
    const known = waits.filter((milliseconds) => milliseconds !== null);
    if (isFresh) known.push(LOOK_UP_MS - sinceLook);
    return Math.max(SHORTEST_WAIT_MS, Math.min(SWEEP_MS, ...known));
  };
  const pump = async (): Promise<void> => {
    let isNew = true;
    while (isRunning) {
      sleeper.reset();
      try {
        // Waits of the time before the start, such as those of another Slack, count for nothing.
        if (isNew) await outbox.rouseAll(now());
        isNew = false;
        await sleeper.sleep(await takeTurns());
      } catch (error) {
        deps.onError(error);
        await sleeper.sleep(SHORT_WAIT_MS);
      }
    }
  };
  return {
    wake: sleeper.wake,
    start: () => {
      if (isRunning) return;
      isRunning = true;
      pumping = pump();
    },
    stop: async () => {
      isRunning = false;
      sleeper.wake();
      await pumping;
      await hands.rest();
    },
  };
}

/** What is being delivered, so many at a time. `onFree` is called whenever one is done. */
function createHands({ turns, claim, deliver }: LoopDeps, onFree: () => void) {
  const active = new Set<Promise<void>>();
  const work = (entry: ClaimedEntry, lane: Lane): void => {
    const task = deliver(entry).finally(() => {
      turns.over(lane);
      active.delete(task);
      // The lane is free again, and the message may have made something due.
      onFree();
    });
    active.add(task);
  };
  return {
    /** Resolves when there is a free hand. */
    free: async (): Promise<void> => {
      if (active.size >= PARALLEL) await Promise.race(active);
    },
    /** Begins with what has its turn; false when nothing has. */
    takeNext: async (): Promise<boolean> => {
      const turn = turns.next();
      if (!turn) return false;
      const entry = await claim(turn.lane, turn.order).catch((error: unknown) => {
        turns.over(turn.lane);
        throw error;
      });
      if (entry) {
        work(entry, turn.lane);
      } else {
        turns.over(turn.lane);
        turns.emptied(turn.lane);
      }
      return true;
    },
    rest: async (): Promise<void> => {
      await Promise.all(active);
    },
  };
}

/** A sleep that ends when its time is over, or when somebody has called since it was reset. */
function createSleeper(mayGoOn: () => boolean) {
  let isWoken = false;
  let rouse = (): void => {};
  return {
    wake: (): void => {
      isWoken = true;
      rouse();
    },
    isWoken: () => isWoken,
    reset: (): void => {
      isWoken = false;
    },
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        rouse = () => {
          clearTimeout(timer);
          resolve();
        };
        if (isWoken || !mayGoOn()) rouse();
      }),
  };
}
