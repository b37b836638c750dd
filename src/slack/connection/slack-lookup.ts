import { LRUCache } from 'lru-cache';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { explainFailure } from './slack-failure.ts';

/** How long an answer of Slack's is believed, from the moment of the question. */
const FRESH_MS = 60_000;
/** Whoever asks hears nothing after this long; the call goes on, and its answer is there for the next who asks. */
const ANSWERED_WITHIN_MS = 12_000;
/** How often what changed while it was asked for is asked again. */
const MOST_QUESTIONS = 3;

/** What Slack knows by a key, asked when it matters. */
export interface SlackLookup<Value> {
  /** The value of `key`, at most a minute old, by one call for all who ask at once. Rejects when it cannot be had. */
  ask(key: string): Promise<Value>;
  /** What was last heard of `key`, however old. */
  lastKnown(key: string): Value | undefined;
  /** Slack says that it has changed: what was heard of `key`, and what is being asked for, is believed no more. */
  forget(key: string): void;
}

/** A lookup that remembers `max` keys; `load` asks Slack. */
export function createSlackLookup<Value extends object | string>(
  clock: Clock,
  max: number,
  load: (key: string) => Promise<Value>,
): SlackLookup<Value> {
  const underWay = new Map<string, { isOld: boolean }>();
  const now = () => clock.now().getTime();
  let leftAloneUntil = 0;
  const cache = new LRUCache<string, Value>({
    max,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now },
    // The last value stays, for hints; whoever decides gets the rejection.
    noDeleteOnFetchRejection: true,
    noDeleteOnStaleGet: true,
    // Pushed out by others while it was asked for, an answer still serves whoever waits for it.
    ignoreFetchAbort: true,
    fetchMethod: async (key, _stale, { options }) => {
      const askedAt = now();
      if (askedAt < leftAloneUntil) throw silent('it limits how often it may be asked');
      try {
        const { value, since } = await loadNewest(underWay, key, load, now);
        options.ttl = Math.max(1, FRESH_MS - (now() - since));
        return value;
      } catch (error) {
        const failure = explainFailure(error);
        if (failure.kind === 'limited') leftAloneUntil = askedAt + failure.waitMs;
        throw error;
      }
    },
  });
  return {
    ask: async (key) => {
      const value = await inTime(cache.fetch(key));
      if (value === undefined) throw silent('nothing came of the question');
      return value;
    },
    lastKnown: (key) => cache.get(key, { allowStale: true }),
    forget: (key) => {
      const question = underWay.get(key);
      if (question) question.isOld = true;
      else cache.delete(key);
    },
  };
}

/** The value, and when it was asked for. What changes in the meantime is asked for again. */
async function loadNewest<Value>(
  underWay: Map<string, { isOld: boolean }>,
  key: string,
  load: (key: string) => Promise<Value>,
  now: () => number,
): Promise<{ value: Value; since: number }> {
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const question = { isOld: false };
    underWay.set(key, question);
    const since = now();
    try {
      const value = await load(key);
      if (!question.isOld) return { value, since };
    } finally {
      underWay.delete(key);
    }
  }
  throw silent('it changes faster than it can be asked for');
}

async function inTime<Value>(asked: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(silent(`no answer in ${ANSWERED_WITHIN_MS} ms`)), ANSWERED_WITHIN_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(why: string): AppError {
  return new AppError(`Slack did not answer: ${why}`, { code: 'slack.silent', retryable: true });
}
