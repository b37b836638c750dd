import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { AppError } from '../base/errors.ts';

/** The variables of the file that `--env` names; none without one. Throws `cli.arguments` when it cannot be read. */
export async function readVariables(file: string | undefined): Promise<Record<string, string | undefined>> {
  if (file === undefined) return {};
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${cause.code})`;
    const userMessage = `--env ${file}: ${why}. Name a file with a NAME=value a line.`;
    throw new AppError('the variables cannot be read', { code: 'cli.arguments', userMessage, cause });
  });
  return parseEnv(text);
}
