import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Environment } from '../../src/base/config-environment.ts';
import { BOT_SCOPES } from '../../src/slack/connection/bot-scopes.ts';
import { buildManifest } from '../../src/slack/manifest.ts';
import { ROOMS } from '../support/architecture.ts';
import {
  findFaults,
  listCode,
  listFirstCells,
  listScripts,
  type Pages,
  type Surroundings,
  toSlug,
} from '../support/documents.ts';

const FILES = [
  ...listFiles('.', false),
  ...['.github', '.ci', 'src', 'test', 'workflows'].flatMap((folder) => listFiles(folder, true)),
];
const PAGES: Pages = Object.fromEntries(
  FILES.filter((file) => file.endsWith('.md')).map((file) => [file, readFileSync(file, 'utf8')]),
);
const SCRIPTS = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts,
);
const FLOORS = readdirSync('src', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);

describe('the pages', () => {
  test('are found', () => {
    expect(Object.keys(PAGES)).toEqual(
      expect.arrayContaining([
        'README.md',
        '.github/CHANGELOG.md',
        '.github/CONTRIBUTING.md',
        '.github/SECURITY.md',
        'src/README.md',
        'test/README.md',
        'workflows/PEOPLE.md',
        'workflows/PLANNING.md',
        'workflows/README.md',
      ]),
    );
  });

  test('lead to what is there: links, anchors, files, scripts', () => {
    const surroundings = { files: new Set(FILES), names: readNames(), scripts: SCRIPTS, floors: FLOORS };
    expect(
      findFaults(PAGES, surroundings).map(({ rule, page, detail }) => `${page}: ${rule} ${detail}`),
    ).toEqual([]);
  });

  test('begin with the two commands a newcomer needs', () => {
    const commands = [...page('README.md').matchAll(/^```sh\n(.+)\n```$/gm)].map(([, command]) => command);
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  test('tell every script there is', () => {
    // What npm runs by itself, before or after another.
    const own = SCRIPTS.filter((script) => !/^(pre|post)/.test(script));
    const told = Object.values(PAGES).flatMap(listScripts);
    expect(own.filter((script) => !told.includes(script))).toEqual([]);
  });

  test('tell every environment variable, and none that nobody reads', () => {
    const read = FILES.filter((file) => /^src\/[\w-]+\.ts$/.test(file)).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/process\.env\.([A-Z_]+)/g)].map(([, name = '']) => name),
    );
    const known = new Set([...Object.keys(Environment.shape), ...read]);
    const told = listFirstCells(chapter('README.md', 'Configuration')).flatMap(listCode);
    expect(told.toSorted()).toEqual([...known].sort());
  });

  test('tell every Slack scope', () => {
    const told = listFirstCells(chapter('README.md', 'Connect your Slack workspace')).flatMap(listCode);
    expect(told.toSorted()).toEqual(Object.keys(BOT_SCOPES).sort());
  });

  test('tell every command of Slack as its help does', () => {
    const source = readFileSync('src/slack/crewline-command.ts', 'utf8');
    const helped = [...source.matchAll(/\\?`(\/crewline [^`\\]+)\\?`/g)].map(([, command = '']) => command);
    expect(source).toContain('`crews edit NAME`');
    const told = listFirstCells(chapter('workflows/PEOPLE.md', 'Commands'))
      .flatMap(listCode)
      .map((command) => command.replaceAll('\\|', '|'));
    expect(new Set(told)).toEqual(new Set(['/crewline help', '/crewline crews edit NAME', ...helped]));
    const words = new Set(told.map((command) => command.split(' ')[1]));
    expect(words).toEqual(new Set(listSubcommands()));
  });

  test('name no command that Slack would not understand', () => {
    const named = Object.values(PAGES)
      .flatMap(listCode)
      .flatMap((code) => /^\/crewline (\w+)/.exec(code)?.[1] ?? []);
    expect(named.filter((word) => !listSubcommands().includes(word))).toEqual([]);
  });

  test('tell every command of the command line', () => {
    const source = readFileSync('src/cli.ts', 'utf8');
    const commands = [...source.matchAll(/\.command\('(\w+)[^']*'(, \{ hidden: true \})?\)/g)].flatMap(
      ([, name = '', isHidden]) => (isHidden ? [] : name),
    );
    const told = [...page('src/cli/README.md').matchAll(/npx crewline (\w+)/g)].map(([, name]) => name);
    expect(new Set(told)).toEqual(new Set(commands));
  });

  test('tell every request of the HTTP API', () => {
    const sources = FILES.filter((file) => file.startsWith('src/http/') && file.endsWith('.ts'));
    const routes = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/path(?:: | = )'(\/[\w/:]+)'/g)].map(([, path]) => path),
    );
    const told = listFirstCells(page('src/http/README.md'))
      .flatMap(listCode)
      .flatMap((code) => /^(?:[A-Z]+ )?(\/[\w/:]+)/.exec(code)?.[1] ?? []);
    expect(new Set(told)).toEqual(new Set(routes));
  });

  test('tell the sizes of the largest tests', () => {
    const source = readFileSync('test/support/test-size.ts', 'utf8');
    const sizes = [...source.matchAll(/(\w+): \{ usual: ([\d_]+), long: ([\d_]+) \}/g)].map((size) =>
      size.slice(1).map((part) => part.replaceAll(/(\d)_/g, '$1')),
    );
    const told = [...chapter('test/README.md', 'Sizes').matchAll(/^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) \|/gm)];
    expect(told.map((row) => row.slice(1).map((part) => part.replaceAll(',', '')))).toEqual(sizes);
  });

  test('show the rooms in the order that imports keep to', () => {
    const list = /<!-- rooms -->\n```text\n([\s\S]*?)```/.exec(page('src/README.md'))?.[1] ?? '';
    expect(list.split(/[\s·]+/).filter(Boolean)).toEqual(ROOMS.filter((room) => room !== '.'));
  });
});

/** A page in order; each case below adds one thing. */
const GOOD =
  '# A page\n\nSee [what follows](#what-follows) and `src/a/b.ts`.\n\n## What follows\n\n| A | B |\n| -- | -- |\n';
const HOUSE: Surroundings = {
  files: new Set(['src/a/b.ts', 'src/a/README.md']),
  names: new Set(['advanceDue']),
  scripts: ['build'],
  floors: ['a'],
};

describe('a page with a fault', () => {
  test.each([
    ['a link to a file that is not there', 'link', '[A](other.md)'],
    ['a picture that is not there', 'link', '![A](images/a.png)'],
    ['a link that leaves the repository', 'link', '[A](../README.md)'],
    ['an anchor that no heading has', 'anchor', '[A](#nowhere)'],
    ['an anchor of another page that no heading there has', 'anchor', '[A](src/a/README.md#nowhere)'],
    ['an anchor of what is only in a block of code', 'anchor', '```md\n## Hidden\n```\n[A](#hidden)'],
    ['a padded table', 'padding', '| A  | B |'],
    ['a padded last cell', 'padding', '| A | B  |'],
    ['a file below src/ that is not there', 'file', '`src/a/c.ts`'],
    ['a folder that is not there', 'file', '`test/b/`'],
    ['a file named from src/ that is not there', 'file', '`a/c.ts`'],
    ['a name of a file that nothing has', 'file', '`c.ts`'],
    ['a script that is not there', 'script', 'Run `npm run built`.'],
    ['a script in a block of code that is not there', 'script', '```sh\nnpm run built\n```'],
  ])('is caught: %s', (_name, rule, text) => {
    const pages = { 'README.md': `${GOOD}\n${text}\n`, 'src/a/README.md': '# A\n' };
    expect(findFaults(pages, HOUSE)).toEqual([expect.objectContaining({ rule, page: 'README.md' })]);
  });

  test('is caught: a name that the code does not use', () => {
    const pages = { 'README.md': GOOD, 'src/a/README.md': '`advanceDue`, `advancedDue`' };
    expect(findFaults(pages, HOUSE)).toEqual([
      { rule: 'name', page: 'src/a/README.md', detail: 'advancedDue' },
    ]);
  });

  test('is caught: a folder without a page', () => {
    const faults = findFaults({ 'README.md': GOOD }, { ...HOUSE, files: new Set(['src/a/b.ts']) });
    expect(faults).toEqual([expect.objectContaining({ rule: 'no-readme', page: 'src/a/README.md' })]);
  });

  test('is caught: a README that is too long', () => {
    const pages = { 'README.md': GOOD + 'ä'.repeat(10_240), 'src/a/README.md': '' };
    expect(findFaults(pages, HOUSE)).toEqual([expect.objectContaining({ rule: 'too-long' })]);
  });

  test('is none: what leads somewhere', () => {
    const text = [
      GOOD,
      '## What follows',
      '[again](#what-follows-1), [a page](src/a/README.md#a), [a folder](src/a/), [far](https://example.com/#x)',
      '`a/b.ts`, `b.ts`, `npm run build`, `src/*.ts`, `$input.text`, `dist/index.js`',
      '```text\n| padded  | in code |\n[nothing](nowhere.md)\n```',
    ].join('\n\n');
    expect(findFaults({ 'README.md': text, 'src/a/README.md': '# A\n' }, HOUSE)).toEqual([]);
  });
});

