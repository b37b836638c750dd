import { posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** Source texts by path below `src/`, such as `store/runs/runs.ts`. */
export type Sources = Record<string, string>;

type Rule =
  | 'no-room'
  | 'full-room'
  | 'upward-import'
  | 'below-the-facade'
  | 'embedded'
  | 'pure-room'
  | 'type-in-place'
  | 'default-export'
  | 'spread-literal'
  | 'process'
  | 'zone-of-the-machine'
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
  /** What breaks a rule wherever it stands. */
  found: { rule: Rule; detail: string }[];
}

/**
 * Bottom to top: a file imports from its own room and from those before it; types count. A new room gets its place here.
 * Circles inside a room, the length of a file, default exports and the plain forms of `process.env` are Biome's to find.
 */
export const ROOMS: readonly string[] = [
  'base',
  'embedded',
  'core/values',
  'core/faults',
  'core/places',
  'core/agency',
  'core/roster',
  'core/work',
  'core/definition',
  'core/audit',
  'core/checks',
  'core/run',
  'core/approvals',
  'core/escalator',
  'core/outbox',
  'core/monitor',
  'core/steps',
  'core/events',
  'core/deciding',
  'planner/problem',
  'planner/tours',
  'planner/search',
  'planner/combine',
  'planner/explain',
  'planner',
  'store/mongo',
  'store/processes',
  'store/stock',
  'store/work',
  'store/runs',
  'store/outbox',
  'store',
  'services',
  'agents/report',
  'agents/language',
  'agents',
  'handlers',
  'scheduler',
  'scheduler/problem',
  'scheduler/words',
  'scheduler/threads',
  'scheduler/reserving',
  'scheduler/news',
  'scheduler/roster',
  'scheduler/disruptions',
  'scheduler/work',
  'scheduler/planning',
  'orchestrator/driving',
  'orchestrator',
  'monitor',
  'definitions',
  'management',
  'http',
  'pictures',
  'slack/words',
  'slack/budget',
  'slack/connection',
  'slack/kit',
  'slack/runs',
  'slack/runs/starting',
  'slack/roster',
  'slack/disruptions',
  'slack/escalator',
  'slack/work',
  'slack/planning/picture',
  'slack/planning',
  'slack/approvals',
  'slack/delivery/rendering',
  'slack/delivery/pacing',
  'slack/delivery/posting',
  'slack/delivery',
  'slack',
  'cli',
  'doctor',
  'simulation/roster',
  'simulation/requests',
  'simulation/replay',
  'simulation/report',
  'simulation',
  'app',
  // The doors: what is started by name.
  '.',
];

const MOST_FILES_IN_A_ROOM = 16;

/** The doors people and systems come through know the management layer, and nothing of what it stands on. */
const DOORS = ['slack', 'http', 'cli'];
const BELOW_THE_FACADE = ['scheduler', 'orchestrator', 'store'];

/** The stand-ins for MongoDB and Slack know nothing of the product, and only who starts it knows of them. */
const EMBEDDED = 'embedded';
const EMBEDDED_IMPORTERS = [EMBEDDED, 'app', '.'];

/** Floors without I/O: what they need comes in as arguments. */
const PURE = ['core', 'planner'];
const PURE_PACKAGES = /^(zod|date-fns(\/.*)?|@date-fns\/tz(\/.*)?|@photostructure\/tz-lookup)$/;
const PROCESS_FILES = ['main.ts', 'cli.ts', 'base/config.ts'];
/** The one file that knows what clocks on the wall show; elsewhere nothing asks in which zone the machine stands. */
const WALL_TIME_FILE = 'core/values/wall-time.ts';
/** What of the date library asks no zone. */
const ZONELESS_DATE_FUNCTIONS = /^date-fns\/(constants|isValid|max|min)$/;
const LOCAL_DATE_METHOD =
  /^(?:[gs]et(?:Hours|Minutes|Seconds|Milliseconds|Date|Day|Month|Year|FullYear)|getTimezoneOffset|to(?:Locale)?(?:Date|Time)String)$/;
const DATE_OR_ZONE = /^\d{4}-\d{2}-\d{2}$|(?:Z|[+-]\d{2}:\d{2})$/;

/** `embedded` speaks to its own mongod about being a replica set; it queries nothing of the product's. */
const MONGODB_FLOORS = ['store', 'app', 'embedded'];

/** Everything in `sources` that breaks a rule of the house, in the order of the files. */
export function findViolations(sources: Sources): Violation[] {
  const modules = Object.entries(sources).map(([file, text]) => readModule(file, text));
  return [...modules.flatMap(checkModule), ...findFullRooms(Object.keys(sources))];
}

function checkModule({ file, imports, found }: Module): Violation[] {
  const violations: Violation[] = found
    .filter(({ rule }) => rule !== 'process' || !PROCESS_FILES.includes(file))
    .filter(({ rule }) => rule !== 'zone-of-the-machine' || file !== WALL_TIME_FILE)
    .map((one) => ({ ...one, file }));
  if (rankOf(file) === -1) violations.push({ rule: 'no-room', file, detail: `${roomOf(file)} has no place` });
  for (const one of imports) {
    const rule = checkTarget(file, one) ?? checkPackage(file, one);
    if (rule) violations.push({ rule, file, detail: `imports ${one.specifier}` });
  }
  return violations;
}

