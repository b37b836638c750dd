import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { identifyProcess } from '../../src/embedded/process-identity.ts';
import { ACTION } from '../../src/slack/kit/action-ids.ts';
import { LocalSlackClient, readableText } from '../support/local-slack.ts';
import { createHome, type Home, type Started } from '../support/npm-start.ts';
import {
  finishJob,
  requestRepair,
  runIdIn,
  SUPERVISOR,
  says,
  startJob,
  waitForOutcome,
} from '../support/story.ts';

describe('npm start that is stopped before it is ready', () => {
  it('ends without a complaint and leaves nothing running', async () => {
    const home = await createHome(inject('mongodBinary'));
    const crewline = home.start();
    await expect
      .poll(
        () =>
          home.readPids().then(
            () => true,
            () => false,
          ),
        { interval: 5, timeout: 10_000 },
      )
      .toBe(true);
    const { mongod, slack } = await home.readPids();
    crewline.child.kill('SIGINT');
    expect(await crewline.ended).toBe(0);
    for (const pid of [mongod, slack]) expect(identifyProcess(pid)).toBeUndefined();
    expect(crewline.output()).not.toMatch(/crewline: |Crewline is ready/);
    await home.remove();
  });
});

describe('npm start with nothing configured', () => {
  let home: Home;
  let crewline: Started;
  let client: LocalSlackClient;
  beforeAll(async () => {
    home = await createHome(inject('mongodBinary'));
  });
  afterAll(async () => {
    await client?.close();
    crewline?.child.kill('SIGTERM');
    await crewline?.ended;
    await home.remove();
  });

  async function start(): Promise<void> {
    crewline = home.start();
    await crewline.ready;
  }
  const reconnect = async (): Promise<void> => {
    await client?.close();
    client = await LocalSlackClient.connect(home.slackUrl);
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    crewline.child.kill(signal);
    return crewline.ended;
  };
  const kill = (pid: number): void => void process.kill(pid, 'SIGKILL');

  it('is ready within the promised time, and its banner says where to go and what to type', async () => {
    const before = Date.now();
    await start();
    expect(Date.now() - before).toBeLessThan(20_000);
    expect(crewline.output()).toContain(home.slackUrl);
    expect(crewline.output()).toContain('/repair 5th & Main, deep hole in the bus lane');
    await reconnect();
    expect((await fetch(`http://localhost:${home.port}/readyz`)).status).toBe(200);
  });

  it('makes a token of its own, which the command line finds', async () => {
    const token = await home.readToken();
    expect(token.length).toBeGreaterThanOrEqual(16);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`http://localhost:${home.port}/api/runs`, { headers })).status).toBe(200);
    expect(crewline.output()).not.toContain(token);
  });

  it('refuses a second instance in the same home, naming the first one’s process', async () => {
    const second = home.start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`in use by the crewline process ${crewline.child.pid}`);
    expect(second.output().trim().split('\n')).toHaveLength(1);
    expect((await fetch(`http://localhost:${home.port}/healthz`)).status).toBe(200);
  });

  it('after kill -9 adopts what still runs, and the open card still works', async () => {
    const { card, runId } = await requestRepair(client, 'Adopted Street 1, hole');
    // A post that is cut off is looked for, and not repeated before half a minute has passed.
    await client.waitForMessage('requests', says(runId));
    const before = await home.readPids();
    await end('SIGKILL');
    await start();
    expect(await home.readPids()).toEqual(before);
    await client.click(SUPERVISOR, card, ACTION.approve);
    await finishJob(client, await startJob(client, runId), '600');
    await waitForOutcome(client, runId, 'Completed');
  });

  it('starts its MongoDB again when that alone is killed, and the open card still works', async () => {
    const { card, runId } = await requestRepair(client, 'Restarted Street 1, hole');
    const before = await home.readPids();
    kill(before.mongod);
    await expect
      .poll(async () => (await home.readPids()).mongod, { timeout: 20_000 })
      .not.toBe(before.mongod);
    const readiness = () => fetch(`http://localhost:${home.port}/readyz`).then(({ status }) => status);
    await expect.poll(readiness, { timeout: 30_000 }).toBe(200);
    await client.click(SUPERVISOR, card, ACTION.approve);
    await finishJob(client, await startJob(client, runId), '600');
    await waitForOutcome(client, runId, 'Completed');
  });

  it('after a kill -9 of everything posts the open cards anew, and the run can be finished', async () => {
    const { runId } = await requestRepair(client, 'Reposted Street 1, hole');
    await client.waitForMessage('requests', says(runId));
    const { mongod, slack } = await home.readPids();
    await end('SIGKILL');
    for (const pid of [mongod, slack]) kill(pid);
    await start();
    await reconnect();
    const card = await client.waitForMessage('supervisors', says('Reposted Street 1', 'Decision needed'));
    expect(runIdIn(card)).toBe(runId);
    await waitForOutcome(client, runId, 'In progress');
    await client.click(SUPERVISOR, card, ACTION.approve);
    const job = await startJob(client, runId);
    await finishJob(client, job, '600', 'After all');
    expect(readableText(await waitForOutcome(client, runId, 'Completed'))).toContain('$600.00');
  });

  it('stops everything it started on SIGTERM, and goes on within 10 seconds at the next start', async () => {
    const { runId } = await requestRepair(client, 'Stopped Street 1, hole');
    const { mongod, slack } = await home.readPids();
    expect(await end('SIGTERM')).toBe(0);
    for (const pid of [mongod, slack]) expect(identifyProcess(pid)).toBeUndefined();

    const before = Date.now();
    await start();
    expect(Date.now() - before).toBeLessThan(10_000);
    await reconnect();
    const card = await client.waitForMessage('supervisors', says(runId, 'Decision needed'));
    await client.click(SUPERVISOR, card, ACTION.approve);
    await startJob(client, runId);
  });
});
