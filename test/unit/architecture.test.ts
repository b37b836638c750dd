import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findViolations, type Sources } from '../support/architecture.ts';

/** A small house in order; each case below adds or replaces one thing. */
const HOUSE: Sources = {
  'base/errors.ts': 'export class AppError extends Error {}',
  'base/log.ts': "import winston from 'winston'; export const log = winston;",
  'core/sla.ts':
    "import { z } from 'zod'; import { AppError } from '../base/errors.ts'; export const Sla = z.string();",
  'store/runs.ts':
    "import { MongoClient } from 'mongodb'; import { Sla } from '../core/sla.ts'; export const a = 1;",
  'scheduler/plan.ts': "import type { ClientSession } from 'mongodb'; export const plan = 1;",
  'management/decide.ts': "import { plan } from '../scheduler/plan.ts'; export const decide = 1;",
  'management/management-layer.ts': "import { decide } from './decide.ts'; export const layer = 1;",
  'slack/listen.ts': "import { layer } from '../management/management-layer.ts'; export const listen = 1;",
  'embedded/mongod.ts': "import { log } from '../base/log.ts'; export const mongod = 1;",
  'app/app.ts': "import { listen } from '../slack/listen.ts'; import { MongoClient } from 'mongodb';",
  'main.ts':
    "import './app/app.ts'; import { mongod } from './embedded/mongod.ts'; process.exit(process.env.A ? 0 : 1);",
};

interface Planted {
  name: string;
  /** The file that must be named. */
  file: string;
  rule: string;
  sources: Sources;
}

const plant = (name: string, rule: string, file: string, text: string, others: Sources = {}): Planted => ({
  name,
  rule,
  file,
  sources: { ...HOUSE, [file]: text, ...others },
});

const lines = (count: number) => `${Array.from({ length: count }, (_, line) => `// ${line}`).join('\n')}\n`;

const PLANTED: Planted[] = [
  plant('the store imports the scheduler', 'upward-import', 'store/a.ts', "import '../scheduler/plan.ts';"),
  plant(
    'a service imports the management layer',
    'upward-import',
    'services/a.ts',
    "import '../management/management-layer.ts';",
  ),
  plant('an agent imports approvals', 'upward-import', 'agents/a.ts', "import '../management/decide.ts';"),
  plant('the monitor imports Slack', 'upward-import', 'monitor/a.ts', "import '../slack/listen.ts';"),
  plant(
    'the management layer imports HTTP',
    'upward-import',
    'management/management-layer.ts',
    "import '../http/a.ts';",
    {
      'http/a.ts': '',
    },
  ),
  plant('Slack imports the app', 'upward-import', 'slack/commands/a.ts', "import '../../app/app.ts';"),
  plant('the app imports main', 'upward-import', 'app/app.ts', "import '../index.ts';", { 'index.ts': '' }),
  plant('the log imports a service', 'upward-import', 'base/log.ts', "export * from '../services/a.ts';", {
    'services/a.ts': '',
  }),
  plant(
    'the base imports the core',
    'upward-import',
    'base/a.ts',
    "import { Sla } from '../core/sla.ts';",
  ),
  plant(
    'a type is imported upward',
    'upward-import',
    'store/a.ts',
    "import type { plan } from '../scheduler/plan.ts';",
  ),
  plant(
    'a type is named upward in place',
    'upward-import',
    'store/a.ts',
    "export type A = import('../scheduler/plan.ts').A;",
  ),
  plant(
    'a re-export points upward',
    'upward-import',
    'store/a.ts',
    "export { plan } from '../scheduler/plan.ts';",
  ),
  plant(
    'a dynamic import points upward',
    'upward-import',
    'store/a.ts',
    "export const a = () => import('../slack/listen.ts');",
  ),
  plant('a new folder nobody placed', 'layer', 'helpers/a.ts', 'export const a = 1;'),
  plant('an import out of the house', 'layer', 'slack/a.ts', "import '../../test/support/mongo.ts';"),
  plant('an embedded part imports the store', 'embedded', 'embedded/a.ts', "import '../store/runs.ts';"),
  plant(
    'an embedded part imports core',
    'embedded',
    'embedded/a.ts',
    "import type { Sla } from '../core/sla.ts';",
  ),
  plant('Slack imports an embedded part', 'embedded', 'slack/a.ts', "import '../embedded/mongod.ts';"),
  plant('core imports a package', 'pure-core', 'core/a.ts', "import winston from 'winston';"),
  plant('core imports a built-in', 'pure-core', 'core/a.ts', "import { join } from 'node:path';"),
  plant('core imports a type of the driver', 'pure-core', 'core/a.ts', "import type { Db } from 'mongodb';"),
  plant('two files import each other', 'import-cycle', 'core/a.ts', "import './b.ts';", {
    'core/b.ts': "import './a.ts';",
  }),
  plant('a file imports itself', 'import-cycle', 'core/a.ts', "import { a } from './a.ts'; export { a };"),
  plant('a circle of three over folders', 'import-cycle', 'services/a.ts', "import '../agents/b.ts';", {
    'agents/b.ts': "export * from '../scheduler/c.ts';",
    'scheduler/c.ts': "import '../services/a.ts';",
  }),
  // With `verbatimModuleSyntax` this import is still there at run time.
  plant('a circle by an inline type', 'import-cycle', 'core/a.ts', "import { type B } from './b.ts';", {
    'core/b.ts': "import './a.ts';",
  }),
  plant('a default export', 'default-export', 'http/a.ts', 'export default function a() {}'),
  plant('a default export by name', 'default-export', 'http/a.ts', 'const a = 1; export { a as default };'),
  plant('a default export passed on', 'default-export', 'http/a.ts', "export { default } from 'winston';"),
  plant('a file of 351 lines', 'file-length', 'http/a.ts', lines(351)),
  plant('the environment is read', 'process', 'http/a.ts', 'export const a = process.env.PORT;'),
  plant('the environment is read by index', 'process', 'http/a.ts', "export const a = process['env'];"),
  plant('the environment is taken apart', 'process', 'http/a.ts', 'const { env } = process;'),
  plant(
    'the environment through the global object',
    'process',
    'http/a.ts',
    'export const a = globalThis.process.env;',
  ),
  plant('the environment is imported', 'process', 'http/a.ts', "import { env } from 'node:process';"),
  plant('the process is ended', 'process', 'slack/a.ts', 'process.exit(1);'),
  plant(
    'the driver outside the store',
    'mongodb',
    'scheduler/a.ts',
    "import { MongoClient } from 'mongodb';",
  ),
  plant('the driver by a deep path', 'mongodb', 'slack/a.ts', "import 'mongodb/lib/bson.js';"),
];

