/** The two ways into a channel, which Slack limits apart. */
export type SendMethod = 'chat.postMessage' | 'chat.update';

/** When what may be sent: as Slack limits a channel and a method, and not where it said to wait. */
export interface Pacing {
  /** Milliseconds until `method` may be called for `channel`; 0 means now, and takes the turn. */
  takeTurn(method: SendMethod, channel: string): number;
  /** The same for the one after `underWay` others of the method, and takes nothing. */
  waitMs(method: SendMethod, channel: string, underWay: number): number;
  /** Slack said so: nothing of the method to this channel for so long. */
  holdBack(method: SendMethod, channel: string, hold: Hold): void;
  /** Where Slack asks for a long wait, in words for an operator; null when it does nowhere. */
  describe(): string | null;
}

/** How long is waited, and how long Slack asked for. */
export interface Hold {
  waitMs: number;
  askedSeconds: number;
}

/** At most one each `intervalMs`, or `burst` at once after a rest. */
interface Limit {
  intervalMs: number;
  burst: number;
}

/**
 * Slack lets a channel have about one post a second, a workspace some hundreds of posts a minute (we count on 300), and
 * gives `chat.update` its third tier: 50 a minute and a little more.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
const IN_CHANNEL: Limit = { intervalMs: 1_000, burst: 1 };
const IN_WORKSPACE: Record<SendMethod, Limit> = {
  'chat.postMessage': { intervalMs: 200, burst: 30 },
  'chat.update': { intervalMs: 1_200, burst: 10 },
};
const UNLIMITED: Limit = { intervalMs: 0, burst: 1 };

/** `postsPerSecond` counts per channel, and the rest in proportion; 0 is no limit. `nowMs` may be any clock that only goes forward. */
export function createPacing(postsPerSecond: number, nowMs: () => number): Pacing {
  const limits = createLimits(postsPerSecond);
  /** When the next would be on time if none ever hurried: how far that lies ahead is how much of the burst is used. */
  const due = new Map<string, number>();
  const held = new Map<string, { untilMs: number; askedSeconds: number }>();
  const waitFor = (key: string, { intervalMs, burst }: Limit, ahead: number): number => {
    const now = nowMs();
    const next = Math.max(due.get(key) ?? now, now);
    return Math.max(0, next + (ahead - burst + 1) * intervalMs - now);
  };
  const heldMs = (key: string): number => {
    const left = (held.get(key)?.untilMs ?? 0) - nowMs();
    return Math.max(0, left);
  };
  const waitMs = (method: SendMethod, channel: string, underWay: number): number => {
    const { inChannel, inWorkspace } = limits[method];
    const key = keyOf(method, channel);
    return Math.max(heldMs(key), waitFor(key, inChannel, 0), waitFor(method, inWorkspace, underWay));
  };
  const take = (key: string, { intervalMs }: Limit): void => {
    if (intervalMs > 0) due.set(key, Math.max(due.get(key) ?? 0, nowMs()) + intervalMs);
    if (due.size > MOST_KEPT) forget(due, (dueMs) => dueMs <= nowMs());
  };
  return {
    waitMs,
    takeTurn: (method, channel) => {
      const milliseconds = waitMs(method, channel, 0);
      if (milliseconds > 0) return milliseconds;
      take(keyOf(method, channel), limits[method].inChannel);
      take(method, limits[method].inWorkspace);
      return 0;
    },
    holdBack: (method, channel, { waitMs: milliseconds, askedSeconds }) => {
      const key = keyOf(method, channel);
      const untilMs = Math.max(held.get(key)?.untilMs ?? 0, nowMs() + milliseconds);
      held.set(key, { untilMs, askedSeconds });
      if (held.size > MOST_KEPT) forget(held, (hold) => hold.untilMs <= nowMs());
      // Others of the method may have used up the same allowance: they go on at the pace, without a burst.
      const { intervalMs, burst } = limits[method].inWorkspace;
      if (intervalMs > 0) due.set(method, Math.max(due.get(method) ?? 0, nowMs() + burst * intervalMs));
    },
    describe: () => {
      const long = [...held].filter(
        ([, hold]) => hold.untilMs > nowMs() && hold.askedSeconds >= LONG_SECONDS,
      );
      if (long.length === 0) return null;
      const holds = long.map(([key, { askedSeconds }]) => `${key} for ${askedSeconds} s`);
      const more = long.length > MOST_TOLD ? `, and ${long.length - MOST_TOLD} more` : '';
      return `Slack asks to be sent nothing by ${holds.slice(0, MOST_TOLD).join(', ')}${more}; it is tried again within two minutes`;
    },
  };
}

const MOST_KEPT = 10_000;
/** Shorter waits are everyday life. */
const LONG_SECONDS = 60;
const MOST_TOLD = 3;

function forget<Value>(kept: Map<string, Value>, isPast: (value: Value) => boolean): void {
  for (const [key, value] of kept) if (isPast(value)) kept.delete(key);
}

function keyOf(method: SendMethod, channel: string): string {
  return `${method} ${channel}`;
}

function createLimits(postsPerSecond: number): Record<SendMethod, { inChannel: Limit; inWorkspace: Limit }> {
  const scaled = ({ intervalMs, burst }: Limit): Limit =>
    postsPerSecond > 0 ? { intervalMs: intervalMs / postsPerSecond, burst } : UNLIMITED;
  return {
    'chat.postMessage': {
      inChannel: scaled(IN_CHANNEL),
      inWorkspace: scaled(IN_WORKSPACE['chat.postMessage']),
    },
    'chat.update': { inChannel: UNLIMITED, inWorkspace: scaled(IN_WORKSPACE['chat.update']) },
  };
}
