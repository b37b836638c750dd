import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Problem } from '../core/faults/problem.ts';
import { readUnicode, type TextRead } from '../core/values/decode-text.ts';
import { findRepeatedName } from '../core/values/repeated-name.ts';
import { shortenText } from '../core/values/text.ts';

export type SourceFile = { ok: true; source: unknown } | { ok: false; problems: Problem[] };

/** Reads a JSON file; a file that is missing or malformed, or has a name twice in an object, becomes a problem with line and column. */
export async function readSource(file: string): Promise<SourceFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return refuseFile(
      basename(file),
      `cannot be read (${describeError(error)})`,
      `check that "${file}" exists`,
    );
  }
  const read = readUnicode(bytes);
  if (!read.ok) return refuseEncoding(file, read);
  const json = read.text;
  let source: unknown;
  try {
    source = JSON.parse(json);
  } catch (error) {
    return { ok: false, problems: [{ file: basename(file), ...explainSyntax(json, describeError(error)) }] };
  }
  const repeated = findRepeatedName(json);
  if (repeated === null) return { ok: true, source };
  const { path } = placeOf(json, repeated.position);
  const wrong = `"${shortenText(repeated.name, 60)}" is there twice in one object: only one of the two would count`;
  return { ok: false, problems: [{ file: basename(file), path, wrong, right: 'take one of them out' }] };
}

/** Characters that cannot be read must not become others in what people are shown. */
export function refuseEncoding(
  file: string,
  { wrong, line }: TextRead & { ok: false },
): SourceFile & { ok: false } {
  const right = 'save the file as UTF-8';
  return { ok: false, problems: [{ file: basename(file), path: `line ${line}`, wrong, right }] };
}

/** A result with one problem that concerns the whole file. */
export function refuseFile(file: string, wrong: string, right: string): SourceFile & { ok: false } {
  return { ok: false, problems: [{ file, path: '(whole file)', wrong, right }] };
}

/** The message of whatever was thrown, on one line. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? '';
}

function explainSyntax(text: string, message: string): Omit<Problem, 'file'> {
  const position = locateSyntaxError(text, message);
  const { path, line } = placeOf(text, position);
  const lineText = shortenText(text.split('\n')[line - 1]?.trim() ?? '', 60);
  const found =
    position >= text.length ? 'the file ends too early' : `unexpected ${JSON.stringify(text[position])}`;
  return {
    path,
    wrong: `not valid JSON: ${found} in \`${lineText}\``,
    right:
      'look there for a missing or extra comma, quote or bracket; JSON has no comments and no trailing commas',
  };
}

function placeOf(text: string, position: number): { path: string; line: number } {
  const before = text.slice(0, position).split('\n');
  return { path: `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`, line: before.length };
}

/**
 * Where the text stops being JSON. Node names the position in most of its messages but not in "Unexpected token"; there
 * the shortest prefix that no continuation could save ends with the culprit, and prefixes can be searched by halves.
 */
function locateSyntaxError(text: string, message: string): number {
  const named = /at position (\d+)/.exec(message);
  if (named) return Number(named[1]);
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (canContinue(text.slice(0, middle + 1))) low = middle + 1;
    else high = middle;
  }
  return low;
}

function canContinue(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const message = describeError(error);
    const named = /at position (\d+)/.exec(message);
    return named ? Number(named[1]) >= prefix.length : message.includes('end of JSON');
  }
}
