import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SlackClient } from './slack-client.ts';
import { explainFailure, isTokenRefused } from './slack-failure.ts';
import type { SlackStanding } from './slack-standing.ts';

/** Who the bot is, as Slack says. */
export interface SlackIdentity {
  teamId: string | undefined;
  botId: string | undefined;
  botUserId: string | undefined;
}

/** Asks Slack now and then whether the bot's token is good, from the start on. */
export interface SlackSession {
  /**
   * Resolves once Slack has answered, or could not be asked: then it is asked again and again. Throws `slack.auth` when
   * the first answer is that the token is wrong.
   */
  start(): Promise<void>;
  stop(): void;
  /** Asks soon: there is reason to doubt. */
  doubt(): void;
  /** Who the bot is; null until Slack has said so. */
  identity(): SlackIdentity | null;
}

export interface SessionDeps {
  /** A client that tells `standing` what it hears. */
  client: SlackClient;
  standing: Pick<SlackStanding, 'noteAway'>;
  apiUrl: string;
  log: Log;
  /** Between two questions while all is well. */
  everyMs?: number;
  /** The first wait after a failure; the next ones double. */
  firstWaitMs?: number;
}

const EVERY_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Slack may ask for a longer wait, but not for any. */
const LONGEST_ASKED_MS = 5 * 60_000;
/** A call that failed is no proof; because of one, Slack is asked after so many first waits at the earliest. */
const DOUBTING_WAITS = 5;

const Answer = z.looseObject({
  team_id: z.string().optional(),
  bot_id: z.string().optional(),
  user_id: z.string().optional(),
});

/** The session of the bot whose token `client` carries. */
export function createSlackSession(deps: SessionDeps): SlackSession {
  const { client, standing, log, everyMs = EVERY_MS, firstWaitMs = FIRST_WAIT_MS } = deps;
  const stopping = new AbortController();
  let identity: SlackIdentity | null = null;
  let failures = 0;
  let askedToWaitMs = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  /** Null when the token is good, else what came instead. */
  const ask = async (): Promise<unknown> => {
    askedAt = performance.now();
    try {
      const answer = Answer.safeParse(await client.apiCall('auth.test')).data;
      identity = { teamId: answer?.team_id, botId: answer?.bot_id, botUserId: answer?.user_id };
      if (failures > 0) log.info('Slack knows the bot again');
      failures = 0;
      askedToWaitMs = 0;
      return null;
    } catch (error) {
      failures++;
      const failure = explainFailure(error);
      askedToWaitMs = failure.kind === 'limited' ? Math.min(failure.waitMs, LONGEST_ASKED_MS) : 0;
      if (!isTokenRefused(failure)) standing.noteAway(failure.reason);
      log.warn('Slack does not know the bot, or cannot be asked; trying again', { reason: failure.reason });
      return error;
    }
  };
  const plan = (waitMs: number): void => {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      void ask().then(() => plan(nextWait()));
    }, waitMs).unref();
  };
  const nextWait = () => {
    const backoff = Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 10), LONGEST_WAIT_MS);
    return failures === 0 ? everyMs : Math.max(backoff, askedToWaitMs);
  };
  return {
    identity: () => identity,
    start: async () => {
      const error = await ask();
      if (error && isTokenRefused(explainFailure(error))) throw wrongToken(error, deps.apiUrl);
      plan(nextWait());
    },
    stop: () => {
      stopping.abort();
      clearTimeout(timer);
    },
    doubt: () => {
      if (failures === 0) plan(Math.max(0, DOUBTING_WAITS * firstWaitMs - (performance.now() - askedAt)));
    },
  };
}

/** The words for a bot token that Slack refuses. */
function wrongToken(error: unknown, apiUrl: string): AppError {
  const { reason } = explainFailure(error);
  const isDead = reason === 'account_inactive' || reason === 'token_revoked' || reason === 'token_expired';
  const remedy = isDead
    ? 'The app was uninstalled, its bot removed, or the token replaced: install the app again and put the new Bot User OAuth Token into SLACK_BOT_TOKEN.'
    : 'Put the Bot User OAuth Token (xoxb-…, under OAuth & Permissions) into SLACK_BOT_TOKEN; check SLACK_API_URL if it is set.';
  return new AppError(`auth.test failed: ${reason}`, {
    code: 'slack.auth',
    userMessage: `Slack at ${apiUrl} refuses the bot’s token (${reason}). ${remedy}`,
    cause: error,
  });
}
