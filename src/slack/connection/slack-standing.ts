import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { MINUTE_MS } from '../../core/values/duration.ts';
import { NEEDED_SCOPES } from './bot-scopes.ts';
import type { SlackClient } from './slack-client.ts';
import { explainFailure, isTokenRefused, type SlackFailure } from './slack-failure.ts';

/** How the bot stands with Slack, as the answers to its calls tell. */
export interface SlackStanding {
  /** What keeps the bot from its work, and since when, in words for an operator; null when nothing does. */
  problem(): string | null;
  /** The same client; what it is told is noted. */
  watch(client: SlackClient): SlackClient;
  /** Slack could not be asked whether the token is good. */
  noteAway(reason: string): void;
}

export interface StandingDeps {
  clock: Clock;
  /** A call had no answer that counts: Slack may be away. */
  onDoubt(): void;
  /** What was refused, or away, works again. */
  onHealed(): void;
}

/** Scopes come with each answer of Slack's; where they do not, a scope that was missing is asked for again after this. */
const SCOPE_FORGOTTEN_MS = 10 * MINUTE_MS;
/** A plan whose picture cannot be uploaded comes in words. */
const DISPENSABLE = /^files\./;

const Scoped = z.looseObject({
  response_metadata: z.looseObject({ scopes: z.array(z.string()).nonempty() }),
});
const Lacking = z.looseObject({ data: z.looseObject({ needed: z.string() }) });

interface Trouble {
  reason: string;
  since: Date;
}

/** A standing of which nothing is known yet: no trouble. */
export function createSlackStanding({ clock, onDoubt, onHealed }: StandingDeps): SlackStanding {
  let refused: Trouble | null = null;
  let away: Trouble | null = null;
  const lacking = new Map<string, Trouble & { seenAt: Date }>();

  const noteAnswer = (method: string, answer: object): void => {
    const isHealed = refused !== null || away !== null;
    refused = null;
    away = null;
    const scoped = Scoped.safeParse(answer);
    if (scoped.success) noteScopes(scoped.data.response_metadata.scopes);
    else lacking.delete(method);
    if (isHealed) onHealed();
  };
  const noteScopes = (scopes: readonly string[]): void => {
    const missing = NEEDED_SCOPES.filter((scope) => !scopes.includes(scope));
    for (const [key, { reason }] of lacking) if (scopes.includes(reason)) lacking.delete(key);
    for (const scope of missing) noteLack(scope, scope);
  };
  const noteLack = (key: string, reason: string): void => {
    const now = clock.now();
    lacking.set(key, { reason, since: lacking.get(key)?.since ?? now, seenAt: now });
  };
  const noteFailure = (method: string, failure: SlackFailure, error: unknown): void => {
    if (isTokenRefused(failure)) {
      refused = { reason: failure.reason, since: refused?.since ?? clock.now() };
      onDoubt();
    } else if (failure.reason === 'missing_scope') {
      const needed = Lacking.safeParse(error);
      if (!DISPENSABLE.test(method)) noteLack(method, needed.success ? needed.data.data.needed : method);
    } else if (failure.kind === 'uncertain') {
      onDoubt();
    }
  };
  return {
    problem: () => {
      if (refused)
        return `the bot’s token is refused (${tell(refused)}): put a valid one into SLACK_BOT_TOKEN`;
      if (away) return `Slack cannot be reached (${tell(away)}): it is tried again and again`;
      const now = clock.now().getTime();
      const current = [...lacking.values()].filter(
        ({ seenAt }) => now - seenAt.getTime() <= SCOPE_FORGOTTEN_MS,
      );
      if (current.length === 0) return null;
      const names = [...new Set(current.map(({ reason }) => reason))].sort().join(', ');
      return `the bot lacks a scope (missing_scope: ${names}): import manifest.yml and install the app again`;
    },
    watch: (client) => ({
      apiCall: async (method, options) => {
        try {
          const answer = await client.apiCall(method, options);
          noteAnswer(method, answer);
          return answer;
        } catch (error) {
          noteFailure(method, explainFailure(error), error);
          throw error;
        }
      },
    }),
    noteAway: (reason) => {
      away = { reason, since: away?.since ?? clock.now() };
    },
  };
}

function tell({ reason, since }: Trouble): string {
  return `${reason}, since ${since.toISOString()}`;
}