const ALLOWED: [name: string, sources: Sources][] = [
  ['the house as it is', {}],
  ['an import inside a layer', { 'agents/a.ts': "import '../services/b.ts';", 'services/b.ts': '' }],
  [
    'a circle of types only',
    { 'core/a.ts': "import type { B } from './b.ts';", 'core/b.ts': "import './a.ts';" },
  ],
  [
    'two ways to one file',
    {
      'core/a.ts': "import './b.ts'; import './c.ts';",
      'core/b.ts': "import './c.ts';",
      'core/c.ts': '',
    },
  ],
  ['another property of the process', { 'http/a.ts': 'export const a = process.platform;' }],
  ['an object of its own with env', { 'http/a.ts': 'export const a = (b: { env: 1 }) => b.env;' }],
  ['a file of 350 lines', { 'http/a.ts': lines(350) }],
];

describe('the rules of the house', () => {
  test.each(PLANTED)('catch: $name', ({ rule, file, sources }) => {
    expect(findViolations(sources)).toEqual([expect.objectContaining({ rule, file })]);
  });

  test.each(ALLOWED)('allow: %s', (_name, sources) => {
    expect(findViolations({ ...HOUSE, ...sources })).toEqual([]);
  });

  test('every rule is planted', () => {
    const rules = new Set(PLANTED.map(({ rule }) => rule));
    expect([...rules].sort()).toEqual([
      'default-export',
      'embedded',
      'file-length',
      'import-cycle',
      'layer',
      'mongodb',
      'process',
      'pure-core',
      'upward-import',
    ]);
  });

  test('a file that cannot be read is named', () => {
    expect(() => findViolations({ 'core/a.ts': 'export const = 1;' })).toThrow(/core\/a\.ts/);
  });
});

test('src keeps the rules of the house', () => {
  const sources = readSources('src');
  expect(Object.keys(sources)).toEqual(expect.arrayContaining(['main.ts', 'core/run/workflow-run.ts']));
  expect(findViolations(sources).map(({ rule, file, detail }) => `${rule}: ${file} ${detail}`)).toEqual([]);
});

function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}
