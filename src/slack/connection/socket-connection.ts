import { setTimeout as delay } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { explainFailure, isCredentialProblem } from './slack-failure.ts';

export interface SocketConnection {
  /**
   * Connects. Throws `slack.socket` when Slack answers that the app token is wrong; while it cannot be reached, and after
   * later losses, it is tried again and again. `isAway`: it is known to be, so nothing is waited for.
   */
  start(isAway?: boolean): Promise<void>;
  stop(): Promise<void>;
  isConnected(): boolean;
  /** Why there is no connection, in words for an operator; null when there is one. */
  problem(): string | null;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
const CONNECT_WITHIN_MS = 15_000;
const CLOSE_WITHIN_MS = 2_000;

/**
 * Keeps the Socket Mode connection. The client's own reconnecting gives up (with an unhandled rejection) when Slack
 * cannot be reached at that moment, so it is switched off and done here: for as long as it takes.
 */
export function createSocketConnection(client: SocketModeReceiver['client'], log: Log): SocketConnection {
  const stopping = new AbortController();
  let isKept = false;
  let isReconnecting = false;
  let reason: string | null = null;
  const isConnected = () => client.websocket?.isActive() ?? false;
  const reconnect = async (): Promise<void> => {
    isReconnecting = true;
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 10), LONGEST_WAIT_MS);
      try {
        await delay(waitMs, undefined, { signal: stopping.signal });
        await connect(client);
        reason = null;
        log.info('Connected to Slack');
        break;
      } catch (error) {
        if (stopping.signal.aborted) break;
        reason = explainFailure(error).reason;
        log.warn('Slack cannot be reached, trying again', { reason });
      }
    }
    isReconnecting = false;
    // Lost again before it could be noticed.
    if (!stopping.signal.aborted && !isConnected()) await reconnect();
  };
  client.on('disconnected', () => {
    if (!isKept || isReconnecting || stopping.signal.aborted) return;
    log.warn('The connection to Slack is lost, reconnecting');
    void reconnect();
  });
  return {
    isConnected,
    problem: () =>
      isConnected()
        ? null
        : `no Socket Mode connection${reason === null ? '' : ` (${reason})`}: it is tried again and again`,
    start: async (isAway = false) => {
      isKept = true;
      if (isAway) return void reconnect();
      try {
        await connect(client);
      } catch (error) {
        if (isCredentialProblem(explainFailure(error))) throw connectionError(error);
        log.warn('Slack cannot be reached, trying again', { reason: explainFailure(error).reason });
        if (!isReconnecting) void reconnect();
      }
    },
    stop: async () => {
      stopping.abort();
      if (!client.websocket) return;
      await Promise.race([client.disconnect(), delay(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

async function connect(client: SocketModeReceiver['client']): Promise<void> {
  const timeout = new AbortController();
  const tooLate = delay(CONNECT_WITHIN_MS, undefined, { signal: timeout.signal }).then(
    () => {
      client.websocket?.disconnect();
      throw new Error('Slack did not greet in time');
    },
    () => {},
  );
  try {
    await Promise.race([client.start(), tooLate]);
  } finally {
    timeout.abort();
  }
}

function connectionError(error: unknown): AppError {
  const { reason } = explainFailure(error);
  return new AppError(`no Socket Mode connection: ${reason}`, {
    code: 'slack.socket',
    userMessage: `Slack does not accept the Socket Mode connection (${reason}). Check SLACK_APP_TOKEN (an app-level token, xapp-…, with the scope connections:write), that Socket Mode is on, and SLACK_API_URL if it is set.`,
    cause: error,
  });
}
