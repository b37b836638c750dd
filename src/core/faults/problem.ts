import { AppError } from '../../base/errors.ts';
import { hideSecrets } from '../../base/log-redaction.ts';
import { terminalText } from '../../base/terminal-text.ts';
import { shortenText } from '../values/text.ts';

/** One fault in a file people write: where it is, what is wrong there, and what would be right. */
export interface Problem {
  file: string;
  /** Place inside the file, e.g. `steps[1].agent`; `(whole file)` when it concerns all of it. */
  path: string;
  wrong: string;
  right: string;
}

/** A fault before it is known which file it is in. */
export type Fault = Omit<Problem, 'file'>;

/** The path of what concerns all of a file. */
export const WHOLE_FILE = '(whole file)';
const IDENTIFIER = /^[A-Za-z_$][\w$-]*$/;

/** The problem on one line, whatever stands in the file: `file: path: wrong — right`. */
export function describeProblem(problem: Problem): string {
  return terminalText(`${problem.file}: ${problem.path}: ${problem.wrong} — ${problem.right}`);
}

/** A path as people write it: `steps[1].agent`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (IDENTIFIER.test(String(part))) text += text === '' ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text === '' ? WHOLE_FILE : text;
}

const LONGEST_VALUE = 60;

/** A value as it stands in the file, short enough for one line, and without secrets in its addresses. */
export function describeValue(value: unknown): string {
  return shortenText(hideSecrets(JSON.stringify(value) ?? String(value)), LONGEST_VALUE);
}

/** `"a", "b", "c"`, or "none" when there are no names. */
export function listNames(names: Iterable<string>): string {
  const quoted = [...names].map((name) => `"${name}"`);
  return quoted.length === 0 ? 'none' : quoted.join(', ');
}

/** The remedy for an unknown name: the nearest known one first, then all of them. `kind` is a plural such as "agents". */
export function suggestName(name: string, known: Iterable<string>, kind: string): string {
  const names = [...known];
  const nearest = findNearest(name, names);
  const list = `known ${kind}: ${listNames(names)}`;
  return nearest ? `did you mean "${nearest}"? ${list}` : `use one of the ${list}`;
}

/** The fault of naming something at `path` that is not among `known`; none when it is, or when nothing is named. */
export function checkName(
  name: string | undefined,
  path: string,
  known: readonly string[],
  kind: string,
): Fault[] {
  if (name === undefined || known.includes(name)) return [];
  return [{ path, wrong: `"${name}" is not known`, right: suggestName(name, known, kind) }];
}

/** The candidate a person most likely meant: at most a third of the letters differ (two always may); else null. */
export function findNearest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  const length = Math.max(name.length, best?.length ?? 0);
  const allowed = Math.min(Math.max(2, Math.floor(length / 3)), length - 1);
  return bestDistance <= allowed ? best : null;
}

/** Edits from one text to the other, two neighbouring letters that changed places being one (optimal string alignment). */
function countEdits(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = i > 1 && j > 1 && isSwapped ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[right.length] ?? 0;
}

/** One error for a list of problems, each on a line of its own with file, path and remedy. */
export function refuseProblems(code: string, heading: string, problems: readonly Problem[]): AppError {
  const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
  return new AppError(`${heading}: ${problems.length} problems`, {
    code,
    userMessage: `${heading}:\n${lines.join('\n')}`,
  });
}
