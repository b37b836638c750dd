import { findNearest, listNames, suggestName } from '../../core/faults/problem.ts';
import type { TableRow } from './read-table.ts';
import { refuseRequests } from './refuse-requests.ts';

export const COLUMNS = ['created_at', 'due_at', 'lat', 'lon'] as const;
export type Column = (typeof COLUMNS)[number];
/** Where each column is in a row. */
export type ColumnPlaces = Record<Column, number>;

/** More columns behind the first: `open,due_at=due`. */
const SEVERAL = new RegExp(`[,;]\\s*(${COLUMNS.join('|')})\\s*=`, 'i');

/** What other files call them; letters and digits alone count. */
const ALSO_CALLED: Readonly<Record<Column, readonly string[]>> = {
  created_at: [
    ...[
      'created',
      'created_date',
      'creation_date',
      'date_created',
      'created_on',
      'create_date',
      'created_time',
    ],
    ...['open_dt', 'open_date', 'opened', 'opened_date', 'opened_at', 'date_opened', 'open_time', 'open'],
    ...['requested_datetime', 'requested', 'requested_at', 'request_date', 'date_requested'],
    ...[
      'reported',
      'reported_at',
      'report_date',
      'date_reported',
      'received',
      'received_date',
      'date_received',
    ],
    ...['sr_create_date', 'submitted', 'submitted_at', 'entry_date', 'initiated_date', 'adddate'],
  ],
  due_at: [
    ...['due', 'due_date', 'due_dt', 'date_due', 'due_by', 'sla_date', 'sla_due', 'sla_due_date', 'sla'],
    ...['sla_target_dt', 'target_dt', 'target_date', 'sla_target', 'target', 'deadline', 'resolve_by'],
    ...['expected_datetime', 'expected_date', 'expected_close_date', 'estimated_completion_date'],
  ],
  lat: [
    'latitude',
    'y',
    'lat_deg',
    'geo_lat',
    'point_y',
    'location_lat',
    'y_wgs84',
    'ycoord',
    'y_coordinate',
  ],
  lon: [
    ...['longitude', 'lng', 'long', 'x', 'lon_deg', 'geo_lon', 'geo_lng', 'point_x', 'location_lon'],
    ...['location_lng', 'x_wgs84', 'xcoord', 'x_coordinate'],
  ],
};

/**
 * Where the columns of a file are: those that `--map` names (`created_at=open_dt`), the others by their own names, in any
 * case. Throws `simulation.requests` with what is missing, there twice or not there, and the columns that are likely meant.
 */
export function findColumns(header: TableRow, file: string, mapping: readonly string[] = []): ColumnPlaces {
  const names = header.cells.map((name) => name.toLowerCase());
  const mapped = readMapping(mapping, header.cells, file);
  const wanted = (column: Column) => mapped.get(column) ?? column;
  const path = `line ${header.line}`;
  const missing = COLUMNS.filter((column) => !names.includes(wanted(column)));
  if (missing.length > 0) {
    const noun = missing.length === 1 ? 'column' : 'columns';
    const wrong = `no ${noun} ${listNames(missing)} in the header, which has ${listNames(names.slice(0, 40))}`;
    throw refuseRequests(file, wrong, suggestColumns(missing, header.cells, mapped), path);
  }
  const twice = COLUMNS.filter(
    (column) => names.indexOf(wanted(column)) !== names.lastIndexOf(wanted(column)),
  );
  if (twice.length > 0)
    throw refuseRequests(
      file,
      `${listNames(twice.map(wanted))} is there twice`,
      'rename one of the two',
      path,
    );
  const at = (column: Column) => names.indexOf(wanted(column));
  return { created_at: at('created_at'), due_at: at('due_at'), lat: at('lat'), lon: at('lon') };
}

function readMapping(
  mapping: readonly string[],
  header: readonly string[],
  file: string,
): Map<Column, string> {
  const mapped = new Map<Column, string>();
  for (const pair of mapping) {
    const [left = '', ...rest] = pair.split('=');
    const column = COLUMNS.find((name) => name === left.trim().toLowerCase());
    const name = rest.join('=').trim();
    const path = `--map ${pair}`;
    if (!column || name === '') {
      const right = column
        ? `write ${column}=NAME, with a column of the file`
        : suggestName(left, COLUMNS, 'columns');
      throw refuseRequests(
        file,
        column ? 'names no column of the file' : `there is no "${left}"`,
        right,
        path,
      );
    }
    if (mapped.has(column))
      throw refuseRequests(file, `"${column}" is named twice`, 'leave one of them out', path);
    if (!header.some((cell) => cell.toLowerCase() === name.toLowerCase())) {
      const right = SEVERAL.test(name)
        ? `give --map once for each column, such as ${pair
            .split(/\s*[,;]\s*/)
            .map((one) => `--map ${one}`)
            .join(' ')}`
        : suggestName(name, header, 'columns');
      throw refuseRequests(file, `the header has no "${name}"`, right, path);
    }
    mapped.set(column, name.toLowerCase());
  }
  return mapped;
}

/** Which columns of the file may be meant; those that look like none have to be added. */
function suggestColumns(
  missing: readonly Column[],
  header: readonly string[],
  mapped: ReadonlyMap<Column, string>,
): string {
  const taken = [...COLUMNS, ...mapped.values()];
  const free = header.filter((name) => !taken.some((column) => column === name.toLowerCase()));
  const options: string[] = [];
  const additions: string[] = [];
  for (const column of missing) {
    const meant = findLikely(column, free);
    if (meant === null)
      additions.push(`add "${column}", or say --map ${column}=NAME with the column that has it`);
    else options.push(`--map ${column}=${/^[\w.-]+$/.test(meant) ? meant : JSON.stringify(meant)}`);
  }
  const advice = options.length > 0 ? [`say ${options.join(' ')}`] : [];
  return [...advice, ...additions].join(', ');
}

function findLikely(column: Column, free: readonly string[]): string | null {
  const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\d]/gu, '');
  const known = [column, ...ALSO_CALLED[column]].map(plain);
  const called = known.flatMap((name) => free.filter((cell) => plain(cell) === name));
  return called[0] ?? findNearest(column, free);
}
