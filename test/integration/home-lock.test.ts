import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHome } from '../../src/embedded/home-lock.ts';
import { identifyProcess } from '../../src/embedded/process-identity.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'crewline-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const writeLock = (holder: Record<string, unknown>) =>
  writeFile(join(home, 'crewline.lock'), JSON.stringify(holder));

test('a home has one owner at a time, and is free again after release', async () => {
  const lock = await lockHome(home);
  await expect(lockHome(home)).rejects.toMatchObject({
    code: 'home.locked',
    userMessage: expect.stringMatching(new RegExp(`process ${process.pid}\\b.*CREWLINE_HOME`)),
  });
  await lock.release();
  await lock.release();
  await (await lockHome(home)).release();
  expect(await readdir(home)).toEqual([]);
});

test('a home that is a file, or below one, is refused in words', async () => {
  const file = join(home, 'file');
  await writeFile(file, '');
  for (const folder of [file, join(file, 'below')])
    await expect(lockHome(folder)).rejects.toMatchObject({
      code: 'home.unusable',
      userMessage: expect.stringMatching(/is a file.*CREWLINE_HOME/),
    });
});

test('a home where the system keeps no files is refused in words, and at once', async () => {
  for (const folder of ['/proc', '/proc/crewline', '/proc/crewline/below'])
    await expect(lockHome(folder)).rejects.toMatchObject({
      code: 'home.unusable',
      userMessage: expect.stringMatching(/^\/proc.* cannot be used: .*Set CREWLINE_HOME to a folder/),
    });
});

test('a home is made with the folders above it, by several processes at once', async () => {
  const folder = join(home, 'a', 'b');
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => lockHome(folder)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('of many that claim a dead owner’s home at once, one gets it', async () => {
  const dead = spawn('true', { stdio: 'ignore' });
  await once(dead, 'exit');
  await writeLock({ pid: dead.pid, startedAt: '1', claim: 'gone' });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockHome(home)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readdir(home)).toEqual(['crewline.lock']);
});

test('a stranger that got a dead owner’s process id does not keep the home', async () => {
  await writeLock({ pid: process.pid, startedAt: 'another boot', claim: 'gone' });
  expect(identifyProcess(process.pid)?.startedAt).not.toBe('another boot');
  await (await lockHome(home)).release();
});

test('a lock file cut short by a power failure does not keep the home', async () => {
  await writeFile(join(home, 'crewline.lock'), '{"pid":');
  await (await lockHome(home)).release();
});
