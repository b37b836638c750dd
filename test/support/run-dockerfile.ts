import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** What the last stage of a Dockerfile came to, with its file system in a folder of this machine. */
export interface BuiltImage {
  /** The host's folder that is the image's working directory. */
  workdir: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  user: string;
  ports: string[];
  command: string[];
  healthCheck: string[];
}

interface Instruction {
  keyword: string;
  value: string;
}

interface Stage extends Omit<BuiltImage, 'workdir'> {
  /** The host's folder that is the stage's `/`. */
  root: string;
  /** As the Dockerfile names it, such as `/app`. */
  workdir: string;
}

interface Build {
  context: string;
  scratch: string;
  stages: Map<string, Stage>;
  isIgnored(path: string): boolean;
}

const RUN_TIMEOUT_MILLISECONDS = 180_000;

/**
 * Builds the Dockerfile of `context` without a Docker engine: every stage is a folder under `scratch`, and the RUN
 * steps are run there by this machine's Node. It proves the order of the steps, the build context and the contents
 * of the image, though not the base image. Instructions it does not know are errors, and so is a RUN step with an
 * absolute path, which would reach out of the stage's folder.
 */
export async function runDockerfile(context: string, scratch: string): Promise<BuiltImage> {
  // Readable for the unprivileged user the image is meant to run as.
  await chmod(scratch, 0o755);
  const build: Build = {
    context,
    scratch,
    stages: new Map(),
    isIgnored: parseDockerignore(await readFile(join(context, '.dockerignore'), 'utf8')),
  };
  let stage: Stage | null = null;
  for (const instruction of parseDockerfile(await readFile(join(context, 'Dockerfile'), 'utf8'))) {
    try {
      stage = instruction.keyword === 'FROM' ? await openStage(build, instruction) : stage;
      if (!stage) throw new Error('nothing may stand before FROM');
      if (instruction.keyword !== 'FROM') await apply(build, stage, instruction);
    } catch (cause) {
      throw new Error(
        `Dockerfile: ${instruction.keyword} ${instruction.value}: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  }
  if (!stage) throw new Error('the Dockerfile has no stage');
  return { ...stage, workdir: inStage(stage, '.') };
}

/** The environment without what belongs to the product, the test runner or the npm script that called it. */
function cleanEnvironment(): Record<string, string> {
  const foreign =
    /^(MONGO|SLACK_|LOCAL_SLACK|LLM_|SEVERITY_|CREWLINE_(?!TEST)|VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|PORT$|API_TOKEN$|INIT_CWD$|npm_(?!config_)|npm_config_local_prefix)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

function parseDockerfile(text: string): Instruction[] {
  const joined = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\s*\n\s*/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const [, keyword, value] = /^\s*(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
    return keyword && value ? [{ keyword: keyword.toUpperCase(), value }] : [];
  });
}

async function openStage(build: Build, { value }: Instruction): Promise<Stage> {
  const [, image = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(value) ?? [];
  if (build.stages.has(image)) throw new Error('a stage on top of another stage is not supported here');
  if (!/^node:\d+-/.test(image)) throw new Error('the base image must name its major version of Node');
  const key = name ?? String(build.stages.size);
  const stage: Stage = {
    ...{ root: join(build.scratch, key), workdir: '/', user: 'root' },
    ...{ env: {}, labels: {}, ports: [], command: [], healthCheck: [] },
  };
  await mkdir(stage.root);
  build.stages.set(key, stage);
  return stage;
}

async function apply(build: Build, stage: Stage, { keyword, value }: Instruction): Promise<void> {
  switch (keyword) {
    case 'WORKDIR':
      stage.workdir = join(stage.workdir, value);
      await mkdir(inStage(stage, '.'), { recursive: true });
      return;
    case 'ENV':
      Object.assign(stage.env, parsePairs(value));
      return;
    case 'LABEL':
      Object.assign(stage.labels, parsePairs(value));
      return;
    case 'USER':
      stage.user = value;
      return;
    case 'EXPOSE':
      stage.ports.push(...value.split(/\s+/));
      return;
    case 'CMD':
      stage.command = parseExecForm(value);
      return;
    case 'HEALTHCHECK':
      stage.healthCheck = parseExecForm(value.replace(/^(--\S+\s+)*CMD\s+/, ''));
      return;
    case 'COPY':
      return copy(build, stage, value);
    case 'RUN':
      return run(stage, value);
    default:
      throw new Error('this instruction is not supported here');
  }
}

async function run(stage: Stage, command: string): Promise<void> {
  if (/(^|[\s=:'"])\//.test(command)) throw new Error('a RUN step must not name absolute paths');
  try {
    await promisify(execFile)('/bin/sh', ['-c', command], {
      cwd: inStage(stage, '.'),
      env: { ...cleanEnvironment(), ...stage.env },
      timeout: RUN_TIMEOUT_MILLISECONDS,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`failed:\n${stdout}${stderr}`, { cause });
  }
}

async function copy(build: Build, stage: Stage, value: string): Promise<void> {
  const words = value.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const paths = words.filter((word) => !word.startsWith('--'));
  const target = paths.pop() ?? '';
  if (paths.length > 1 && !target.endsWith('/'))
    throw new Error('several sources need a target that ends in /');
  const source = from === undefined ? null : build.stages.get(from);
  if (source === undefined) throw new Error(`there is no stage ${from}`);
  const base = source ? source.root : build.context;
  const isLeftOut = (path: string) => !source && build.isIgnored(relative(base, path));
  for (const path of paths) {
    const origin = join(base, path);
    if (isLeftOut(origin)) throw new Error(`${path} is left out by .dockerignore`);
    // As Docker does: a folder's contents are copied, not the folder.
    const intoFolder = target.endsWith('/') && !(await stat(origin)).isDirectory();
    const destination = join(inStage(stage, target), intoFolder ? basename(path) : '');
    await mkdir(dirname(destination), { recursive: true });
    const options = { recursive: true, verbatimSymlinks: true } as const;
    await cp(origin, destination, { ...options, filter: (entry) => entry === origin || !isLeftOut(entry) });
  }
}

/** The host's path of a path in the stage, relative ones from its working directory. */
function inStage(stage: Stage, path: string): string {
  return join(stage.root, path.startsWith('/') ? path : join(stage.workdir, path));
}

function parsePairs(value: string): Record<string, string> {
  const pairs = value.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g);
  return Object.fromEntries([...pairs].map(([, name, quoted, bare]) => [name, quoted ?? bare]));
}

/** The shell form would put a shell between the engine's signals and the program. */
function parseExecForm(value: string): string[] {
  if (!value.startsWith('[')) throw new Error('must be in exec form, ["program", "argument"]');
  return JSON.parse(value) as string[];
}

/** Tells for a path of the build context whether it is left out; the last pattern that fits decides. */
function parseDockerignore(text: string): (path: string) => boolean {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const pattern = line.replace(/^!/, '').replace(/^\/|\/$/g, '');
      const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
      const expression = escaped.replace(/\*\*\/?|\*|\?/g, (part) => wildcard(part));
      return { keeps: line.startsWith('!'), matcher: new RegExp(`^${expression}(/.*)?$`) };
    });
  return (path) => {
    const last = patterns.findLast(({ matcher }) => matcher.test(path));
    return last !== undefined && !last.keeps;
  };
}

function wildcard(part: string): string {
  if (part === '**/') return '(.*/)?';
  if (part === '**') return '.*';
  return part === '*' ? '[^/]*' : '[^/]';
}

/** Every file below `folder`, as paths relative to it. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
