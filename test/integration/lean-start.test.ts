import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-lean-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes down every file that Node loads: modules by a hook, CommonJS by what is kept of it in the end. */
const WATCH = inUrl(`
  import { appendFileSync } from 'node:fs';
  import { createRequire, register } from 'node:module';
  register(${JSON.stringify(
    inUrl(`
      import { appendFileSync } from 'node:fs';
      export function load(url, context, next) {
        appendFileSync(process.env.LOADED, url + '\\n');
        return next(url, context);
      }`),
  )});
  const { cache } = createRequire(process.cwd() + '/');
  process.on('exit', () => appendFileSync(process.env.LOADED, Object.keys(cache).join('\\n')));
`);

function inUrl(program: string): string {
  return `data:text/javascript,${encodeURIComponent(program)}`;
}

/** Names of the packages that the built `entries` load when they are imported, and the paths of all files. */
async function load(...entries: string[]): Promise<{ packages: Set<string>; files: string[] }> {
  const LOADED = join(folder, entries.join().replaceAll('/', '-'));
  const urls = entries.map((entry) => pathToFileURL(resolve('dist', entry)).href);
  const program = urls.map((url) => `import ${JSON.stringify(url)};`).join('\n');
  await promisify(execFile)(process.execPath, ['--import', WATCH, '--input-type=module', '-e', program], {
    env: { ...process.env, LOADED },
  });
  const files = (await readFile(LOADED, 'utf8')).split('\n');
  const names = files.map((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'crewline');
  return { packages: new Set(names), files };
}

const RARELY_USED = [
  'ai',
  '@ai-sdk/openai-compatible',
  'mongodb-memory-server-core',
  'vega',
  'vega-lite',
  '@resvg/resvg-wasm',
  'csv-parse',
  'commander',
  'eld',
];

describe('the built program, before it does anything', () => {
  test('loads nothing that only some need', async () => {
    const { packages, files } = await load('index.js', 'app/start.js');
    // Both kinds of modules are seen, so that an absence means something.
    expect([...packages]).toEqual(expect.arrayContaining(['zod', 'mongodb', '@slack/bolt', 'prom-client']));
    expect(RARELY_USED.filter((name) => packages.has(name))).toEqual([]);
    // Plans are made in threads, which load the search themselves.
    expect(files.filter((path) => /\/dist\/planner\/(search|combine)/.test(path))).toEqual([]);
    expect(files.filter((path) => /node_modules\/date-fns\/index\.c?js$/.test(path))).toEqual([]);
  });

  test('the libraries for a language model come with the model', async () => {
    const { packages } = await load('agents/language-model.js');
    expect([...packages]).toEqual(expect.arrayContaining(['ai', '@ai-sdk/openai-compatible']));
  });
});
