import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedSlack, startEmbeddedSlack } from '../../src/embedded/embedded-slack.ts';
import { writeLocalSlackWorkspace } from '../../src/embedded/local-slack-workspace.ts';
import { findFreePort } from '../support/free-port.ts';
import { LocalSlackClient, startLocalSlack } from '../support/local-slack.ts';
import { createMemoryLog } from '../support/memory-log.ts';

let folder: string;
let workspaceFile: string;
let port: number;
let running: EmbeddedSlack[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-embedded-slack-'));
  workspaceFile = join(folder, 'local-slack.yaml');
  port = await findFreePort();
  running = [];
  await writeWorkspace('socket');
});
afterEach(async () => {
  for (const slack of running) await slack.stop();
  await rm(folder, { recursive: true, force: true });
});

const writeWorkspace = (mode: 'socket' | 'events') =>
  writeLocalSlackWorkspace({ template: 'workflows/local-slack.yaml', target: workspaceFile, mode });

async function start(): Promise<EmbeddedSlack> {
  const slack = await startEmbeddedSlack({
    workspaceFile,
    port,
    filesDir: join(folder, 'files'),
    log: createMemoryLog(),
  });
  running.push(slack);
  return slack;
}

async function callApi(apiUrl: string, method: string, body: Record<string, unknown>): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer xoxb-crewline-demo' };
  const response = await fetch(apiUrl + method, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

describe('the local Slack', () => {
  test('answers as the demo workspace, and is gone after stop', async () => {
    const slack = await start();
    expect(slack.fresh).toBe(true);
    expect(await callApi(slack.apiUrl, 'auth.test', {})).toMatchObject({
      ok: true,
      team: 'Riverton Public Works',
      user_id: 'U0CREWLINE',
    });
    await slack.stop();
    await expect(fetch(slack.url)).rejects.toThrow();
  });

  test('left behind by a killed run is adopted with its messages', async () => {
    const first = await start();
    await callApi(first.apiUrl, 'chat.postMessage', { channel: 'C0REQUESTS', text: 'still here' });
    const second = await start();
    expect(second.fresh).toBe(false);
    const client = await LocalSlackClient.connect(second.url);
    expect(client.messages('#requests').map(({ text }) => text)).toEqual(['still here']);
    await client.close();
  });

  test('left behind with another configuration is replaced', async () => {
    await start();
    await writeWorkspace('events');
    const second = await start();
    expect(second.fresh).toBe(true);
  });

  test('says which variable to change when its port is taken', async () => {
    const other = await startLocalSlack();
    port = Number(new URL(other.url).port);
    await expect(start()).rejects.toMatchObject({
      code: 'local_slack.port_in_use',
      userMessage: expect.stringContaining('LOCAL_SLACK_PORT'),
    });
    await other.close();
  });

  test('refuses a workspace file that is none, naming it', async () => {
    const template = join(folder, 'broken.yaml');
    await writeFile(template, 'app: { botUserId: U1 }\n');
    const write = writeLocalSlackWorkspace({ template, target: workspaceFile, mode: 'socket' });
    await expect(write).rejects.toMatchObject({
      code: 'local_slack.workspace_invalid',
      userMessage: expect.stringMatching(/broken\.yaml[\s\S]*botToken/),
    });
  });
});
