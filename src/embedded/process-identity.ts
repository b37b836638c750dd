import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number: `startedAt` differs for that one. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
  /** Program and arguments, joined by blanks. */
  command: string;
}

/** Says who runs under `pid` now; undefined when nobody does, or only a zombie nobody has collected. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

/** Whether that very process, not only its number, is still alive. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

function identifyByProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold blanks: the countable fields start after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, threads, startedAt] = [fields[0], Number(fields[17]), fields[19]];
    if (state === undefined || startedAt === undefined) return undefined;
    // A dying program's first thread can be a zombie while others still hold its ports and locks.
    if ('ZX'.includes(state) && threads <= 1) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return { pid, startedAt, command };
  } catch {
    return undefined;
  }
}

function identifyByPs(pid: number): ProcessIdentity | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const parts = /^\s*(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/m.exec(line);
    const [, state, startedAt, command] = parts ?? [];
    if (!state || !startedAt || state.startsWith('Z')) return undefined;
    return { pid, startedAt, command: command ?? '' };
  } catch {
    return undefined;
  }
}
