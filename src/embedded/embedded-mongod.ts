import { randomInt } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { awaitPrimary, REPLICA_SET } from './mongod-replica-set.ts';
import { adoptProcess, type OwnedProcess, spawnOwned } from './owned-process.ts';
import { findFreePort, isPortFree } from './port.ts';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';
import { readStateFile, replaceFile } from './state-file.ts';

/** Recovery after a killed mongod replays its journal, which takes a while with much data. */
const START_TIMEOUT_MILLISECONDS = 90_000;
const ADOPT_TIMEOUT_MILLISECONDS = 15_000;
const START_ATTEMPTS = 3;

export interface EmbeddedMongodOptions {
  /** The mongod program, see `obtainMongodBinary`. */
  binary: string;
  /** Holds the data between starts; created if missing. */
  dataDir: string;
  /** Unless given, the port of the last start when it is free, else any free one. */
  port?: number;
  log: Log;
  /** Calls the start off: what was begun is ended again. */
  signal?: AbortSignal;
}

export interface EmbeddedMongod {
  /** Address of the replica set, without a database name. */
  uri: string;
  port: number;
  isRunning(): boolean;
  stop(): Promise<void>;
}

const Record = z.object({ pid: z.number(), port: z.number(), ready: z.boolean() });
type Record = z.infer<typeof Record>;

/**
 * Starts, or adopts from a killed predecessor, a MongoDB of one node with transactions and change streams, on
 * 127.0.0.1 only, and returns when it accepts writes. Throws `mongod.start_failed`.
 */
export async function startEmbeddedMongod(options: EmbeddedMongodOptions): Promise<EmbeddedMongod> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const record = await readRecord(dataDir);
  const adopted = await adoptOrphan(dataDir, record, options);
  if (adopted) return adopted;
  // A first start that was cut short can leave files mongod refuses, and nothing worth keeping.
  if (record && !record.ready) await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  // A record that cannot be read is no reason to take the data for those of a first start.
  const hasData = record?.ready ?? (await holdsData(dataDir));
  let lastError: unknown;
  // Another port is worth another try; a port that is given is not.
  const attempts = options.port === undefined ? START_ATTEMPTS : 1;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = options.port ?? (await choosePort(attempt === 0 ? record?.port : undefined));
    try {
      return await startFresh(dataDir, port, hasData, options);
    } catch (error) {
      lastError = error;
      options.signal?.throwIfAborted();
      // Only a mongod that ended by itself may have lost its port to another program; a slow one stays slow.
      if (!(error instanceof AppError) || error.code !== 'mongod.ended') break;
    }
  }
  throw await startFailed(dataDir, lastError);
}

async function startFresh(
  dataDir: string,
  port: number,
  hasData: boolean,
  { binary, log, signal }: EmbeddedMongodOptions,
): Promise<EmbeddedMongod> {
  signal?.throwIfAborted();
  await rename(logFile(dataDir), `${logFile(dataDir)}.1`).catch(() => undefined);
  let started = false;
  const owned = await spawnOwned({
    command: binary,
    arguments: mongodArguments(dataDir, port),
    outputFile: join(dataDir, 'mongod.out'),
    onUnexpectedEnd: (reason) => {
      if (started) log.error('The embedded MongoDB ended unexpectedly', { reason, dataDir });
    },
  });
  await writeRecord(dataDir, { pid: owned.pid, port, ready: hasData });
  const mongod = await becomeReady(owned, port, dataDir, { within: START_TIMEOUT_MILLISECONDS, signal });
  started = true;
  return mongod;
}

async function becomeReady(
  owned: OwnedProcess,
  port: number,
  dataDir: string,
  { within, signal }: { within: number; signal?: AbortSignal | undefined },
): Promise<EmbeddedMongod> {
  try {
    await awaitPrimary({ port, isRunning: owned.isRunning, timeoutMilliseconds: within, signal });
  } catch (error) {
    await owned.stop();
    throw error;
  }
  await writeRecord(dataDir, { pid: owned.pid, port, ready: true });
  const uri = `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`;
  return { uri, port, isRunning: owned.isRunning, stop: owned.stop };
}

