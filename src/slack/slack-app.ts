import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { App, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../base/log.ts';
import { createBoltLogger } from './connection/bolt-log.ts';
import { createSlackListener } from './connection/create-slack-listener.ts';
import { clientOptions } from './connection/slack-client.ts';
import type { SlackSession } from './connection/slack-session.ts';
import type { SlackStanding } from './connection/slack-standing.ts';
import { createSocketConnection, type SocketConnection } from './connection/socket-connection.ts';
import type { DoorDeps } from './doors.ts';
import { registerListeners } from './register-listeners.ts';

/** How the bot is connected. `apiUrl` is the base of the Web API. */
export type SlackAppCredentials = { botToken: string; apiUrl: string } & (
  | { mode: 'socket'; appToken: string }
  | { mode: 'http'; signingSecret: string }
);

export interface SlackApp {
  /**
   * Connects. Throws `slack.auth` or `slack.socket`, naming what to mend, when Slack says that a token is wrong; while
   * Slack is away it is tried again and again, and `problem` tells.
   */
  start(): Promise<void>;
  /** Lets handlers under way finish, and disconnects. */
  stop(): Promise<void>;
  /** Whether requests of people can reach us now. */
  isConnected(): boolean;
  /** What stands between people and the bot, in words for an operator; null when nothing does. */
  problem(): string | null;
  /** In HTTP mode: what answers requests under `/slack/`; signatures are verified. Null in Socket Mode. */
  requestListener: RequestListener | null;
}

const DRAIN_WITHIN_MS = 5_000;

/** The Bolt app with all listeners, not yet connected. */
export function createSlackApp(
  deps: DoorDeps & { credentials: SlackAppCredentials; standing: SlackStanding; session: SlackSession },
): SlackApp {
  const { credentials, standing, session } = deps;
  const log = deps.log.for('Slack');
  const socket = credentials.mode === 'socket' ? createSocket(credentials, log) : null;
  const http =
    credentials.mode === 'http' ? createSlackListener({ ...credentials, clock: deps.clock, log }) : null;
  const receiver = (socket ?? http)?.receiver;
  if (!receiver) throw new TypeError('neither Socket Mode nor HTTP');
  const app = new App({
    receiver,
    // Who the bot is does not keep requests waiting: Slack may be away for us and not for those who ask.
    authorize: async () => {
      const { botId, botUserId } = session.identity() ?? {};
      return { botToken: credentials.botToken, ...(botId && { botId }), ...(botUserId && { botUserId }) };
    },
    clientOptions: clientOptions(credentials.apiUrl, log),
    logger: createBoltLogger(log),
    convoStore: false,
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
    problem: () => {
      if (!isStarted) return 'not started';
      return standing.problem() ?? socket?.connection.problem() ?? null;
    },
    start: async () => {
      await session.start();
      await socket?.connection.start(session.identity() === null);
      isStarted = true;
    },
    stop: async () => {
      isStarted = false;
      session.stop();
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
