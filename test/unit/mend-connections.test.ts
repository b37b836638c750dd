import { readFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { MENDED_DRIVER, mendConnections } from '../../src/store/mongo/mend-connections.ts';

describe('the driver whose connections are mended', () => {
  test('is pinned, and is the one that is installed', async () => {
    const readVersion = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
    expect((await readVersion('package.json')).dependencies.mongodb).toBe(MENDED_DRIVER);
    expect((await readVersion('node_modules/mongodb/package.json')).version).toBe(MENDED_DRIVER);
    await expect(mendConnections()).resolves.toBeUndefined();
  });

  const nothing = async () => {};
  test.each([
    ['lib/cmap/connection.js', () => Promise.reject(new Error('Cannot find module'))],
    ['Connection', async () => ({})],
    ['Connection.writeCommand', async () => ({ Connection: { prototype: { onError: vi.fn() } } })],
    ['Connection.onError', async () => ({ Connection: { prototype: { writeCommand: nothing } } })],
  ])('is refused with its version and the remedy when it has no %s', async (missing, load) => {
    await expect(mendConnections(load)).rejects.toMatchObject({
      code: 'store.driver-unknown',
      retryable: false,
      userMessage: expect.stringContaining(
        `(mongodb ${MENDED_DRIVER}) has no ${missing}, which Crewline has to mend`,
      ),
    });
    await expect(mendConnections(load)).rejects.toMatchObject({
      userMessage: expect.stringMatching(
        /Install the version it was made for, mongodb 7\.9\.0: run npm ci\.$/,
      ),
    });
  });

  test('is mended once, however often a database is opened', async () => {
    const prototype = { writeCommand: nothing, onError: vi.fn() };
    const load = async () => ({ Connection: { prototype } });
    await mendConnections(load);
    const { writeCommand } = prototype;
    expect(writeCommand).not.toBe(nothing);
    await Promise.all([mendConnections(load), mendConnections(load)]);
    expect(prototype.writeCommand).toBe(writeCommand);
  });
});
