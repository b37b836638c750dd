import type { RunDetails, RunSummary } from './api-client.ts';

/** Runs as a table for a terminal. */
export function describeRuns(runs: RunSummary[]): string {
  if (runs.length === 0) return 'No runs.';
  const rows = runs.map((run) => [run.id, run.status, run.workflow, shortTime(run.createdAt), run.requester]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A run and its timeline for a terminal. */
export function describeRun(run: RunDetails): string {
  const input = Object.entries(run.input).map(([name, value]) => `  ${name}: ${String(value)}`);
  const timeline = run.timeline.map((event) => {
    const who = event.actor === 'system' ? '' : `  by ${event.actor}`;
    return `  ${shortTime(event.at)}  ${event.type}${event.task ? ` ${event.task}` : ''}${who}`;
  });
  return [
    `${run.id}  ${run.workflow}  ${run.status}${run.reason ? `: ${run.reason}` : ''}`,
    `  started ${shortTime(run.createdAt)} by ${run.requester}`,
    ...(run.deadline ? [`  deadline ${shortTime(run.deadline)}`] : []),
    ...(run.budget ? [`  spent ${inUnits(run.budget.spentCents)} of ${inUnits(run.budget.limitCents)}`] : []),
    ...run.escalations.map(describeEscalation),
    ...input,
    'Timeline',
    ...timeline,
  ].join('\n');
}

function describeEscalation({ key, state, openedAt, acknowledgedBy }: RunDetails['escalations'][number]) {
  const who = acknowledgedBy ? ` by ${acknowledgedBy}` : '';
  return `  escalation ${key}, opened ${shortTime(openedAt)}: ${state}${who}`;
}

function inUnits(cents: number): string {
  return (cents / 100).toFixed(2);
}

function shortTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}Z`;
}
