import { isOutOfReach, type SlackFailure } from '../../connection/slack-failure.ts';

/**
 *   well --a refused token, no connection, or three failures in a row--> out --any success--> well
 *
 * While Slack is out, one message at a time finds out whether it is back; the others keep their places.
 */
export interface Outage {
  /** Milliseconds until the next message may find out; null while Slack is well. */
  waitMs(): number | null;
  failed(failure: SlackFailure): void;
  succeeded(): void;
  /** What is wrong, in words for an operator; null while Slack is well. */
  describe(): string | null;
}

/** Recovery is noticed so soon. */
const EVERY_MS = 2_000;
const FAILURES_IN_A_ROW = 3;

/** `onEnd` is called when Slack takes something again. */
export function createOutage(nowMs: () => number, onEnd: () => void): Outage {
  let failures = 0;
  let reason = '';
  let since: number | null = null;
  let lastFailure = 0;
  const succeed = (): void => {
    failures = 0;
    if (since === null) return;
    since = null;
    onEnd();
  };
  return {
    waitMs: () => (since === null ? null : Math.max(0, lastFailure + EVERY_MS - nowMs())),
    failed: (failure) => {
      // It was told to wait: that says nothing.
      if (failure.kind === 'limited') return;
      // It said what is wrong with this one message: it is well.
      if (failure.kind !== 'uncertain') return succeed();
      failures += isOutOfReach(failure) ? FAILURES_IN_A_ROW : 1;
      reason = failure.reason;
      lastFailure = nowMs();
      if (failures >= FAILURES_IN_A_ROW) since ??= lastFailure;
    },
    succeeded: succeed,
    describe: () => {
      if (since === null) return null;
      const seconds = Math.round((nowMs() - since) / 1_000);
      return `Slack has taken no message for ${seconds} s (${reason})`;
    },
  };
}
