import { rename, rm, writeFile } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';

/** Writes a file whole or not at all: what was there stays until the new one is written. Throws `file.unwritable`. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  try {
    await writeFile(draft, content);
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it failed';
    throw new AppError('a file cannot be written', {
      code: 'file.unwritable',
      userMessage: `${file} cannot be written (${code}): name a file in a folder that exists and is yours.`,
      cause,
    });
  }
}
