import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
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
  const folder = resolve(home);
  await unlessUnusable(home, async () => {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  });
  const file = join(folder, 'crewline.lock');
  const self = identifyProcess(process.pid);
  const mine: Holder = { pid: process.pid, startedAt: self?.startedAt ?? '', claim: randomUUID() };
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await unlessUnusable(home, () => claim(file, mine))) return { release: () => release(file, mine) };
    const holder = await readStateFile(file, Holder);
    if (isLive(holder)) throw locked(home, holder);
    await discardStale(file);
  }
  throw locked(home, undefined);
}

/**
 * Folder by folder: where a system says that a parent is missing although it is there, as `/proc` does, Node's own
 * `recursive` asks for ever.
 */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** What `work` returns; what the system refuses it becomes `home.unusable`. */
async function unlessUnusable<Result>(home: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new AppError(`home ${home} cannot be used: ${code}`, {
      code: 'home.unusable',
      userMessage: `${home} cannot be used: ${explainRefusal(code)}. Set CREWLINE_HOME to a folder that can be created or written to.`,
      cause,
    });
  }
}

function explainRefusal(code: string): string {
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'it is a file, or stands below one';
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return `this user may not write there (${code})`;
  return `no file can be kept there (${code})`;
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
