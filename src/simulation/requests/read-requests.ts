import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { describeProblem, findNearest, listNames } from '../../core/faults/problem.ts';
import type { Place } from '../../core/places/place.ts';
import { readInstant } from '../../core/values/wall-time.ts';

/** A pothole somebody reported, as an agency's 311 file has it. */
export interface RepairRequest extends Place {
  /** Line of the file, the header being the first. */
  line: number;
  createdAt: Date;
  /** Null when nothing was promised. */
  dueAt: Date | null;
}

export interface RequestFile {
  /** By the instant they came in. */
  requests: RepairRequest[];
  /** One line of words for each row that was left out: where, what is wrong, what would be right. */
  skipped: string[];
}

const COLUMNS = ['created_at', 'due_at', 'lat', 'lon'] as const;
/** What other files call them. */
const ALSO_CALLED: Readonly<Record<(typeof COLUMNS)[number], readonly string[]>> = {
  created_at: ['created', 'created_date', 'open_date', 'requested_datetime', 'opened'],
  due_at: ['due', 'due_date', 'sla_date', 'expected_datetime'],
  lat: ['latitude', 'y'],
  lon: ['longitude', 'lng', 'long', 'x'],
};
const Records = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));
type CsvRecord = z.infer<typeof Records>[number];

/**
 * Reads a CSV file of requests with the columns `created_at`, `due_at`, `lat` and `lon`, in any order and among others;
 * times without a zone are wall time in `timeZone`. Rows that make no sense are left out and told. Throws
 * `simulation.requests` when the file is no CSV, lacks a column, or has no usable row.
 */
export function readRequests(text: string, file: string, timeZone: string): RequestFile {
  const [header, ...records] = parseRecords(text, file);
  const columns = findColumns(header, file);
  const requests: RepairRequest[] = [];
  const skipped: string[] = [];
  const Row = createRow(timeZone);
  for (const { info, record } of records) {
    const cells = Object.fromEntries(COLUMNS.map((name) => [name, record[columns[name]] ?? '']));
    const row = Row.safeParse(cells);
    if (row.success) requests.push({ line: info.lines, ...row.data });
    else skipped.push(describeRow(file, info.lines, cells, row.error));
  }
  if (requests.length === 0)
    throw refuse(file, 'no row can be used', skipped[0] ?? 'there is only a header: add rows below it');
  return {
    requests: requests.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime()),
    skipped,
  };
}

function parseRecords(text: string, file: string): CsvRecord[] {
  try {
    const options = { info: true, bom: true, trim: true, skip_empty_lines: true, relax_column_count: true };
    return Records.parse(parse(text, options));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = `line ${error.lines ?? 1}, column ${Number(error.column ?? 0) + 1}`;
    throw refuse(file, `not valid CSV: ${error.message}`, 'look there for a missing or extra quote', line);
  }
}

function findColumns(header: CsvRecord | undefined, file: string): Record<(typeof COLUMNS)[number], number> {
  const names = header?.record.map((name) => name.toLowerCase()) ?? [];
  if (names.length === 0)
    throw refuse(file, 'the file is empty', `write a header, ${COLUMNS.join(',')}, and rows`);
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const noun = missing.length === 1 ? 'column' : 'columns';
    const wrong = `no ${noun} ${listNames(missing)} in the header, which has ${listNames(names.slice(0, 20))}`;
    throw refuse(file, wrong, suggestColumns(missing, names), 'line 1');
  }
  const at = (name: (typeof COLUMNS)[number]) => names.indexOf(name);
  return { created_at: at('created_at'), due_at: at('due_at'), lat: at('lat'), lon: at('lon') };
}

/** Which columns of the file may be meant, and need another name; those that look like none have to be added. */
function suggestColumns(missing: readonly (typeof COLUMNS)[number][], names: readonly string[]): string {
  const free = names.filter((name) => !COLUMNS.some((column) => column === name));
  return missing
    .map((column) => {
      const others = ALSO_CALLED[column].find((name) => free.includes(name));
      const meant = others ?? findNearest(column, free);
      return meant ? `rename "${meant}" to "${column}"` : `add "${column}"`;
    })
    .join(', ');
}

const TIME_HINT = 'write a time such as 2018-07-24T09:27:00';

function createRow(timeZone: string) {
  const time = z.string().transform((text, context) => {
    const instant = readInstant(text, timeZone);
    if (instant !== null) return instant;
    context.addIssue({ code: 'custom', message: TIME_HINT });
    return z.NEVER;
  });
  const degrees = (most: number) =>
    z
      .string()
      .regex(/^[+-]?\d+(\.\d+)?$/, `write degrees such as ${most === 90 ? '29.76' : '-95.37'}`)
      .transform(Number)
      .refine((value) => Math.abs(value) <= most, `write degrees from -${most} to ${most}`);
  const nothing = z.literal('').transform(() => null);
  return z
    .object({ created_at: time, due_at: z.union([nothing, time]), lat: degrees(90), lon: degrees(180) })
    .refine(({ created_at, due_at }) => due_at === null || due_at >= created_at, {
      path: ['due_at'],
      message: 'a job cannot be due before it was reported',
    })
    .transform(({ created_at, due_at, lat, lon }) => ({
      createdAt: created_at,
      dueAt: due_at,
      latitude: lat,
      longitude: lon,
    }));
}

function describeRow(file: string, line: number, cells: Record<string, string>, error: z.ZodError): string {
  const issue = error.issues[0];
  const column = String(issue?.path[0] ?? '');
  const path = `line ${line}, column ${column}`;
  const right = issue?.code === 'custom' || issue?.code === 'invalid_format' ? issue.message : TIME_HINT;
  return describeProblem({ file, path, wrong: `${JSON.stringify(cells[column] ?? '')} is no use`, right });
}

function refuse(file: string, wrong: string, right: string, path = '(whole file)'): AppError {
  const userMessage = describeProblem({ file, path, wrong, right });
  return new AppError('request file cannot be used', { code: 'simulation.requests', userMessage });
}