function checkTarget(file: string, { target }: Import): Rule | null {
  if (target === null || target.endsWith('.json')) return null;
  if (target.startsWith('..')) return 'no-room';
  const [from, to] = [floorOf(file), floorOf(target)];
  if (DOORS.includes(from) && BELOW_THE_FACADE.includes(to)) return 'below-the-facade';
  if (to === EMBEDDED && !EMBEDDED_IMPORTERS.includes(from)) return 'embedded';
  return rankOf(target) > rankOf(file) ? 'upward-import' : null;
}

function checkPackage(file: string, { specifier, target, typeOnly }: Import): Rule | null {
  if (target !== null) return null;
  if (PURE.includes(floorOf(file)) && !PURE_PACKAGES.test(specifier)) return 'pure-room';
  if (file !== WALL_TIME_FILE && /^@?date-fns\b/.test(specifier) && !ZONELESS_DATE_FUNCTIONS.test(specifier))
    return 'zone-of-the-machine';
  const driver = specifier === 'mongodb' || specifier.startsWith('mongodb/');
  return driver && !typeOnly && !MONGODB_FLOORS.includes(floorOf(file)) ? 'mongodb' : null;
}

function findFullRooms(files: string[]): Violation[] {
  const rooms = [...new Set(files.map(roomOf))];
  return rooms.flatMap((room) => {
    const count = files.filter((file) => roomOf(file) === room).length;
    if (count <= MOST_FILES_IN_A_ROOM) return [];
    return [{ rule: 'full-room' as const, file: room, detail: `${count} files` }];
  });
}

/** The folder a file stands in. */
function roomOf(file: string): string {
  return posix.dirname(file);
}

/** The folder directly below `src/`, or `.` for a door. */
function floorOf(file: string): string {
  return roomOf(file).split('/')[0] ?? '.';
}

function rankOf(file: string): number {
  return ROOMS.indexOf(roomOf(file));
}

function readModule(file: string, text: string): Module {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const module: Module = { file, imports: [], found: [] };
  const add = (specifier: string, typeOnly: boolean) => {
    module.imports.push({ specifier, typeOnly, target: resolveTarget(file, specifier) });
  };
  const find = (rule: Rule, detail: string) => module.found.push({ rule, detail });
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === 'type'),
    ExportNamedDeclaration(node) {
      if (!node.source) return;
      add(node.source.value, node.exportKind === 'type');
      // Biome looks at the default exports of the file's own things only.
      if (node.specifiers.some(({ exported }) => nameOf(exported) === 'default'))
        find('default-export', 'passes a default export on');
    },
    ImportExpression(node) {
      if (typeof literalOf(node.source) === 'string') add(String(literalOf(node.source)), false);
    },
    // Biome does not follow this form when it looks for circles.
    TSImportType: (node) => find('type-in-place', `names a type of ${node.source.value} in place`),
    SpreadElement({ argument }) {
      const bare = argument.type === 'ParenthesizedExpression' ? argument.expression : argument;
      if (bare.type === 'ObjectExpression') find('spread-literal', 'spreads an object literal');
    },
    NewExpression: (node) => findLocalDate(node, find),
    CallExpression: (node) => findLocalDate(node, find),
    MemberExpression(node) {
      const name = nameOf(node.property);
      if (name && LOCAL_DATE_METHOD.test(name)) find('zone-of-the-machine', `uses ${name}`);
      if (isProcess(node.object) && name === 'exit') find('process', 'uses process.exit');
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || !node.init || !isProcess(node.init)) return;
      for (const property of node.id.properties) {
        const name = property.type === 'Property' ? nameOf(property.key) : 'env';
        if (name === 'env' || name === 'exit') find('process', `takes ${name} out of process`);
      }
    },
  }).visit(program);
  return module;
}

/** A date made from parts or from a text without a zone, and a format that names none: all go by the machine's zone. */
function findLocalDate(
  node: { callee: object; arguments: readonly object[] },
  find: (rule: Rule, detail: string) => void,
): void {
  const [first, second] = node.arguments;
  const isParse = 'object' in node.callee && nameOf(node.callee.object) === 'Date';
  const name = 'property' in node.callee ? nameOf(node.callee.property) : nameOf(node.callee);
  if (name === 'Date' && second) find('zone-of-the-machine', 'makes a date from parts');
  if ((name === 'Date' || (isParse && name === 'parse')) && first && !DATE_OR_ZONE.test(endOf(first)))
    find('zone-of-the-machine', 'reads a time without its zone');
  if (name === 'DateTimeFormat' && !namesZone(second))
    find('zone-of-the-machine', 'formats without naming a zone');
}

/** The last written part of a text that is put into a date; a text that is not written there passes. */
function endOf(node: object): string {
  if ('quasis' in node) return String(Object((node.quasis as object[]).at(-1)).value?.raw);
  const value = literalOf(node);
  return typeof value === 'string' ? value : 'Z';
}

function namesZone(node: object | undefined): boolean {
  if (!node || !('properties' in node)) return false;
  return (node.properties as object[]).some((one) => 'key' in one && nameOf(one.key) === 'timeZone');
}

function resolveTarget(file: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : null;
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
