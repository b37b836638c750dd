import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type EmbeddedMongod, startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { startCrewline, type TestCrewline } from '../support/crewline.ts';
import { createMemoryLog } from '../support/memory-log.ts';

describe('health', () => {
  let crewline: TestCrewline;
  let mongod: EmbeddedMongod;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crewline-health-'));
    const options = { binary: inject('mongodBinary'), dataDir: folder, log: createMemoryLog() };
    mongod = await startEmbeddedMongod(options);
    const uri = new URL(mongod.uri);
    uri.pathname = '/health';
    crewline = await startCrewline({ uri: uri.href });
  });
  afterAll(async () => {
    await crewline.close();
    await mongod.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ready = async () => {
    const response = await fetch(`${crewline.url}/readyz`);
    const { parts } = (await response.json()) as { parts: Record<string, string> };
    return { status: response.status, parts };
  };

  it('says ready when everything it needs is there', async () => {
    expect(await ready()).toEqual({ status: 200, parts: { mongodb: 'ok', slack: 'ok' } });
    expect((await fetch(`${crewline.url}/healthz`)).status).toBe(200);
  });

  it('says within seconds which part is gone, stays alive itself, and starts and takes work while Slack is away', async () => {
    await crewline.slack.close();
    await vi.waitFor(
      async () => expect(await ready()).toMatchObject({ status: 503, parts: { mongodb: 'ok' } }),
      15_000,
    );
    await crewline.kill();
    await crewline.start();
    const { status, parts: started } = await ready();
    expect({ status, mongodb: started.mongodb }).toEqual({ status: 503, mongodb: 'ok' });
    expect(started.slack).toContain('Slack cannot be reached');
    const asked = { workflow: 'repairWorkflow', input: { text: 'Hole' } };
    expect((await crewline.api('POST', '/api/runs', asked)).status).toBe(201);
    await mongod.stop();
    await vi.waitFor(async () => {
      const { status, parts } = await ready();
      expect(status).toBe(503);
      expect(parts.mongodb).not.toBe('ok');
      expect(parts.slack).not.toBe('ok');
    }, 15_000);
    expect((await fetch(`${crewline.url}/healthz`)).status).toBe(200);
  });

  it('still stops when it is told to, with nothing left to talk to', async () => {
    expect(await crewline.stop(), crewline.output()).toBe(0);
  });
});
