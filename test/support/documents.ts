import { posix } from 'node:path';

/** Texts of the pages by path below the repository, such as `src/README.md`. */
export type Pages = Record<string, string>;

type Rule = 'link' | 'anchor' | 'padding' | 'file' | 'name' | 'script' | 'no-readme' | 'too-long';

export interface Fault {
  rule: Rule;
  page: string;
  detail: string;
}

/** What the pages are compared with. */
export interface Surroundings {
  /** Every file of the repository, by its path. */
  files: ReadonlySet<string>;
  /** Every name that the code below `src/` uses. */
  names: ReadonlySet<string>;
  /** What `package.json` runs by name. */
  scripts: readonly string[];
  /** The folders directly under `src/`. */
  floors: readonly string[];
}

/** GitHub shows it whole, and nobody reads more at once. */
const LONGEST_README_BYTES = 20_480;

/** Everything in the pages that leads nowhere, in the order of the pages. */
export function findFaults(pages: Pages, surroundings: Surroundings): Fault[] {
  const anchors = new Map(Object.entries(pages).map(([page, text]) => [page, listAnchors(text)]));
  const files = new Set([...surroundings.files, ...Object.keys(pages)]);
  const folders = listFolders(files);
  return [
    ...Object.entries(pages).flatMap(([page, text]) => [
      ...checkLinks(page, text, { files, folders, anchors }),
      ...checkTables(page, text),
      ...checkFiles(page, text, files, folders),
      ...checkNames(page, text, surroundings.names),
      ...checkScripts(page, text, surroundings.scripts),
    ]),
    ...checkReadmes(pages, surroundings.floors),
  ];
}

/** The names of files and folders a page may link to, and the anchors in them. */
interface Targets {
  files: ReadonlySet<string>;
  folders: ReadonlySet<string>;
  anchors: ReadonlyMap<string, ReadonlySet<string>>;
}

function checkLinks(page: string, text: string, { files, folders, anchors }: Targets): Fault[] {
  return listLinks(text).flatMap((link): Fault[] => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path).replace(/\/$/, '');
    if (!files.has(target) && !folders.has(target)) return [{ rule: 'link', page, detail: link }];
    if (anchor === undefined || anchors.get(target)?.has(anchor)) return [];
    return [{ rule: 'anchor', page, detail: link }];
  });
}

/** A third of a padded table is blanks, and a longer cell rewrites all of its lines. */
function checkTables(page: string, text: string): Fault[] {
  return withoutCode(text)
    .split('\n')
    .filter((line) => line.startsWith('|') && / {2,}\|/.test(line))
    .map((line) => ({ rule: 'padding', page, detail: line.slice(0, 60) }));
}

/** Files are named from the root, from `src/`, or from the page's own folder; a name alone is that of some file. */
function checkFiles(
  page: string,
  text: string,
  files: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): Fault[] {
  const here = posix.dirname(page);
  const names = new Set([...files].map((file) => posix.basename(file)));
  const isThere = (path: string) => {
    if (!path.includes('/')) return names.has(path);
    return [path, `src/${path}`, posix.join(here, path)].some((one) => files.has(one) || folders.has(one));
  };
  return listCode(text)
    .filter((code) => /^[\w./@-]+$/.test(code))
    .filter((code) => /^(src|test|workflows)\/./.test(code) || /^[\w.-]+(\/[\w.-]+)*\.ts$/.test(code))
    .map((code) => code.replace(/\/$/, ''))
    .filter((path) => !isThere(path))
    .map((path) => ({ rule: 'file', page, detail: path }));
}

/** A page about the code speaks of functions by the names they have. */
function checkNames(page: string, text: string, names: ReadonlySet<string>): Fault[] {
  if (!page.startsWith('src/')) return [];
  return listCode(text)
    .filter((code) => /^[a-z]+[A-Z][A-Za-z]*$/.test(code) && !names.has(code))
    .map((name) => ({ rule: 'name', page, detail: name }));
}

function checkScripts(page: string, text: string, scripts: readonly string[]): Fault[] {
  return listScripts(text)
    .filter((script) => !scripts.includes(script))
    .map((script) => ({ rule: 'script', page, detail: `npm run ${script}` }));
}

function checkReadmes(pages: Pages, floors: readonly string[]): Fault[] {
  const missing = floors.map((floor) => `src/${floor}/README.md`).filter((page) => !(page in pages));
  const length = Buffer.byteLength(pages['README.md'] ?? '');
  return [
    ...missing.map((page): Fault => ({ rule: 'no-readme', page, detail: 'is missing' })),
    ...(length > LONGEST_README_BYTES
      ? [{ rule: 'too-long' as const, page: 'README.md', detail: `${length} bytes` }]
      : []),
  ];
}

/** What `npm run …` and `npm test` name on a page, each once. */
export function listScripts(text: string): string[] {
  const run = [...text.matchAll(/\bnpm run (?:-s |--silent )?([\w:]+)/g)].map(([, script = '']) => script);
  const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map(([, script = '']) => script);
  return [...new Set([...run, ...short])];
}

/** The first cells of the rows of tables, as written. */
export function listFirstCells(text: string): string[] {
  return [...text.matchAll(/^\| ((?:[^|\\]|\\.)*?) \|/gm)].map(([, cell = '']) => cell);
}

/** What stands in backticks, outside of blocks of code. */
export function listCode(text: string): string[] {
  return [...withoutCode(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Targets of links and pictures: `[text](target)`. */
function listLinks(text: string): string[] {
  const prose = withoutCode(text);
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, target = '']) => target);
}

/** The anchors GitHub gives the headings of a page: a heading that comes again gets a number. */
function listAnchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} (.+?)(?: #+)?$/gm)) {
    const slug = toSlug(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** GitHub's rule: lower case, links by their words, no punctuation, a hyphen for each blank. */
export function toSlug(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *(```|~~~)[^\n]*\n[\s\S]*?^ *\1 *$/gm, '');
}

function listFolders(files: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>(['.']);
  for (const file of files) {
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder))
      folders.add(folder);
  }
  return folders;
}
