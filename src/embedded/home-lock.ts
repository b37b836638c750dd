import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { identifyProcess } from './process-identity.ts';
import { readStateFile } from './state-file.ts';

const Holder = z.object({ pid: z.number(), startedAt: z.string(), claim: z.string() });
type Holder = z.infer<typeof Holder>;

export interface HomeLock {
  /** Gives the home free; may be called again. */
  release(): Promise<void>;
}

/**
 * Claims a home folder (created if missing) for this process, so that two never share one embedded database.
 * A claim whose process is gone is taken over. Throws `home.locked`, naming the live holder's process id, and
 * `home.unusable` where no folder can be.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  await makeFolder(home);
  const file = join(resolve(home), 'crewline.lock');
  const self = identifyProcess(process.pid);
  const mine: Holder = { pid: process.pid, startedAt: self?.startedAt ?? '', claim: randomUUID() };
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await claim(file, mine)) return { release: () => release(file, mine) };
    const holder = await readStateFile(file, Holder);
    if (isLive(holder)) throw locked(home, holder);
    await discardStale(file);
  }
  throw locked(home, undefined);
}

async function makeFolder(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const isFile = code === 'EEXIST' || code === 'ENOTDIR';
    const why = isFile ? 'it is a file, or stands below one' : `this user may not write there (${code})`;
    throw new AppError(`home ${home} cannot be used: ${code}`, {
      code: 'home.unusable',
      userMessage: `${home} cannot be used: ${why}. Set CREWLINE_HOME to a folder that can be created or written to.`,
      cause,
    });
  }
}

/** Linking fails when the name exists and otherwise shows the whole text at once; writing in place does neither. */
async function claim(file: string, mine: Holder): Promise<boolean> {
  const draft = `${file}.${mine.claim}`;
  await writeFile(draft, JSON.stringify(mine));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A removal takes milliseconds; one that is older was begun by a process that died in it. */
const REMOVAL_DEAD_AFTER_MS = 10_000;
const REMOVAL_RETRY_MS = 20;

/**
 * Removes a dead holder's claim. One process at a time may (the folder is the token), and it looks again once it may:
 * so a claim that a faster process has made meanwhile is never the one that is removed.
 */
async function discardStale(file: string): Promise<void> {
  const token = `${file}.removal`;
  try {
    await mkdir(token);
  } catch {
    const since = (await stat(token).catch(() => null))?.mtimeMs ?? 0;
    if (Date.now() - since > REMOVAL_DEAD_AFTER_MS) await rm(token, { recursive: true, force: true });
    await delay(REMOVAL_RETRY_MS);
    return;
  }
  try {
    if (!isLive(await readStateFile(file, Holder))) await rm(file, { force: true });
  } finally {
    await rm(token, { recursive: true, force: true });
  }
}

function isLive(holder: Holder | undefined): boolean {
  return holder !== undefined && identifyProcess(holder.pid)?.startedAt === holder.startedAt;
}

async function release(file: string, mine: Holder): Promise<void> {
  const holder = await readStateFile(file, Holder);
  if (holder?.claim === mine.claim) await rm(file, { force: true });
}

function locked(home: string, holder: Holder | undefined): AppError {
  const who = holder ? `the crewline process ${holder.pid}` : 'another crewline process';
  return new AppError(`home ${home} is in use by ${who}`, {
    code: 'home.locked',
    userMessage: `${home} is in use by ${who}. Stop that one first, or set CREWLINE_HOME to another folder.`,
  });
}
