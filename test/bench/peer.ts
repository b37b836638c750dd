import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../src/base/errors.ts';
import { spawnOwned } from '../../src/embedded/owned-process.ts';
import { startDeadline } from '../../src/services/deadline.ts';
import type { BenchRun } from './bench-run.ts';

/** The program of another engine that is measured beside this one. */
export interface PeerProgram {
  /** As people call it. */
  name: string;
  command: string;
  arguments: readonly string[];
  /** An empty folder, for what the program writes. */
  home: string;
  /** Whether it can take work; failing means no. Calls it makes end with `signal`. */
  isReady(signal: AbortSignal): Promise<boolean>;
}

/** A peer that runs. It belongs to the run that started it. */
export interface Peer {
  pid: number;
  /** The reason for what went wrong with the peer: that it has ended, when it has, and what it wrote last. */
  blame(error: unknown): Promise<AppError>;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 50;
/** A connection breaks a little earlier than its peer's end is known. */
const END_IS_KNOWN_WITHIN_MS = 1_000;
/** Of what the program wrote, the end that is shown. */
const LAST_LINES = 5;
const LAST_CHARACTERS = 1_500;

/**
 * Starts the program and returns once it is ready. Throws `bench.peer_failed` when it ends instead, or is not ready in
 * time; when it ends later without being stopped, the run fails.
 */
export async function startPeer(run: BenchRun, program: PeerProgram, withinMs: number): Promise<Peer> {
  const outputFile = join(program.home, 'output');
  const failure = (what: string, cause?: unknown) =>
    new AppError(`${program.name} ${what}${quoteEnd(outputFile)}`, { code: 'bench.peer_failed', cause });
  let end = null as AppError | null;
  const ended = new AbortController();
  const owned = await spawnOwned({
    command: program.command,
    arguments: program.arguments,
    outputFile,
    onUnexpectedEnd: (how) => {
      end = failure(`ended by itself (${how}).`);
      ended.abort();
      run.fail(end);
    },
  });
  const stop = run.own(program.name, owned.stop);
  const blame = async (error: unknown) => {
    await delay(END_IS_KNOWN_WITHIN_MS, undefined, { signal: ended.signal }).catch(() => {});
    if (end) return end;
    return failure(`failed: ${listMessages(error).join('; ')}.`, error);
  };
  const deadline = startDeadline(ended.signal, withinMs);
  try {
    while (!(await program.isReady(deadline.signal).catch(() => false))) {
      if (end) throw end;
      if (deadline.passed()) throw failure(`was not ready within ${withinMs / 1_000} s.`);
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    deadline.clear();
  }
  return { pid: owned.pid, blame, stop };
}

/** Of an error and what caused it: `fetch failed` alone says nothing. */
function listMessages(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)];
  return [error.message, ...listMessages(error.cause)];
}

function quoteEnd(outputFile: string): string {
  const lines = readFileSync(outputFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
  const text = lines.join('\n  ').slice(-LAST_CHARACTERS);
  return text === '' ? '' : ` It wrote last:\n  ${text}`;
}
