import { mkdir, mkdtemp, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyProcess } from '../../src/embedded/process-identity.ts';

/**
 * What the planted server does. `ends`: at its start, with a reason. `mute`: takes calls and answers none. `stalls`:
 * is ready, but no workflow ends. `crashes`: in the middle of the workflows, with a reason. `serves`: all it is asked.
 */
export type PlantedBehaviour = 'ends' | 'mute' | 'stalls' | 'crashes' | 'serves';

/** A folder in which something is installed under the names of Restate's server and SDK. */
export interface PlantedRestate {
  folder: string;
  /** Resolves with the process id of the server once one has been started. */
  started: Promise<number>;
  /** Whether the server was started and is still there. */
  isRunning(): Promise<boolean>;
  remove(): Promise<void>;
}

const SDK = `
const endpoint = { bind: () => endpoint, setLogger() {}, http2Handler: () => (_request, response) => response.end() };
exports.workflow = exports.service = (definition) => definition;
exports.serde = { json: {} };
exports.endpoint = () => endpoint;
`;

/** It crashes among the workflows that warm it up. */
const SERVER = `
const { readFileSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const [, , , file] = process.argv;
const listen = (section, handler) => {
  const address = new RegExp('\\\\[' + section + '\\\\]\\\\s+bind-address = "127.0.0.1:([0-9]+)"');
  createServer(handler).listen(Number(address.exec(readFileSync(file, 'utf8'))[1]), '127.0.0.1');
};
const fail = (reason, code) => {
  console.error(reason);
  process.exit(code);
};
writeFileSync(PID_FILE, process.pid + '\\n');
if (BEHAVIOUR === 'ends') fail('cannot open the store: the disk is full', 3);
let calls = 0;
listen('admin', (_request, response) => BEHAVIOUR !== 'mute' && response.end('{}'));
listen('ingress', (_request, response) => {
  if (BEHAVIOUR === 'crashes' && ++calls > 300) fail('out of memory', 9);
  if (BEHAVIOUR !== 'stalls') response.end('{}');
});
`;

/** Plants a server that behaves so, where the bench looks for Restate's. */
export async function plantRestate(behaviour: PlantedBehaviour): Promise<PlantedRestate> {
  const folder = await mkdtemp(join(tmpdir(), 'crewline-planted-restate-'));
  const scope = join(folder, 'node_modules', '@restatedev');
  const server = join(scope, `restate-server-${process.platform}-${process.arch}`);
  const sdk = join(scope, 'restate-sdk');
  await mkdir(join(server, 'bin'), { recursive: true });
  await mkdir(sdk, { recursive: true });
  await writeFile(join(server, 'package.json'), '{ "version": "0.0.1" }');
  await writeFile(join(sdk, 'package.json'), '{ "main": "index.js" }');
  await writeFile(join(sdk, 'index.js'), SDK);
  const pidFile = join(folder, 'pid');
  const names = { BEHAVIOUR: behaviour, PID_FILE: pidFile };
  const constants = Object.entries(names).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  const program = [`#!${process.execPath}`, ...constants, SERVER].join('\n');
  await writeFile(join(server, 'bin', 'restate-server'), program, { mode: 0o755 });
  const watching = new AbortController();
  const started = firstPid(folder, pidFile, watching.signal);
  // Not every test asks.
  started.catch(() => {});
  return {
    folder,
    started,
    isRunning: async () => {
      const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
      return identifyProcess(pid) !== undefined;
    },
    remove: async () => {
      watching.abort();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstPid(folder: string, pidFile: string, signal: AbortSignal): Promise<number> {
  for await (const _change of watch(folder, { signal })) {
    const text = await readFile(pidFile, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
  }
  throw new Error('no server was started');
}
