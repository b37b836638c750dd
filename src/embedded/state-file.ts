import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

/** Reads a small JSON file of ours; undefined when it is missing, cut short or of another shape. */
export async function readStateFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces a file whole: a reader, or a crash in between, finds the old text or the new one, never half. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  // Some of these files hold a token: they are for the owner alone.
  // On the disk before it takes the old one's name: after a power cut an empty file would stand there.
  await writeFile(draft, text, { mode: 0o600, flush: true });
  await rename(draft, path);
}
