import { describeProblem } from '../../core/faults/problem.ts';
import { explainPlaceFault, findPlaceFault, type PlaceFaultKind } from '../../core/places/check-place.ts';
import type { Place } from '../../core/places/place.ts';
import type { Region } from '../../core/places/region.ts';
import { isPlannableYear, OUTSIDE_YEARS } from '../../core/values/duration.ts';
import { readDegrees } from '../../core/values/number.ts';
import { dateRequests, type TimeSpan } from './date-requests.ts';
import { COLUMNS, type Column, findColumns } from './find-columns.ts';
import { addLeftOut, type LeftOut } from './left-out.ts';
import { locateRequests } from './locate-requests.ts';
import { isEmptyRow, listInnerLines, readTable, refuseSwallowedRows, type TableRow } from './read-table.ts';
import { createTimeReader } from './read-times.ts';
import { refuseRequests } from './refuse-requests.ts';

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
  /** Rows below the header: the requests, and those that were left out. */
  rows: number;
  /** Lines besides the rows' first ones: they stand inside quotes. */
  innerLines: number;
  leftOut: LeftOut[];
}

/** What the command line and the agency say of a file. */
export interface RequestFileOptions {
  /** Which column of the file is meant, such as `created_at=open_dt`. */
  mapping?: readonly string[];
  /** Where the agency works; null when no agency is known. */
  region?: Region | null;
}

/** Why a row cannot be used: the count's words, the column, and what would be right. */
interface Fault {
  reason: string;
  column: Column | null;
  wrong: string;
  right: string;
}

const PLACE_REASONS: Readonly<Record<PlaceFaultKind, string>> = {
  unreadable: 'no degrees',
  degrees: 'nowhere on earth',
  zero: 'at 0, 0',
  swapped: 'lat and lon swapped',
  sign: 'a minus is missing or too much',
  far: 'far from all else',
};

/**
 * Reads a CSV file of requests with the columns `created_at`, `due_at`, `lat` and `lon`, in any order and among others;
 * times without a zone are wall time in `timeZone`, and a day alone is due until its end. Rows that make no sense, are
 * where nobody works, or years from all others, are left out and counted by reason. Throws `simulation.requests` when the file is no CSV, lacks a
 * column, or has no usable row.
 */
export function readRequests(
  text: string,
  file: string,
  timeZone: string,
  { mapping = [], region = null }: RequestFileOptions = {},
): RequestFile {
  const { header, rows, delimiter } = readTable(text, file);
  const columns = findColumns(header, file, mapping);
  const times = [columns.created_at, columns.due_at];
  const readTime = createTimeReader(
    rows.flatMap(({ cells }) => times.map((at) => cells[at] ?? '')),
    timeZone,
  );
  refuseSwallowedRows(rows, file, (line) => {
    const cells = line.split(delimiter);
    return cells.length === header.cells.length && readTime(cells[columns.created_at]?.trim() ?? '').ok;
  });
  const read = rows.map((row) => {
    const cells = Object.fromEntries(COLUMNS.map((name) => [name, row.cells[columns[name]] ?? '']));
    return {
      line: row.line,
      ...readRow(row, cells as Record<Column, string>, header.cells.length, readTime),
    };
  });
  const placed = read.flatMap((row) => (row.request ? [row.request] : []));
  const where = locateRequests(placed, timeZone, region);
  const when = dateRequests(placed.map(({ createdAt }) => createdAt));
  const leftOut = new Map<string, LeftOut>();
  const requests: RepairRequest[] = [];
  for (const { line, request, fault } of read) {
    const found =
      fault ?? (request ? (findFaultOfTime(request, when) ?? findFaultOfPlace(request, where)) : null);
    if (found === null && request) requests.push({ line, ...request });
    else if (found) addLeftOut(leftOut, found.reason, line, describeFault(file, line, found));
  }
  if (requests.length === 0) {
    const [first] = leftOut.values();
    throw refuseRequests(
      file,
      'no row can be used',
      first?.example ?? 'there is only a header: add rows below it',
    );
  }
  return {
    requests: requests.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime()),
    rows: rows.length,
    innerLines: rows.reduce((sum, row) => sum + listInnerLines(row).length, 0),
    leftOut: [...leftOut.values()],
  };
}

