const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most so many UTF-16 units, the last of them `…` where something is missing; nothing that a reader sees as one
 * character, such as a family of emoji, is cut in two.
 */
export function shortenText(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  // From a bounded slice, because a text may be long; what reaches beyond it is not whole and ends the search.
  for (const { index, segment } of graphemes.segment(text.slice(0, most + 64))) {
    if (index + segment.length > most - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
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
