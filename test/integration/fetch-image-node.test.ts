import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../support/local-server.ts';

let folder: string;
let registry: LocalServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-image-node-'));
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  await rm(folder, { recursive: true });
});

/** What the gate's script says, and whether it found something to run the tests with. */
async function fetchNode(env: Record<string, string>): Promise<{ said: string; found: boolean }> {
  const run = promisify(execFile)('.ci/fetch-image-node', [folder], { env: { ...process.env, ...env } });
  return run.then(
    ({ stdout }) => ({ said: stdout, found: true }),
    ({ stdout }: { stdout: string }) => ({ said: stdout, found: false }),
  );
}

/** Programs that come first on the PATH: a Node that says it is of `line`, and perhaps an npm. */
async function standIn(line: number, npm?: string): Promise<{ PATH: string }> {
  const programs = join(folder, 'programs');
  await mkdir(programs);
  const write = async (name: string, script: string) => {
    await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(programs, name), 0o755);
  };
  await write(
    'node',
    `case "$2" in process.versions*) echo ${line};; *) exec "${process.execPath}" "$@";; esac`,
  );
  if (npm !== undefined) await write('npm', npm);
  return { PATH: `${programs}:${process.env.PATH}` };
}

/** The script of an npm whose package carries a Node of this version. */
function carry(version: string): string {
  const carried = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
  const program = `printf '#!/bin/sh\necho ${version}' >${carried}/node && chmod +x ${carried}/node`;
  return `mkdir -p ${carried} && ${program}`;
}

describe('the gate’s Node of the image', () => {
  test('is of the line that the image is built on', async () => {
    expect(await readFile('Dockerfile', 'utf8')).toContain('FROM node:26-');
  });

  test('is not there when the registry has none: words say that nothing was tested on it', async () => {
    registry = await startLocalServer(() => ({ status: 404, body: { error: 'Not found' } }));
    const env = { ...(await standIn(20)), npm_config_registry: `${registry.url}/` };
    const { said, found } = await fetchNode(env);
    expect(found).toBe(false);
    expect(said).toMatch(
      /^NOT TESTED on the image's Node 26: the package registry gives no node-\w+-\w+@26\./,
    );
    expect(said).toContain('npm error code E404');
    expect(registry.requests.map(({ path }) => path)).toEqual([`/node-${process.platform}-${process.arch}`]);
    expect(await readdir(folder)).not.toContain('bin');
  });

  test('is not used when it is another one than was asked for', async () => {
    const { said, found } = await fetchNode(await standIn(20, carry('v25.9.0')));
    expect(found).toBe(false);
    expect(said).toMatch(/^NOT TESTED on the image's Node 26: .* does not run here: v25\.9\.0/);
  });

  test('is put where the gate runs it from', async () => {
    const env = await standIn(20, carry('v26.10.0'));
    expect(await fetchNode(env)).toEqual({ said: 'Node v26.10.0, as in the image\n', found: true });
    const { stdout } = await promisify(execFile)(join(folder, 'bin', 'node'), ['--version']);
    expect(stdout).toBe('v26.10.0\n');
  });

  test('is not fetched on a machine that has it', async () => {
    const { said, found } = await fetchNode(await standIn(26, 'exit 1'));
    expect(found).toBe(false);
    expect(said).toMatch(/own Node is of the image's line, 26: the tests have run on it already/);
    expect(await readdir(folder)).toEqual(['programs']);
  });
});
