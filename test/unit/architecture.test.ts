import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations, ROOMS, type Sources } from '../support/architecture.ts';

/** A small house in order; each case below adds or replaces one thing. */
const HOUSE: Sources = {
  'base/errors.ts': 'export class AppError extends Error {}',
  'base/log.ts': "import winston from 'winston'; export const log = winston;",
  'embedded/mongod.ts': "import { log } from '../base/log.ts'; export const mongod = 1;",
  'core/monitor/sla.ts':
    "import { z } from 'zod'; import { AppError } from '../../base/errors.ts'; export const Sla = z.string();",
  'core/values/wall-time.ts':
    "import { format } from 'date-fns/format'; export const a = new Date(2026, 1).getHours();",
  'core/steps/step.ts': "import { max } from 'date-fns/max'; export const step = max;",
  'store/runs/runs.ts':
    "import { MongoClient } from 'mongodb'; import { Sla } from '../../core/monitor/sla.ts'; export const a = 1;",
  'scheduler/work/plan.ts': "import type { ClientSession } from 'mongodb'; export const plan = 1;",
  'management/layer.ts': "import { plan } from '../scheduler/work/plan.ts'; export const layer = 1;",
  'slack/runs/show.ts': "import { layer } from '../../management/layer.ts'; export const show = 1;",
  'slack/work/show.ts': "import { show } from '../runs/show.ts'; export const work = 1;",
  'app/app.ts': "import { show } from '../slack/runs/show.ts'; import { MongoClient } from 'mongodb';",
  'main.ts':
    "import './app/app.ts'; import { mongod } from './embedded/mongod.ts'; process.exit(process.env.A ? 0 : 1);",
};

type Planted = [name: string, rule: string, file: string, text: string, others?: Sources];

/** `count` files side by side. */
const files = (room: string, count: number): Sources =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${room}/file-${index}.ts`, '']));

const PLANTED: Planted[] = [
  ['the store imports the scheduler', 'upward-import', 'store/a.ts', "import '../scheduler/work/plan.ts';"],
  ['a service imports management', 'upward-import', 'services/a.ts', "import '../management/layer.ts';"],
  ['the monitor imports Slack', 'upward-import', 'monitor/a.ts', "import '../slack/runs/show.ts';"],
  ['management imports HTTP', 'upward-import', 'management/a.ts', "import '../http/a.ts';"],
  ['the app imports a door', 'upward-import', 'app/a.ts', "import '../main.ts';"],
  ['the base imports core', 'upward-import', 'base/a.ts', "import '../core/monitor/sla.ts';"],
  ['a room imports a later one', 'upward-import', 'slack/runs/a.ts', "import '../work/show.ts';"],
  ['a room imports one inside it', 'upward-import', 'store/runs/a.ts', "import '../stores.ts';"],
  ['core imports a later room', 'upward-import', 'core/run/a.ts', "import '../steps/step.ts';"],
  [
    'a type is imported upward',
    'upward-import',
    'core/run/a.ts',
    "import type { step } from '../steps/step.ts';",
  ],
  [
    'a re-export points upward',
    'upward-import',
    'store/a.ts',
    "export { plan } from '../scheduler/work/plan.ts';",
  ],
  [
    'a dynamic import points upward',
    'upward-import',
    'store/a.ts',
    "export const a = () => import('../slack/runs/show.ts');",
  ],
  ['Slack imports the store', 'below-the-facade', 'slack/a.ts', "import '../store/runs/runs.ts';"],
  [
    'Slack imports a type of the scheduler',
    'below-the-facade',
    'slack/work/a.ts',
    "import type { plan } from '../../scheduler/work/plan.ts';",
  ],
  ['HTTP imports the orchestrator', 'below-the-facade', 'http/a.ts', "import '../orchestrator/a.ts';"],
  ['the command line imports the store', 'below-the-facade', 'cli/a.ts', "import '../store/runs/runs.ts';"],
  ['an object literal is spread', 'spread-literal', 'http/a.ts', 'export const a = { ...{ b: 1 } };'],
  [
    'an object literal is spread into a list',
    'spread-literal',
    'http/a.ts',
    'export const a = [{ ...({ b: 1 }) }];',
  ],
  ['a new folder nobody placed', 'no-room', 'helpers/a.ts', 'export const a = 1;'],
  ['a new room nobody placed', 'no-room', 'core/helpers/a.ts', 'export const a = 1;'],
  ['an import out of the house', 'no-room', 'slack/a.ts', "import '../../test/support/mongo.ts';"],
  ['seventeen files in a room', 'full-room', 'core/run', '', files('core/run', 17)],
  ['an embedded part imports core', 'upward-import', 'embedded/a.ts', "import '../core/monitor/sla.ts';"],
  ['Slack imports an embedded part', 'embedded', 'slack/a.ts', "import '../embedded/mongod.ts';"],
  ['core imports a package', 'pure-room', 'core/run/a.ts', "import winston from 'winston';"],
  ['core imports a built-in', 'pure-room', 'core/run/a.ts', "import { join } from 'node:path';"],
  ['the planner imports a built-in', 'pure-room', 'planner/a.ts', "import 'node:worker_threads';"],
  ['core imports a type of the driver', 'pure-room', 'core/run/a.ts', "import type { Db } from 'mongodb';"],
  ['a type is named in place', 'type-in-place', 'slack/a.ts', "export type A = import('./b.ts').A;"],
  ['a default export passed on', 'default-export', 'http/a.ts', "export { default } from 'winston';"],
  ['the environment is taken apart', 'process', 'http/a.ts', 'const { env } = process;'],
  ['the process is taken apart', 'process', 'http/a.ts', 'const { ...all } = globalThis.process;'],
  ['the process is ended', 'process', 'slack/a.ts', 'process.exit(1);'],
  ['the process is ended by index', 'process', 'slack/a.ts', "globalThis.process['exit'](1);"],
  ['a library that knows zones', 'zone-of-the-machine', 'core/run/a.ts', "import '@date-fns/tz';"],
  ['a date function that asks the zone', 'zone-of-the-machine', 'slack/a.ts', "import 'date-fns/parseISO';"],
  ['a local hour', 'zone-of-the-machine', 'slack/a.ts', 'export const a = (b: Date) => b.getHours();'],
  ['a local day is set', 'zone-of-the-machine', 'cli/a.ts', "export const a = (b: Date) => b['setDate'](1);"],
  [
    'a local text',
    'zone-of-the-machine',
    'cli/a.ts',
    'export const a = (b: Date) => b.toLocaleTimeString();',
  ],
  ['a date from parts', 'zone-of-the-machine', 'core/run/a.ts', 'export const a = new Date(2026, 9, 25);'],
  [
    'a time without zone',
    'zone-of-the-machine',
    'http/a.ts',
    "export const a = Date.parse('2026-10-25T02:00');",
  ],
  [
    'a time without zone, put together',
    'zone-of-the-machine',
    'http/a.ts',
    `export const a = (b: string) => new Date(\`\${b}T00:00:00\`);`,
  ],
  [
    'a format without zone',
    'zone-of-the-machine',
    'cli/a.ts',
    "export const a = new Intl.DateTimeFormat('en');",
  ],
  ['the driver outside the store', 'mongodb', 'scheduler/a.ts', "import { MongoClient } from 'mongodb';"],
  ['the driver by a deep path', 'mongodb', 'management/a.ts', "import 'mongodb/lib/bson.js';"],
];