test.each([
  ['What a definition cannot do', 'what-a-definition-cannot-do'],
  ['1. A slash command’s text → a stored run', '1-a-slash-commands-text--a-stored-run'],
  ['Your own, by URL', 'your-own-by-url'],
  ['`npm test` and [the rest](x.md)', 'npm-test-and-the-rest'],
  ['snake_case stays', 'snake_case-stays'],
])('GitHub’s anchor of “%s”', (heading, anchor) => {
  expect(toSlug(heading)).toBe(anchor);
});

function page(name: string): string {
  const text = PAGES[name];
  if (text === undefined) throw new Error(`there is no ${name}`);
  return text;
}

/** From a heading of the second level to the next. */
function chapter(name: string, heading: string): string {
  const text = page(name)
    .split(/^## /m)
    .find((part) => part.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`${name} has no chapter “${heading}”`);
  return text;
}

/** What can stand behind `/crewline`, as Slack’s own hint has it. */
function listSubcommands(): string[] {
  const { features } = buildManifest({ definitions: [], mode: 'socket' }) as {
    features: { slash_commands: { usage_hint: string }[] };
  };
  const hint = features.slash_commands[0]?.usage_hint ?? '';
  return hint
    .replaceAll(/\[[^\]]*\]/g, '')
    .split('|')
    .map((part) => part.trim().split(' ')[0] ?? '');
}

function readNames(): ReadonlySet<string> {
  const sources = FILES.filter((file) => /^src\/.*\.ts$/.test(file));
  return new Set(sources.flatMap((file) => readFileSync(file, 'utf8').match(/\w+/g) ?? []));
}

function listFiles(folder: string, deep: boolean): string[] {
  return readdirSync(folder, { recursive: deep, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
