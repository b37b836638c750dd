/** At most so many characters, the last of them `…` where something is missing; no character is cut in two. */
export function shortenText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export interface ColumnOptions {
  gap: string;
  numbersFrom?: number;
}

/** Rows of texts as a table for a terminal; columns from `numbersFrom` on are flush right, as numbers are read. */
export function alignColumns(rows: readonly (readonly string[])[], options: ColumnOptions): string {
  return alignRows(rows, options).join('\n');
}

/** The same, row by row. */
export function alignRows(
  rows: readonly (readonly string[])[],
  { gap, numbersFrom = Infinity }: ColumnOptions,
): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number) =>
    column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join(gap).trimEnd());
}
