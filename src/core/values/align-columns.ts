/** Rows of texts as a table for a terminal; columns from `numbersFrom` on are flush right, as numbers are read. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  { gap, numbersFrom = Infinity }: { gap: string; numbersFrom?: number },
): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number) =>
    column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join(gap).trimEnd()).join('\n');
}
