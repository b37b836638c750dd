/** When which message may be sent: at most so many a second into one channel, and nothing where Slack said to wait. */
export interface Pacing {
  /**
   * Milliseconds until `id` may go to `channel`; 0 means now, and takes the turn. A turn that lies ahead is kept, so
   * asking again when it has come succeeds. `urgent` goes before everything that still waits.
   */
  takeTurn(id: string, channel: string, urgent: boolean): number;
  /** Milliseconds for which `key` (a method, or a method and channel) is still held back. */
  heldBackMs(key: string): number;
  holdBack(key: string, milliseconds: number): void;
}

interface Lane {
  lastMs: number;
  nextFreeMs: number;
}

/** `postsPerSecond` counts per channel; 0 is no limit. `nowMs` may be any clock that only goes forward. */
export function createPacing(postsPerSecond: number, nowMs: () => number): Pacing {
  const intervalMs = postsPerSecond > 0 ? 1_000 / postsPerSecond : 0;
  const lanes = new Map<string, Lane>();
  const turns = new Map<string, number>();
  const held = new Map<string, number>();
  const heldBackMs = (key: string): number => {
    const until = held.get(key);
    if (until === undefined) return 0;
    const waitMs = until - nowMs();
    if (waitMs <= 0) held.delete(key);
    return Math.max(0, waitMs);
  };
  return {
    heldBackMs,
    holdBack: (key, milliseconds) => {
      held.set(key, Math.max(held.get(key) ?? 0, nowMs() + milliseconds));
    },
    takeTurn: (id, channel, urgent) => {
      if (intervalMs === 0) return 0;
      const now = nowMs();
      const key = `${id} ${channel}`;
      const lane = lanes.get(channel) ?? { lastMs: Number.NEGATIVE_INFINITY, nextFreeMs: now };
      lanes.set(channel, lane);
      let turn = turns.get(key);
      if (turn === undefined) {
        turn = Math.max(now, urgent ? lane.lastMs + intervalMs : lane.nextFreeMs);
        lane.nextFreeMs = Math.max(lane.nextFreeMs, turn) + intervalMs;
      }
      if (turn > now) {
        turns.set(key, turn);
        return turn - now;
      }
      turns.delete(key);
      lane.lastMs = now;
      return 0;
    },
  };
}