type TimeReader = ReturnType<typeof createTimeReader>;
type Read = { request: Omit<RepairRequest, 'line'>; fault: null } | { request: null; fault: Fault };

function readRow(row: TableRow, cells: Record<Column, string>, width: number, readTime: TimeReader): Read {
  const refuse = (reason: string, column: Column | null, wrong: string, right: string): Read => ({
    request: null,
    fault: { reason, column, wrong, right },
  });
  const useless = (column: Column, reason: string, right: string) =>
    refuse(
      cells[column] === '' ? `${column} is empty` : reason,
      column,
      `${JSON.stringify(cells[column])} is no use`,
      right,
    );
  if (isEmptyRow(row)) return refuse('empty', null, 'the line is empty', 'take it out, or leave it');
  if (row.cells.slice(width).some((cell) => cell !== '')) {
    const right = 'put quotes around a text with a separator in it';
    return refuse(
      'more cells than the header',
      null,
      `${row.cells.length} cells, the header has ${width}`,
      right,
    );
  }
  const created = readTime(cells.created_at);
  if (!created.ok) return useless('created_at', `created_at: ${created.reason}`, created.right);
  const due = cells.due_at === '' ? null : readTime(cells.due_at);
  if (due?.ok === false) return useless('due_at', `due_at: ${due.reason}`, due.right);
  for (const [column, read] of [
    ['created_at', created],
    ['due_at', due],
  ] as const)
    if (read && !isPlannableYear(read.instant.toISOString()))
      return useless(column, `${column}: a year that cannot be meant`, OUTSIDE_YEARS);
  const latitude = readCell(cells.lat);
  if (latitude === null) return useless('lat', 'lat is no number', 'write degrees such as 29.76');
  const longitude = readCell(cells.lon);
  if (longitude === null) return useless('lon', 'lon is no number', 'write degrees such as -95.37');
  const isDay = due !== null && due.end !== due.instant;
  const isOver = due !== null && (due.end < created.instant || (isDay && +due.end === +created.instant));
  if (isOver)
    return useless('due_at', 'due before it was reported', 'a job cannot be due before it was reported');
  const request = { createdAt: created.instant, dueAt: due?.end ?? null, latitude, longitude };
  return { request, fault: null };
}

/** Programs write more decimals of degrees than anybody can mean. */
function readCell(written: string): number | null {
  const read = readDegrees(written.replace(/(?<=[.,]\d{9})\d+$/, ''));
  return read.ok && written !== '' ? read.number : null;
}

function findFaultOfTime(
  { createdAt }: Pick<RepairRequest, 'createdAt'>,
  { first, last }: TimeSpan,
): Fault | null {
  if (createdAt >= first && createdAt <= last) return null;
  const [day, from, to] = [createdAt, first, last].map((instant) => instant.toISOString().slice(0, 10));
  const wrong = `${day} is far from the others, which lie between ${from} and ${to}`;
  return { reason: 'created_at: far from the others', column: 'created_at', wrong, right: 'check the year' };
}

function findFaultOfPlace(place: Place, region: Region): Fault | null {
  const fault = findPlaceFault(place, region);
  if (fault === null) return null;
  const { wrong } = explainPlaceFault(fault, 'the middle of the others');
  const right =
    fault.kind === 'swapped' || fault.kind === 'sign'
      ? explainPlaceFault(fault).right
      : 'write degrees of where it is';
  return { reason: PLACE_REASONS[fault.kind], column: 'lat', wrong, right };
}

function describeFault(file: string, line: number, { column, wrong, right }: Fault): string {
  const path = column === null ? `line ${line}` : `line ${line}, column ${column}`;
  return describeProblem({ file, path, wrong, right });
}
