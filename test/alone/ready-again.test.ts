import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { createMemoryLog } from '../support/memory-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-again-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the embedded MongoDB is ready again within 3 seconds after a stop', async () => {
  const options = { binary: inject('mongodBinary'), dataDir: join(folder, 'mongo'), log: createMemoryLog() };
  await (await startEmbeddedMongod(options)).stop();
  const before = Date.now();
  const again = await startEmbeddedMongod(options);
  const took = Date.now() - before;
  await again.stop();
  expect(took).toBeLessThan(3_000);
});