const ALLOWED: [name: string, sources: Sources][] = [
  ['the house as it is', {}],
  ['an import inside a room', { 'agents/a.ts': "import './b.ts';", 'agents/b.ts': '' }],
  ['an import of a room before it', { 'slack/work/a.ts': "import type { show } from '../runs/show.ts';" }],
  ['sixteen files in a room', files('core/escalator', 16)],
  [
    'an object that has a name is spread',
    { 'http/a.ts': 'const b = {}; export const a = { ...b, ...(b ? { c: 1 } : {}) };' },
  ],
  [
    'dates that are the same on every machine',
    {
      'http/a.ts': `export const a = (b: string, timeZone: string) => [new Date(\`\${b}T00:00:00Z\`), new Date(b), new Date(0), Date.parse('2026-10-25'), new Date(Date.UTC(2026, 1)), JSON.parse('1'), new Intl.DateTimeFormat('en', { timeZone })];`,
    },
  ],
  ['another property of the process', { 'http/a.ts': 'export const a = process.platform;' }],
  ['an object of its own with exit', { 'http/a.ts': 'export const a = (b: { exit: 1 }) => b.exit;' }],
];

describe('the rules of the house', () => {
  test.each(PLANTED)('catch: %s', (_name, rule, file, text, others = {}) => {
    const planted = file.endsWith('.ts') ? { [file]: text } : {};
    const found = findViolations({ ...HOUSE, ...planted, ...others });
    expect(found).toEqual([expect.objectContaining({ rule, file })]);
  });

  test.each(ALLOWED)('allow: %s', (_name, sources) => {
    expect(findViolations({ ...HOUSE, ...sources })).toEqual([]);
  });

  test('every rule is planted', () => {
    expect([...new Set(PLANTED.map(([, rule]) => rule))].sort()).toEqual([
      'below-the-facade',
      'default-export',
      'embedded',
      'full-room',
      'mongodb',
      'no-room',
      'process',
      'pure-room',
      'spread-literal',
      'type-in-place',
      'upward-import',
      'zone-of-the-machine',
    ]);
  });

  test('a file that cannot be read is named', () => {
    expect(() => findViolations({ 'core/a.ts': 'export const = 1;' })).toThrow(/core\/a\.ts/);
  });
});

