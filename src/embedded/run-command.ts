import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program to its end and returns its standard output; rejects when it fails or exceeds `timeoutSeconds`, and
 * ends it when `signal` is aborted.
 */
export async function runCommand(
  program: string,
  programArguments: readonly string[],
  timeoutSeconds: number,
  signal?: AbortSignal,
): Promise<string> {
  const { stdout } = await execute(program, [...programArguments], {
    timeout: timeoutSeconds * 1000,
    maxBuffer: 16 * 1024 * 1024,
    ...(signal ? { signal } : {}),
  });
  return stdout;
}

/** The last line a failed program wrote, or the error's own words: what fits into a list of reasons. */
export function shortReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  const text = output || error.message;
  return text.split('\n').at(-1)?.slice(0, 200) ?? '';
}
