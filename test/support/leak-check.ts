import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { identifyProcess } from '../../src/embedded/process-identity.ts';

/**
 * Every process a test file starts inherits this mark, and so do theirs: even one that outlived its parent, and
 * was thereby lost to any list of children, is found again by it. Read from /proc, so only checked on Linux.
 */
const MARK = 'CREWLINE_TEST_FILE';
const mark = randomUUID();
process.env[MARK] = mark;

function leftovers(): string[] {
  if (process.platform !== 'linux') return [];
  const found: string[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || !carriesMark(pid)) continue;
    const identity = identifyProcess(pid);
    if (identity) found.push(`${pid} ${identity.command}`);
  }
  return found;
}

function carriesMark(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${MARK}=${mark}`);
  } catch {
    return false;
  }
}

// Registered before any hook of the test file, so it runs after all of them.
afterAll(() => {
  const left = leftovers();
  if (left.length === 0) return;
  for (const line of left) process.kill(Number.parseInt(line, 10), 'SIGKILL');
  throw new Error(`this test file left processes behind (now killed):\n  ${left.join('\n  ')}`);
});