/** What Biome has to find with the settings of this repository, so that ours need not. */
const LINTED: [name: string, rule: string, sources: Sources][] = [
  [
    'two files import each other',
    'suspicious/noImportCycles',
    {
      'cycle/a.ts': "import { b } from './b.ts'; export const a = b;",
      'cycle/b.ts': "import { a } from './a.ts'; export const b = a;",
    },
  ],
  [
    'a circle that is closed by a type',
    'suspicious/noImportCycles',
    {
      'types/a.ts': "import type { B } from './b.ts'; export type A = B;",
      'types/b.ts': "import type { A } from './a.ts'; export type B = A[];",
    },
  ],
  [
    'a circle of three over folders',
    'suspicious/noImportCycles',
    {
      'three/a.ts': "import { b } from './b/b.ts'; export const a = b;",
      'three/b/b.ts': "import { c } from '../c/c.ts'; export const b = c;",
      'three/c/c.ts': "import { a } from '../a.ts'; export const c = a;",
    },
  ],
  ['a default export', 'style/noDefaultExport', { 'default/a.ts': 'export default function a() {}' }],
  [
    'a default export by name',
    'style/noDefaultExport',
    { 'default/b.ts': 'const a = 1; export { a as default };' },
  ],
  [
    'all of a library where one file of it will do',
    'style/noRestrictedImports',
    { 'dates/a.ts': "import { max } from 'date-fns'; export const a = max;" },
  ],
  ['the environment is read', 'style/noProcessEnv', { 'env/a.ts': 'export const a = process.env.PORT;' }],
  [
    'the environment is read by index',
    'style/noProcessEnv',
    { 'env/b.ts': "export const a = process['env'];" },
  ],
  [
    'the environment of the global object',
    'style/noProcessEnv',
    { 'env/c.ts': 'export const a = globalThis.process.env;' },
  ],
  [
    'the process is imported',
    'style/noRestrictedImports',
    { 'env/d.ts': "import { env } from 'node:process'; export const a = env;" },
  ],
  [
    'a file of 351 lines',
    'style/noExcessiveLinesPerFile',
    { 'long/a.ts': Array.from({ length: 351 }, (_, line) => `export const a${line} = ${line};`).join('\n') },
  ],
  [
    'a function of 51 lines',
    'complexity/noExcessiveLinesPerFunction',
    {
      'long/b.ts': `export function b(c: number[]) {\n${Array.from({ length: 51 }, (_, line) => `  c.push(${line});`).join('\n')}\n}`,
    },
  ],
];

describe('Biome, with the settings of this repository,', () => {
  const house = mkdtempSync(join(tmpdir(), 'crewline-lint-'));
  let found: { category: string; file: string }[] = [];
  const inOrder = {
    'order/a.ts': "import { b } from './b.ts'; export const a = b;",
    'order/b.ts': 'export const b = 1;',
  };

  beforeAll(() => {
    writeHouse(house, [inOrder, ...LINTED.map(([, , sources]) => sources)]);
    found = lint(house);
  });
  afterAll(() => rmSync(house, { recursive: true }));

  test.each(LINTED)('catches: %s', (_name, rule, sources) => {
    for (const file of Object.keys(sources))
      expect(found).toContainEqual({ category: `lint/${rule}`, file: `src/${file}` });
  });

  test('finds nothing in files that are in order', () => {
    expect(found.filter(({ file }) => file.startsWith('src/order/'))).toEqual([]);
  });
});

test('src keeps the rules of the house', () => {
  const sources = readSources('src');
  expect(Object.keys(sources)).toEqual(expect.arrayContaining(['main.ts', 'core/run/workflow-run.ts']));
  expect(findViolations(sources).map(({ rule, file, detail }) => `${rule}: ${file} ${detail}`)).toEqual([]);
});

test('every room of the list exists', () => {
  const rooms = new Set(Object.keys(readSources('src')).map(dirname));
  expect(ROOMS.filter((room) => !rooms.has(room))).toEqual([]);
});

function readSources(folder: string): Sources {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** A folder with this repository's settings for Biome and these files under `src/`. */
function writeHouse(house: string, houses: Sources[]): void {
  const settings = JSON.parse(readFileSync('biome.json', 'utf8'));
  writeFileSync(
    join(house, 'biome.json'),
    JSON.stringify({ ...settings, $schema: undefined, vcs: { enabled: false } }),
  );
  for (const [file, text] of houses.flatMap((sources) => Object.entries(sources))) {
    mkdirSync(dirname(join(house, 'src', file)), { recursive: true });
    writeFileSync(join(house, 'src', file), `${text}\n`);
  }
}

function lint(house: string): { category: string; file: string }[] {
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const command = `"${process.execPath}" "${biome}" lint --reporter=json --max-diagnostics=none . || true`;
  const output = execFileSync('sh', ['-c', command], {
    cwd: house,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  return diagnostics.map(({ category, location }) => ({ category, file: location.path }));
}
