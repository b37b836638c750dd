import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';

const GRACE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 20;

/** A process this one is responsible for: started here, or adopted from a predecessor that was killed. */
export interface OwnedProcess {
  readonly pid: number;
  isRunning(): boolean;
  /** Asks it to end (SIGTERM), forces it after 10 s (SIGKILL), and returns once it is gone. */
  stop(): Promise<void>;
}

interface SpawnOptions {
  command: string;
  arguments: readonly string[];
  /** Receives the process's standard output and error; overwritten. */
  outputFile: string;
  /** Called with a description when the process ends without `stop`. */
  onUnexpectedEnd(reason: string): void;
}

/**
 * Starts a process in a session of its own: Ctrl-C in the terminal does not reach it, so that its owner can stop
 * it after everything that needs it. Throws `embedded.spawn_failed` when it cannot be started at all.
 */
export async function spawnOwned(options: SpawnOptions): Promise<OwnedProcess> {
  const output = openSync(options.outputFile, 'w');
  const child = spawn(options.command, options.arguments, {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  // A child that is still there must not keep its owner alive: the owner's end is what ends it.
  child.unref();
  const pid = await startedPid(child, options.command);
  const identity = identifyProcess(pid) ?? { pid, startedAt: 'already ended', command: options.command };
  let stopping = false;
  child.once('exit', (code, signal) => {
    if (!stopping) options.onUnexpectedEnd(signal ? `signal ${signal}` : `exit code ${code}`);
  });
  const owned = adoptProcess(identity);
  return {
    ...owned,
    stop: () => {
      stopping = true;
      return owned.stop();
    },
  };
}

/** Takes over a process somebody else started; from now on it ends with this one. */
export function adoptProcess(identity: ProcessIdentity): OwnedProcess {
  const endWithOwner = () => signal(identity, 'SIGTERM');
  process.once('exit', endWithOwner);
  return {
    pid: identity.pid,
    isRunning: () => isRunning(identity),
    stop: async () => {
      process.off('exit', endWithOwner);
      signal(identity, 'SIGTERM');
      if (await hasEnded(identity, GRACE_MILLISECONDS)) return;
      signal(identity, 'SIGKILL');
      await hasEnded(identity, GRACE_MILLISECONDS);
    },
  };
}

async function startedPid(child: ChildProcess, command: string): Promise<number> {
  try {
    if (child.pid === undefined) await once(child, 'spawn');
  } catch (cause) {
    throw new AppError(`cannot start ${command}`, {
      code: 'embedded.spawn_failed',
      userMessage: `${command} cannot be started. Check that it exists and may be executed.`,
      cause,
    });
  }
  return child.pid ?? 0;
}

function signal(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch {
    // It ended between the look and the signal, which is what the signal was for.
  }
}

async function hasEnded(identity: ProcessIdentity, withinMilliseconds: number): Promise<boolean> {
  const deadline = Date.now() + withinMilliseconds;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MILLISECONDS);
  }
  return true;
}
