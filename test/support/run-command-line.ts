import { execFile } from 'node:child_process';
import { API_TOKEN } from './crewline.ts';

export interface CommandLineResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built `crewline` command line against an installation. */
export function runCommandLine(
  url: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandLineResult> {
  const options = { env: { ...process.env, CREWLINE_URL: url, API_TOKEN, ...env } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['dist/cli.js', ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
