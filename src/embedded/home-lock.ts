import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
 * A claim whose process is gone is taken over. Throws `home.locked`, naming the live holder's process id.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  await mkdir(home, { recursive: true });
  const file = join(resolve(home), 'crewline.lock');
  const self = identifyProcess(process.pid);
  const mine: Holder = { pid: process.pid, startedAt: self?.startedAt ?? '', claim: randomUUID() };
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await claim(file, mine)) return { release: () => release(file, mine) };
    const holder = await readStateFile(file, Holder);
    if (holder && identifyProcess(holder.pid)?.startedAt === holder.startedAt) throw locked(home, holder);
    await discardStale(file, holder);
  }
  throw locked(home, undefined);
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

/** Moves the dead holder's claim away; if a faster process has claimed the home meanwhile, its claim goes back. */
async function discardStale(file: string, stale: Holder | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await readStateFile(aside, Holder);
  if (moved && moved.claim !== stale?.claim) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
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
