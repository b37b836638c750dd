import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import winston from 'winston';
import { createRedactor, type Redactor } from './log-redaction.ts';
import { terminalJson, terminalText } from './terminal-text.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A static message plus fields; the fields carry what differs from line to line. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same log, its lines headed `[component]`. */
  for(component: string): Log;
}

export interface LogOptions {
  level: LogLevel;
  /** `json`: one object a line. `pretty`: `[Component] message key=value…`. */
  format: 'json' | 'pretty';
  /** Values that must never be written, wherever they occur. */
  secrets?: () => readonly string[];
  /** Where lines go; standard output unless told. */
  stream?: Writable;
  /** Whether `pretty` lines are coloured; unless told, only where a colour terminal reads them. */
  colour?: boolean;
}

interface Entry {
  level: LogLevel;
  message: string;
  component: string | undefined;
  fields: Record<string, unknown>;
}

/** Creates the log of the process. Nothing is written with a secret in it: see `createRedactor`. */
export function createLog(options: LogOptions): Log {
  const stream = options.stream ?? process.stdout;
  const colour =
    options.colour ??
    (options.stream === undefined && process.stdout.isTTY === true && process.stdout.hasColors());
  const render = options.format === 'json' ? jsonLine : (entry: Entry) => prettyLine(entry, colour);
  const logger = winston.createLogger({
    level: options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf((info) => render(info.entry as Entry)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  });
  return componentLog(logger, createRedactor(options.secrets), undefined);
}

function componentLog(logger: winston.Logger, redactor: Redactor, component: string | undefined): Log {
  const write =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const withStack = level === 'debug' || level === 'error';
      const entry: Entry = {
        level,
        message: redactor.text(message),
        component,
        fields: redactor.value(fields, withStack) as Record<string, unknown>,
      };
      // The entry travels beside winston's own message, so that a field named `level` or `message` harms nothing.
      logger.log({ level, message: entry.message, entry });
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    for: (name) => componentLog(logger, redactor, redactor.text(name)),
  };
}

function jsonLine({ level, component, message, fields }: Entry): string {
  const head = { time: new Date().toISOString(), level, ...(component && { component }), message };
  // The head comes last, too: a field must not be able to pass itself off as the level or the time.
  return terminalJson(JSON.stringify({ ...head, ...fields, ...head }));
}

function prettyLine({ level, component, message, fields }: Entry, colour: boolean): string {
  const paint = (style: 'bold' | 'dim' | 'red' | 'yellow', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const head = component ? `${paint('bold', `[${terminalText(component)}]`)} ` : '';
  const words = terminalText(message);
  const text = level === 'error' ? paint('red', words) : level === 'warn' ? paint('yellow', words) : words;
  const stacks: string[] = [];
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => terminalText(`${key}=${prettyValue(value, stacks)}`));
  // Words, not colour alone, say that a line is unusual; at the end, so that the line reads as a sentence.
  if (level !== 'info') pairs.push(`level=${level}`);
  const tail = pairs.length > 0 ? ` ${paint('dim', pairs.join(' '))}` : '';
  return [head + text + tail, ...stacks.map((frame) => paint('dim', terminalText(frame)))].join('\n');
}

/** A message of several lines stands in the stack, too: none of them may pass for a line of the log. */
const STACK_FRAME = /^\s+at /;

function prettyValue(value: unknown, stacks: string[]): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (!isPlainError(value)) return JSON.stringify(value);
  // An AppError explains itself; only the unexpected needs its stack in a terminal.
  const { name, code, message, stack, cause } = value;
  if (stack && name !== 'AppError')
    stacks.push(...stack.split('\n').filter((line) => STACK_FRAME.test(line)));
  const because = isPlainError(cause) ? ` (because: ${cause.message})` : '';
  return JSON.stringify(`${code ? `${code}: ` : ''}${message}${because}`);
}

interface PlainError {
  name: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: unknown;
}

function isPlainError(value: unknown): value is PlainError {
  if (typeof value !== 'object' || value === null) return false;
  return 'name' in value && 'message' in value && typeof value.message === 'string';
}
