import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { refuseRequests } from './refuse-requests.ts';

/** A row of a table, by the line of the file on which it begins. */
export interface TableRow {
  line: number;
  cells: string[];
}

export interface Table {
  header: TableRow;
  /** Rows below the header, empty ones among them. */
  rows: TableRow[];
  /** What stands between cells. */
  delimiter: string;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Excel writes it into the first line, for itself. */
const SEPARATOR_LINE = /^sep=(.)\n/i;
const Records = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));

/**
 * Reads a CSV file with commas, semicolons, tabs or bars between its cells, whichever its header has most of, and with
 * lines that end in CR LF, LF or CR, also in turn. No row is dropped: rows and header are all the records of the file.
 * Throws `simulation.requests` with the line when the quotes make no sense.
 */
export function readTable(text: string, file: string): Table {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const named = SEPARATOR_LINE.exec(lines);
  const content = named ? lines.slice(named[0].length) : lines;
  const delimiter = named?.[1] ?? chooseDelimiter(content);
  const all = parseRecords(content, file, delimiter, named ? 2 : 1);
  const start = all.findIndex((row) => !isEmptyRow(row));
  const header = all[start];
  if (!header)
    throw refuseRequests(file, 'the file is empty', 'write a header, created_at,due_at,lat,lon, and rows');
  const rows = all.slice(start + 1);
  refuseSwallowedRows(rows, file, (_line, row) => row.cells.length !== header.cells.length);
  return { header, rows, delimiter };
}

/** A line with nothing in it. */
export function isEmptyRow({ cells }: TableRow): boolean {
  return cells.every((cell) => cell === '');
}

/** The lines of a row besides its first: they stand inside quotes. */
export function listInnerLines({ cells }: TableRow): string[] {
  return cells.flatMap((cell) => cell.split('\n').slice(1));
}

/**
 * A quote too many takes all rows up to the next one for a single cell. Throws `simulation.requests` with the first row
 * that has such lines inside.
 */
export function refuseSwallowedRows(
  rows: readonly TableRow[],
  file: string,
  isSwallowed: (line: string, row: TableRow) => boolean,
): void {
  const stray = rows.find((row) => listInnerLines(row).some((line) => isSwallowed(line, row)));
  if (!stray) return;
  const wrong = `a quote in this row goes on for ${listInnerLines(stray).length + 1} lines`;
  throw refuseRequests(file, wrong, 'look there for a missing or extra quote', `line ${stray.line}`);
}

function chooseDelimiter(content: string): string {
  const first = content.split('\n').find((line) => line.trim() !== '') ?? '';
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, cells: countCells(first, delimiter) }));
  const [best] = counts.sort((one, other) => other.cells - one.cells);
  return best?.delimiter ?? ',';
}

/** Delimiters in quotes divide nothing. */
function countCells(line: string, delimiter: string): number {
  return line.replace(/"[^"]*"/g, '').split(delimiter).length;
}

/** Line endings are made one before, so that lines are counted as editors do. */
function parseRecords(content: string, file: string, delimiter: string, firstLine: number): TableRow[] {
  const options = { delimiter, info: true, trim: true, relax_column_count: true, record_delimiter: '\n' };
  try {
    const records = Records.parse(parse(content, options));
    return records.map(({ record }, index) => {
      const line = firstLine + (records[index - 1]?.info.lines ?? 0);
      return { line, cells: record };
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const right = 'look there for a missing or extra quote';
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      // Only the end of the file is named by the error; the row after the last whole one is what matters.
      const records = Number(error.records ?? 0);
      const before = Records.parse(parse(content, { ...options, to: Math.max(1, records) }));
      const line = firstLine + (records === 0 ? 0 : Number(before.at(-1)?.info.lines ?? 0));
      throw refuseRequests(
        file,
        'not valid CSV: a quote opens in this row and is never closed',
        right,
        `line ${line}`,
      );
    }
    const line = `line ${firstLine + Number(error.lines ?? 1) - 1}, column ${Number(error.column ?? 0) + 1}`;
    throw refuseRequests(file, `not valid CSV: ${error.message}`, right, line);
  }
}
