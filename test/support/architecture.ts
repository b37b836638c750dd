import { posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** Source texts by path below `src/`, such as `store/runs.ts`. */
export type Sources = Record<string, string>;

type Rule =
  | 'layer'
  | 'upward-import'
  | 'embedded'
  | 'pure-core'
  | 'import-cycle'
  | 'default-export'
  | 'file-length'
  | 'process'
  | 'mongodb';

export interface Violation {
  rule: Rule;
  file: string;
  detail: string;
}

interface Import {
  specifier: string;
  /** `import type`, which leaves nothing behind at run time. */
  typeOnly: boolean;
  /** Path below `src/`, for an import of another of our files. */
  target: string | null;
}

interface Module {
  file: string;
  imports: Import[];
  defaultExport: boolean;
  /** Uses of `process.env` and `process.exit`, as written. */
  processUses: string[];
  lines: number;
}

/** Bottom to top: a file may import from its own layer and from those before it. */
const LAYERS: readonly (readonly string[])[] = [
  ['base'],
  ['core'],
  ['planner'],
  ['store'],
  ['services', 'agents', 'scheduler'],
  ['orchestrator', 'monitor'],
  ['handlers', 'definitions', 'management'],
  ['pictures', 'slack', 'http', 'cli', 'simulation'],
  ['app'],
  ['cli.ts', 'simulate.ts', 'main.ts', 'index.ts'],
];

/** The stand-ins for MongoDB and Slack stand beside the layers: they know nothing of the product, nor it of them. */
const EMBEDDED = 'embedded';
const EMBEDDED_MAY_IMPORT = [EMBEDDED, 'base'];
const EMBEDDED_IMPORTERS = [EMBEDDED, 'app', 'main.ts', 'cli.ts'];

/** Folders without I/O: what they need comes in as arguments. */
const PURE = ['core', 'planner'];
const CORE_PACKAGES = ['zod', 'date-fns', '@date-fns/tz'];
const PROCESS_FILES = ['main.ts', 'cli.ts', 'base/config.ts'];
/** `embedded` speaks to its own mongod about being a replica set; it queries nothing of the product's. */
const MONGODB_UNITS = ['store', 'app', 'embedded'];
const MAX_LINES = 350;

/** Everything in `sources` that breaks a rule of the house, in the order of the files. */
export function findViolations(sources: Sources): Violation[] {
  const modules = Object.entries(sources).map(([file, text]) => readModule(file, text));
  return [...modules.flatMap(checkModule), ...findCycles(modules)];
}

function checkModule(module: Module): Violation[] {
  const { file } = module;
  const violations: Violation[] = [];
  const report = (rule: Rule, detail: string) => violations.push({ rule, file, detail });
  if (rank(unitOf(file)) === null && unitOf(file) !== EMBEDDED) report('layer', 'belongs to no layer');
  if (module.defaultExport) report('default-export', 'has a default export');
  if (module.lines > MAX_LINES) report('file-length', `${module.lines} lines, more than ${MAX_LINES}`);
  if (!PROCESS_FILES.includes(file)) {
    for (const use of module.processUses) report('process', `uses ${use}`);
  }
  for (const one of module.imports) {
    const broken = checkDirection(file, one) ?? checkPackage(file, one);
    if (broken) report(broken, `imports ${one.specifier}`);
  }
  return violations;
}

function checkDirection(file: string, { target }: Import): Rule | null {
  if (target === null || target.endsWith('.json')) return null;
  const from = unitOf(file);
  const to = unitOf(target);
  if (from === EMBEDDED) return EMBEDDED_MAY_IMPORT.includes(to) ? null : 'embedded';
  if (to === EMBEDDED) return EMBEDDED_IMPORTERS.includes(from) ? null : 'embedded';
  const [fromRank, toRank] = [rank(from), rank(to)];
  if (toRank === null) return 'layer';
  return fromRank !== null && toRank > fromRank ? 'upward-import' : null;
}

function checkPackage(file: string, { specifier, target, typeOnly }: Import): Rule | null {
  if (target !== null) return null;
  if (PURE.includes(unitOf(file)) && !CORE_PACKAGES.includes(specifier)) return 'pure-core';
  if (['process', 'node:process'].includes(specifier) && !PROCESS_FILES.includes(file)) return 'process';
  const driver = specifier === 'mongodb' || specifier.startsWith('mongodb/');
  return driver && !typeOnly && !MONGODB_UNITS.includes(unitOf(file)) ? 'mongodb' : null;
}

/** The folder directly below `src/`, or the file itself. */
function unitOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function rank(unit: string): number | null {
  const found = LAYERS.findIndex((layer) => layer.includes(unit));
  return found === -1 ? null : found;
}

/** One violation for each import that closes a circle of value imports. */
function findCycles(modules: Module[]): Violation[] {
  const targetsOf = new Map(
    modules.map(({ file, imports }) => [
      file,
      imports.flatMap(({ target, typeOnly }) => (target === null || typeOnly ? [] : [target])),
    ]),
  );
  const violations: Violation[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      const circle = [...path.slice(start), file].join(' -> ');
      violations.push({ rule: 'import-cycle', file, detail: circle });
      return;
    }
    if (done.has(file)) return;
    for (const target of targetsOf.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of targetsOf.keys()) visit(file, []);
  return violations;
}

function readModule(file: string, text: string): Module {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const lines = text.replace(/\n$/, '').split('\n').length;
  const module: Module = { file, imports: [], defaultExport: false, processUses: [], lines };
  const add = (specifier: string, typeOnly: boolean) => {
    module.imports.push({ specifier, typeOnly, target: resolveTarget(file, specifier) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === 'type'),
    ExportNamedDeclaration(node) {
      if (node.source) add(node.source.value, node.exportKind === 'type');
      if (node.specifiers.some(({ exported }) => nameOf(exported) === 'default')) module.defaultExport = true;
    },
    ExportDefaultDeclaration() {
      module.defaultExport = true;
    },
    ImportExpression(node) {
      if (typeof literalOf(node.source) === 'string') add(String(literalOf(node.source)), false);
    },
    TSImportType: (node) => add(node.source.value, true),
    MemberExpression(node) {
      const name = nameOf(node.property);
      if (isProcess(node.object) && isGuarded(name)) module.processUses.push(`process.${name}`);
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || !node.init || !isProcess(node.init)) return;
      for (const property of node.id.properties) {
        const name = property.type === 'Property' ? nameOf(property.key) : 'env';
        if (isGuarded(name)) module.processUses.push(`process.${name}`);
      }
    },
  }).visit(program);
  return module;
}

function resolveTarget(file: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : null;
}

function isGuarded(name: string | null): boolean {
  return name === 'env' || name === 'exit';
}

/** `process`, also as a property of the global object. */
function isProcess(node: object): boolean {
  return nameOf('property' in node ? node.property : node) === 'process';
}

/** What an identifier or a string literal says. */
function nameOf(node: unknown): string | null {
  if (typeof node !== 'object' || node === null) return null;
  if ('name' in node && typeof node.name === 'string') return node.name;
  const value = literalOf(node);
  return typeof value === 'string' ? value : null;
}

function literalOf(node: object): unknown {
  return 'value' in node ? node.value : undefined;
}
