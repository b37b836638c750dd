import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedSlack } from '../../src/embedded/embedded-slack.ts';
import { type LocalSlackApp, writeLocalSlackWorkspace } from '../../src/embedded/local-slack-workspace.ts';
import { findFreePort } from './free-port.ts';
import { LocalSlackClient } from './local-slack-client.ts';
import { createMemoryLog } from './memory-log.ts';

export { LocalSlackClient, type MessagePredicate } from './local-slack-client.ts';
export { interactiveElements, readableText, type SlackMessage } from './local-slack-types.ts';

export interface TestLocalSlack {
  client: LocalSlackClient;
  /** The page, e.g. for a browser. */
  url: string;
  /** For Bolt's `slackApiUrl` and SLACK_API_URL. */
  apiUrl: string;
  /** Tokens and signing secret the bot uses. */
  app: LocalSlackApp;
  /** Disconnects the client and stops the local Slack; call it in `afterAll`. */
  close(): Promise<void>;
}

export interface TestLocalSlackOptions {
  mode?: 'socket' | 'events';
  /** Where `events` mode posts signed requests. */
  requestUrl?: string;
  /** A workspace file other than the demo's. */
  template?: string;
}

/** Starts a local Slack of its own for a test file, with the demo workspace, on a free port. */
export async function startLocalSlack(options: TestLocalSlackOptions = {}): Promise<TestLocalSlack> {
  const folder = await mkdtemp(join(tmpdir(), 'crewline-test-slack-'));
  const workspaceFile = join(folder, 'local-slack.yaml');
  const app = await writeLocalSlackWorkspace({
    template: options.template ?? 'workflows/local-slack.yaml',
    target: workspaceFile,
    mode: options.mode ?? 'socket',
    ...(options.requestUrl && { requestUrl: options.requestUrl }),
  });
  const slack = await startEmbeddedSlack({
    workspaceFile,
    port: await findFreePort(),
    filesDir: join(folder, 'files'),
    log: createMemoryLog(),
  });
  const client = await LocalSlackClient.connect(slack.url);
  return {
    client,
    url: slack.url,
    apiUrl: slack.apiUrl,
    app,
    close: async () => {
      await client.close();
      await slack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