/** A mongod that outlived its owner holds the data's lock: use it, or, when it is of no use, end it. */
async function adoptOrphan(
  dataDir: string,
  record: Record | undefined,
  { port, log, signal }: EmbeddedMongodOptions,
): Promise<EmbeddedMongod | undefined> {
  const orphan = await findOrphan(dataDir, record);
  if (!orphan) return undefined;
  const owned = adoptProcess(orphan);
  const orphanPort = Number(/ --port (\d+)/.exec(orphan.command)?.[1]);
  if (!orphanPort || (port !== undefined && port !== orphanPort)) {
    await owned.stop();
    return undefined;
  }
  try {
    const adopted = await becomeReady(owned, orphanPort, dataDir, {
      within: ADOPT_TIMEOUT_MILLISECONDS,
      signal,
    });
    log.info('Adopted the MongoDB a previous run left behind', { pid: orphan.pid, port: orphanPort });
    return adopted;
  } catch (error) {
    signal?.throwIfAborted();
    log.warn('Replaced a MongoDB a previous run left behind', { pid: orphan.pid, error });
    return undefined;
  }
}

/** mongod's own lock file names its process too, should we have been killed before writing our record. */
async function findOrphan(dataDir: string, record: Record | undefined): Promise<ProcessIdentity | undefined> {
  const lockText = await readFile(join(dataDir, 'mongod.lock'), 'utf8').catch(() => '');
  for (const pid of [record?.pid, Number.parseInt(lockText, 10)]) {
    const found = pid ? identifyProcess(pid) : undefined;
    if (found?.command.includes(` --dbpath ${dataDir} `)) return found;
  }
  return undefined;
}

/** Whether the storage engine has begun to keep data there. */
function holdsData(dataDir: string): Promise<boolean> {
  return access(join(dataDir, 'WiredTiger')).then(
    () => true,
    () => false,
  );
}

function mongodArguments(dataDir: string, port: number): string[] {
  return [
    ...['--dbpath', dataDir, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ...['--replSet', REPLICA_SET, '--oplogSize', '256', '--wiredTigerCacheSizeGB', '0.5'],
    ...['--logpath', logFile(dataDir), '--quiet'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // Without other members there is nobody to hand over to, so a stop need not wait for them.
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
    // A transaction of a killed process would hold its locks for a minute otherwise.
    ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
  ];
}

/** Below the range systems lend to outgoing connections, so that it is likely to be free next time, too. */
async function choosePort(remembered: number | undefined): Promise<number> {
  const candidates = [remembered, ...Array.from({ length: 20 }, () => randomInt(20_000, 32_000))];
  for (const candidate of candidates) {
    if (candidate !== undefined && (await isPortFree(candidate, '127.0.0.1'))) return candidate;
  }
  return findFreePort();
}

async function startFailed(dataDir: string, cause: unknown): Promise<AppError> {
  const lines = (await readFile(logFile(dataDir), 'utf8').catch(() => '')).split('\n');
  const severe = lines.filter((line) => /"s":"[EF]"/.test(line)).at(-1);
  const hint = severe ? / ?"msg":"([^"]+)"/.exec(severe)?.[1] : undefined;
  return new AppError(`embedded mongod did not start${hint ? `: ${hint}` : ''}`, {
    code: 'mongod.start_failed',
    userMessage:
      `The embedded MongoDB did not start${hint ? ` (${hint})` : ''}; its log is ${logFile(dataDir)}. ` +
      `Set MONGODB_URI to use another MongoDB, or move ${dataDir} away to start with an empty one.`,
    cause,
  });
}

const logFile = (dataDir: string) => join(dataDir, 'mongod.log');
const recordFile = (dataDir: string) => join(dataDir, 'crewline-mongod.json');
const readRecord = (dataDir: string) => readStateFile(recordFile(dataDir), Record);
const writeRecord = (dataDir: string, record: Record) =>
  replaceFile(recordFile(dataDir), JSON.stringify(record));
