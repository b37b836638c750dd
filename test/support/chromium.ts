import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin'];
const REMEDY =
  'Install Chromium (on Debian and Ubuntu: apt-get install chromium), or set CHROMIUM_BINARY to an executable of it';

/** What the search depends on, so that a test can describe another machine. */
export interface Machine {
  env: Record<string, string | undefined>;
  isExecutable(path: string): boolean;
  /** Whether the package manager may be asked: Debian, and we are root. */
  canInstall(): boolean;
  /** Installs the distribution's package; throws when that fails. */
  install(): void;
}

const thisMachine: Machine = {
  env: process.env,
  isExecutable,
  canInstall: () =>
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && isExecutable('/usr/bin/apt-get'),
  install: () => {
    apt('update');
    apt('install', '--yes', '--no-install-recommends', 'chromium');
  },
};

/**
 * The path of a Chromium for `playwright-core`. Where there is none, it is installed if this process may; otherwise
 * the error says what to do. A test that needs a browser thereby never passes by being skipped.
 */
export function findChromium(machine: Machine = thisMachine): string {
  const given = machine.env.CHROMIUM_BINARY;
  if (given) {
    if (machine.isExecutable(given)) return given;
    throw new Error(`CHROMIUM_BINARY is ${given}, which is no executable. ${REMEDY}`);
  }
  const found = search(machine);
  if (found) return found;
  if (!machine.canInstall()) throw new Error(`no Chromium was found. ${REMEDY}`);
  try {
    machine.install();
  } catch (cause) {
    throw new Error(`no Chromium was found, and installing it failed. ${REMEDY}`, { cause });
  }
  const installed = search(machine);
  if (!installed) throw new Error(`Chromium was installed, but not where it is looked for. ${REMEDY}`);
  return installed;
}

function search({ env, isExecutable }: Machine): string | undefined {
  const onPath = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = new Set([...FOLDERS, ...onPath]);
  return NAMES.flatMap((name) => [...folders].map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', args, { env, stdio: ['ignore', 'inherit', 'inherit'], timeout: 300_000 });
}
