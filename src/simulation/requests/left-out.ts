/** Rows of a file that cannot be used for one reason. */
export interface LeftOut {
  /** In a few words, such as `lat and lon swapped`. */
  reason: string;
  rows: number;
  /** The lines of the first few. */
  lines: number[];
  /** The first one, with what is wrong and what would be right. */
  example: string;
}

const MOST_LINES = 5;

/** Counts a row that is left out. */
export function addLeftOut(all: Map<string, LeftOut>, reason: string, line: number, example: string): void {
  const known = all.get(reason) ?? { reason, rows: 0, lines: [], example };
  const lines = known.lines.length < MOST_LINES ? [...known.lines, line] : known.lines;
  all.set(reason, { ...known, rows: known.rows + 1, lines });
}

/** How many rows are left out, whatever the reason. */
export function countLeftOut(leftOut: readonly LeftOut[]): number {
  return leftOut.reduce((sum, { rows }) => sum + rows, 0);
}

/** Every reason in a line, so that they add up: `12 rows: lat and lon swapped (lines 5, 9, …): …`. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ reason, rows, lines, example }) => {
    const more = rows > lines.length ? ', …' : '';
    const where = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}${more}`;
    return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}: ${reason} (${where}): ${example}`;
  });
}
