/** One plan of one problem. */
export interface PlanRow {
  size: string;
  seed: number;
  planner: string;
  seconds: number;
  /** Cents. */
  total: number;
  unplaced: number;
  lateMinutes: number;
  travelMinutes: number;
}

type Figure = 'total' | 'unplaced' | 'lateMinutes' | 'travelMinutes' | 'seconds';

const HEAD = [
  'planner',
  ...['cost $', 'left out', 'late min', 'travel min', 'seconds'],
  ...['cost/greedy', 'late/greedy', 'travel/greedy', 'cost over last', 'travel over last'],
];

/**
 * A table of the plans of one size, a line a planner: medians over the seeds, beside the greedy plan of the same seed,
 * and beside the last planner, which had the most time.
 */
export function describeRows(rows: readonly PlanRow[]): string[] {
  const planners = [...new Set(rows.map(({ planner }) => planner))];
  const last = planners.at(-1) ?? '';
  const lines = planners.map((planner) => {
    const own = rows.filter((row) => row.planner === planner);
    const middle = (figure: Figure) => median(own.map((row) => row[figure]));
    const against = (other: string, figure: Figure) =>
      median(own.map((row) => share(rows, row, other, figure)));
    const over = (figure: Figure) => `${((against(last, figure) - 1) * 100).toFixed(2)} %`;
    return [
      planner,
      (middle('total') / 100).toFixed(0),
      middle('unplaced').toFixed(0),
      middle('lateMinutes').toFixed(0),
      middle('travelMinutes').toFixed(0),
      middle('seconds').toFixed(2),
      ...(['total', 'lateMinutes', 'travelMinutes'] as const).map((figure) =>
        against('greedy', figure).toFixed(3),
      ),
      over('total'),
      over('travelMinutes'),
    ];
  });
  return [HEAD, ...lines].map((cells) =>
    cells.map((cell, column) => pad(cell, (HEAD[column] ?? '').length)).join('  '),
  );
}

/** A figure of a row divided by the same of another planner's plan of the same city; 1 where both are 0. */
function share(rows: readonly PlanRow[], row: PlanRow, planner: string, figure: Figure): number {
  const other = rows.find(({ seed, planner: name }) => seed === row.seed && name === planner) ?? row;
  return row[figure] === other[figure] ? 1 : row[figure] / other[figure];
}

function pad(cell: string, head: number): string {
  return cell.padStart(Math.max(head, 9));
}

/** Between the two in the middle when there is an even number. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((below ?? Number.NaN) + (above ?? Number.NaN)) / 2;
}
