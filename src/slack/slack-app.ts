import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { App, SocketModeReceiver } from '@slack/bolt';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { createBoltLogger } from './connection/bolt-log.ts';
import { createSlackListener } from './connection/create-slack-listener.ts';
import { clientOptions } from './connection/slack-client.ts';
import { explainFailure } from './connection/slack-failure.ts';
import { createSocketConnection, type SocketConnection } from './connection/socket-connection.ts';
import type { HandlerDeps } from './kit/handler-deps.ts';
import { registerListeners } from './register-listeners.ts';

/** How the bot is connected. `apiUrl` is the base of the Web API. */
export type SlackAppCredentials = { botToken: string; apiUrl: string } & (
  | { mode: 'socket'; appToken: string }
  | { mode: 'http'; signingSecret: string }
);

export interface SlackApp {
  /** Checks the credentials and connects. Throws `slack.auth` or `slack.socket`, naming what to mend. */
  start(): Promise<void>;
  /** Lets handlers under way finish, and disconnects. */
  stop(): Promise<void>;
  /** Whether requests of people can reach us now. */
  isConnected(): boolean;
  /** In HTTP mode: what answers requests under `/slack/`; signatures are verified. Null in Socket Mode. */
  requestListener: RequestListener | null;
}

const DRAIN_WITHIN_MS = 5_000;

/** The Bolt app with all listeners, not yet connected. */
export function createSlackApp(deps: HandlerDeps & { credentials: SlackAppCredentials }): SlackApp {
  const { credentials } = deps;
  const log = deps.log.for('Slack');
  const socket = credentials.mode === 'socket' ? createSocket(credentials, log) : null;
  const http =
    credentials.mode === 'http' ? createSlackListener({ ...credentials, clock: deps.clock, log }) : null;
  const receiver = (socket ?? http)?.receiver;
  if (!receiver) throw new TypeError('neither Socket Mode nor HTTP');
  const app = new App({
    receiver,
    token: credentials.botToken,
    clientOptions: clientOptions(credentials.apiUrl, log),
    logger: createBoltLogger(log),
    convoStore: false,
    deferInitialization: true,
  });
  const underWay = new Set<Promise<unknown>>();
  registerListeners(app, { ...deps, log }, (work) => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  });
  let isStarted = false;
  return {
    requestListener: http?.requestListener ?? null,
    isConnected: () => isStarted && (socket?.connection.isConnected() ?? true),
    start: async () => {
      await signIn(app, credentials.apiUrl);
      await socket?.connection.start();
      isStarted = true;
    },
    stop: async () => {
      isStarted = false;
      const drained = Promise.allSettled(underWay);
      await Promise.race([drained, delay(DRAIN_WITHIN_MS, undefined, { ref: false })]);
      await socket?.connection.stop();
    },
  };
}

function createSocket(
  { appToken, apiUrl }: { appToken: string; apiUrl: string },
  log: Log,
): { receiver: SocketModeReceiver; connection: SocketConnection } {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: createBoltLogger(log),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(apiUrl, log) },
  });
  return { receiver, connection: createSocketConnection(receiver.client, log) };
}

async function signIn(app: App, apiUrl: string): Promise<void> {
  try {
    await app.init();
  } catch (error) {
    const { reason } = explainFailure(error);
    throw new AppError(`auth.test failed: ${reason}`, {
      code: 'slack.auth',
      retryable: true,
      userMessage: `Slack at ${apiUrl} does not accept the bot (${reason}). Check SLACK_BOT_TOKEN (xoxb-…), and SLACK_API_URL if it is set.`,
      cause: error,
    });
  }
}
