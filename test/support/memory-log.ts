import type { Log, LogLevel } from '../../src/base/log.ts';

export interface MemoryLogEntry {
  level: LogLevel;
  component: string | undefined;
  message: string;
  fields: Record<string, unknown>;
}

export interface MemoryLog extends Log {
  readonly entries: readonly MemoryLogEntry[];
  /** Lines as a terminal would head them, without fields: `[Component] message`. */
  lines(): string[];
  clear(): void;
}

/** A log that only remembers, unredacted, for tests to look at. */
export function createMemoryLog(): MemoryLog {
  const entries: MemoryLogEntry[] = [];
  const logFor = (component: string | undefined): Log => {
    const write =
      (level: LogLevel) =>
      (message: string, fields: Record<string, unknown> = {}): void => {
        entries.push({ level, component, message, fields });
      };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      for: logFor,
    };
  };
  return {
    ...logFor(undefined),
    entries,
    lines: () => entries.map(({ component, message }) => (component ? `[${component}] ${message}` : message)),
    clear: () => {
      entries.length = 0;
    },
  };
}
