import type { Recovery } from '../support/chaos-recovery.ts';
import type { DeadlineResult } from './deadlines.ts';
import type { LoadResult } from './measure.ts';

/** Load results as a Markdown table. */
export function showLoads(results: readonly LoadResult[]): string {
  return table(
    [
      '',
      'in flight',
      'workflows/s',
      'p50 ms',
      'p99 ms',
      'CPU ms engine',
      'CPU ms server',
      'writes',
      'flushes',
    ],
    results.map((result) => [
      result.name,
      String(result.inFlight),
      result.perSecond.toFixed(0),
      result.p50.toFixed(1),
      result.p99.toFixed(1),
      result.workerCpu.toFixed(2),
      result.serverCpu.toFixed(2),
      result.writes.toFixed(1),
      result.flushes.toFixed(2),
    ]),
  );
}

/** Deadline results as a Markdown table. */
export function showDeadlines(results: readonly DeadlineResult[]): string {
  return table(
    ['deadlines', 'count', 'late p50 ms', 'late p99 ms', 'last after ms'],
    results.map(({ name, count, p50, p99, last }) => [
      name,
      String(count),
      ...[p50, p99, last].map((ms) => ms.toFixed(0)),
    ]),
  );
}

/** What a kill of all workers came to, for one kind of runs in flight. */
export interface NamedRecovery extends Recovery {
  name: string;
}

/** What kills of all workers came to, as a Markdown table. */
export function showRecovery(recoveries: readonly NamedRecovery[]): string {
  return table(
    ['recovery: in flight', 'undisturbed s', 'after kill s', 'replacement ready s', 'effects begun twice'],
    recoveries.map(({ name, undisturbed, allDone, replacementReady, begunTwice }) => [
      name,
      ...[undisturbed, allDone, replacementReady].map((ms) => (ms / 1_000).toFixed(2)),
      String(begunTwice),
    ]),
  );
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
