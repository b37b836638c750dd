import type { Writable } from 'node:stream';
import { terminalJson, terminalText } from './terminal-text.ts';

/** The one way to a person's terminal; whatever is printed is only shown, a line of the caller's a line there. */
export interface Terminal {
  /** Results, a line each. A line break inside one does not make another. */
  print(...lines: readonly string[]): void;
  /** The same beside the results: errors, and what is under way. */
  tell(...lines: readonly string[]): void;
  /** A value as JSON. */
  printJson(value: unknown): void;
  /** Words of a fault: lines after the first are indented, so that none of them can pass for another's. */
  complain(program: string, words: string): void;
}

export interface TerminalOptions {
  output?: Writable;
  errors?: Writable;
  /** Takes secrets out. */
  redact?(text: string): string;
}

/** A terminal over standard output and standard error, unless told. Whoever reads them may leave at any time. */
export function createTerminal({
  output = process.stdout,
  errors = process.stderr,
  redact = (text) => text,
}: TerminalOptions = {}): Terminal {
  for (const stream of new Set([output, errors])) stream.on('error', endQuietly);
  const write = (stream: Writable, lines: readonly string[]): void => {
    for (const line of lines) stream.write(`${terminalText(redact(line))}\n`);
  };
  return {
    print: (...lines) => write(output, lines),
    tell: (...lines) => write(errors, lines),
    printJson: (value) => void output.write(`${terminalJson(redact(JSON.stringify(value, null, 2)))}\n`),
    complain: (program, words) => {
      const [first = '', ...others] = words.split('\n');
      write(errors, [`${program}: ${first}`, ...others.map((line) => `  ${line.trimStart()}`)]);
    },
  };
}

/** `crewline list | head` reads no further: what is left goes nowhere, and the exit code stays what it is. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
