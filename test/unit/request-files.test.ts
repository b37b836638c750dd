import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { decodeRequests } from '../../src/simulation/requests/decode-requests.ts';
import { countLeftOut, describeLeftOut } from '../../src/simulation/requests/left-out.ts';
import { type RequestFileOptions, readRequests } from '../../src/simulation/requests/read-requests.ts';

const HEADER = ['created_at', 'due_at', 'lat', 'lon', 'note'];
const CHICAGO = 'America/Chicago';

/** Rows by what becomes of them; null is a good one. */
const KINDS: readonly { reason: string | null; cells: readonly string[] }[] = [
  { reason: null, cells: ['2018-07-24T09:27:00', '2018-07-27', '29.76', '-95.37', 'deep'] },
  { reason: null, cells: ['2018-07-24', '2018-07-24', '29.761', '-95.371', 'first line\nsecond line'] },
  {
    reason: null,
    cells: [
      '2018-07-24 09:27',
      '',
      '29.800000000000004',
      '-95.39999999999999',
      'a 5" hole; wide, deep | "odd"\tend',
    ],
  },
  { reason: 'empty', cells: [''] },
  { reason: 'created_at: no time', cells: ['24 July 2018', '', '29.76', '-95.37', ''] },
  { reason: 'created_at is empty', cells: ['', '2018-07-27', '29.76', '-95.37', ''] },
  {
    reason: 'created_at: a year that cannot be meant',
    cells: ['0018-07-24T09:27:00', '', '29.76', '-95.37', ''],
  },
  { reason: 'created_at: a year that cannot be meant', cells: ['1970-01-01', '', '29.76', '-95.37', ''] },
  { reason: 'created_at: a year that cannot be meant', cells: ['2108-07-24', '', '29.76', '-95.37', ''] },
  {
    reason: 'due_at: a year that cannot be meant',
    cells: ['2018-07-24', '9999-12-31', '29.76', '-95.37', ''],
  },
  { reason: 'created_at: far from the others', cells: ['2081-07-24', '', '29.76', '-95.37', ''] },
  { reason: 'created_at: far from the others', cells: ['2016-07-20', '', '29.76', '-95.37', ''] },
  { reason: 'due_at: no time', cells: ['2018-07-24', 'soon', '29.76', '-95.37', ''] },
  { reason: 'due before it was reported', cells: ['2018-07-24', '2018-07-23', '29.76', '-95.37', ''] },
  { reason: 'lat is no number', cells: ['2018-07-24', '', 'north', '-95.37', ''] },
  { reason: 'lon is empty', cells: ['2018-07-24'].concat('', '29.76') },
  { reason: 'lat and lon swapped', cells: ['2018-07-24', '', '-95.37', '29.76', ''] },
  { reason: 'a minus is missing or too much', cells: ['2018-07-24', '', '29.76', '95.37', ''] },
  { reason: 'at 0, 0', cells: ['2018-07-24', '', '0', '0.0', ''] },
  { reason: 'far from all else', cells: ['2018-07-24', '', '52.5', '-95.37', ''] },
  { reason: 'more cells than the header', cells: ['2018-07-24', '', '29.76', '-95.37', 'a', 'b'] },
];
const GOOD = KINDS.filter(({ reason }) => reason === null);

function write(cells: readonly string[], delimiter: string, isQuoted: boolean): string {
  const quote = (cell: string) =>
    isQuoted || /["\n\r;,|\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return cells.length === 1 && cells[0] === '' ? '' : cells.map(quote).join(delimiter);
}

function encode(text: string, encoding: string): Uint8Array {
  const mark = encoding.endsWith('bom') ? '\uFEFF' : '';
  const bytes = Buffer.from(mark + text, encoding.startsWith('utf16') ? 'utf16le' : 'utf8');
  return encoding.startsWith('utf16be') ? bytes.swap16() : bytes;
}

const read = (text: string, options?: RequestFileOptions) => readRequests(text, 'a.csv', CHICAGO, options);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.userMessage;
  }
  throw new Error('was not refused');
}

describe('a file of requests as people have it', () => {
  it('loses no row: those read and those left out, by reason, add up, however it is written', () => {
    const row = fc.record({
      kind: fc.constantFrom(...KINDS),
      ending: fc.constantFrom('\r\n', '\n', '\r'),
      isQuoted: fc.boolean(),
    });
    const file = fc.record({
      rows: fc.array(row, { maxLength: 40 }),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      encoding: fc.constantFrom('utf8', 'utf8bom', 'utf16le', 'utf16lebom', 'utf16be', 'utf16bebom'),
    });
    fc.assert(
      fc.property(file, ({ rows, delimiter, encoding }) => {
        // Most rows of a real file are good, which is how the others are known.
        const good = Array(rows.length + 1).fill({ kind: GOOD[0], ending: '\r\n', isQuoted: false });
        const all: typeof rows = [...good, ...rows];
        // A CR and an LF alone beside it would be one ending.
        const lines = all.map(
          ({ kind, ending, isQuoted }) =>
            write(kind.cells, delimiter, isQuoted) + (kind.reason === 'empty' ? '\r\n' : ending),
        );
        const text = `${HEADER.join(delimiter)}\n${lines.join('')}`;
        const found = read(decodeRequests(encode(text, encoding), 'a.csv').text);
        expect(found.rows).toBe(all.length);
        expect(1 + found.rows + found.innerLines).toBe(text.split(/\r\n|\n|\r/).length - 1);
        expect(found.requests.length + countLeftOut(found.leftOut)).toBe(all.length);
        const expected = new Map<string, number>();
        for (const { reason } of rows.map(({ kind }) => kind))
          if (reason !== null) expected.set(reason, (expected.get(reason) ?? 0) + 1);
        expect(new Map(found.leftOut.map((one) => [one.reason, one.rows]))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('names each reason with its count and its first lines', () => {
    const swapped = Array(7).fill('2018-07-24,,-95.37,29.76');
    const { leftOut } = read(
      ['created_at,due_at,lat,lon', ...Array(20).fill('2018-07-24,,29.76,-95.37'), ...swapped].join('\r\n'),
    );
    expect(describeLeftOut(leftOut)).toEqual([
      '7 rows: lat and lon swapped (lines 22, 23, 24, 25, 26, …): a.csv: line 22, column lat: latitude -95.37, longitude 29.76 looks swapped: 29.76 N, 95.37 W is meant — write latitude 29.76, longitude -95.37',
    ]);
  });

  it('knows a wholly swapped file by the time zone, and takes another country for what it is', () => {
    const of = (lat: string, lon: string) =>
      `created_at,due_at,lat,lon\n2018-07-24,,${lat},${lon}\n`.concat(`2018-07-24,,${lat}1,${lon}1\n`);
    expect(refusal(() => read(of('-95.37', '29.76')))).toContain('looks swapped: 29.76 N, 95.37 W');
    expect(read(of('59.91', '10.75')).requests).toHaveLength(2);
  });

  it('is measured by the region of the agency when most of it is there', () => {
    const region = { anchors: [{ latitude: 29.76, longitude: -95.37 }], kilometers: 30, timeZone: CHICAGO };
    const text = [
      'created_at,due_at,lat,lon',
      ...Array(3).fill('2018-07-24,,29.76,-95.37'),
      '2018-07-24,,30.5,-95.37',
    ];
    expect(read(text.join('\n')).requests).toHaveLength(4);
    expect(read(text.join('\n'), { region }).leftOut).toMatchObject([
      { reason: 'far from all else', lines: [5] },
    ]);
  });

  it('is due by the end of a day when only the day is said', () => {
    const { requests } = read(
      'created_at,due_at,lat,lon\n2018-03-11T09:00,2018-03-11,29,-95\n2018-07-24T09:00,2018-07-24 12:00,29,-95',
    );
    expect(requests.map(({ dueAt }) => dueAt?.toISOString())).toEqual([
      '2018-03-12T05:00:00.000Z',
      '2018-07-24T17:00:00.000Z',
    ]);
  });

  it('has dates in the order that the whole file tells, and none that may mean two days', () => {
    const rowsOf = (...times: string[]) =>
      ['created_at,due_at,lat,lon', ...times.map((time) => `${time},29.76,-95.37`)].join('\n');
    const instants = (...times: string[]) =>
      read(rowsOf(...times)).requests.map(({ createdAt, dueAt }) =>
        [createdAt, dueAt].map((at) => at?.toISOString()),
      );
    expect(instants('7/4/2018 9:27:05 PM,7/24/2018')).toEqual([
      ['2018-07-05T02:27:05.000Z', '2018-07-25T05:00:00.000Z'],
    ]);
    expect(instants('4/7/2018 12:00 AM,24/7/2018 18:30')).toEqual([
      ['2018-07-04T05:00:00.000Z', '2018-07-24T23:30:00.000Z'],
    ]);
    expect(instants('04.07.2018 09:27,2018-07-05 00:00:00+00')).toEqual([
      ['2018-07-04T14:27:00.000Z', '2018-07-05T00:00:00.000Z'],
    ]);
    const { leftOut } = read(rowsOf('2018-07-24,', '4/7/2018,', '13/25/2018,', '7/4/2018 13:00 PM,'));
    expect(leftOut.map(({ reason, rows }) => [reason, rows])).toEqual([
      ['created_at: day or month first', 3],
    ]);
    expect(refusal(() => read(rowsOf('31/2/2018,', '30/2/2018,')))).toContain('"31/2/2018" is no use');
  });

  it('may be of many years, and a replay of it ends: what lies far outside is a slip of the year', () => {
    const of = (...days: string[]) =>
      read(['created_at,due_at,lat,lon', ...days.map((day) => `${day},,29.76,-95.37`)].join('\n'));
    const years = Array.from({ length: 11 }, (_, index) => `${2010 + index}-07-01`);
    expect(of(...years).requests).toHaveLength(11);
    expect(of(...Array(9).fill('2018-07-01'), '2021-07-01').leftOut).toMatchObject([
      {
        rows: 1,
        lines: [11],
        example: expect.stringMatching(/2021-07-01 is far from the others.* — check the year/),
      },
    ]);
    const half = of(...Array(9).fill('2001-07-01'), ...Array(9).fill('2099-07-01'));
    expect([half.requests.length, countLeftOut(half.leftOut)]).toEqual([9, 9]);
  });

  it('may be told which columns are meant, and says which are likely', () => {
    const text = 'Open Date;SLA Target Dt;Latitude;Longitude\n2018-07-24;;29,761;-95,37\n';
    expect(refusal(() => read(text))).toMatch(
      / — say --map created_at="Open Date" --map due_at="SLA Target Dt" --map lat=Latitude --map lon=Longitude$/,
    );
    const mapping = ['created_at=open date', 'due_at=SLA Target Dt', 'LAT=Latitude', 'lon=longitude'];
    expect(read(text, { mapping }).requests).toMatchObject([{ latitude: 29.761, longitude: -95.37 }]);
    const wrongly = (...pairs: string[]) => refusal(() => read(text, { mapping: pairs }));
    expect(wrongly('lat=Latitud')).toContain('did you mean "Latitude"?');
    expect(wrongly('create_at=Latitude')).toContain('did you mean "created_at"?');
    expect(wrongly('lat')).toContain('write lat=NAME');
    expect(wrongly('lat=Latitude', 'lat=Longitude')).toContain('"lat" is named twice');
    expect(refusal(() => read('created_at,due_at,lat,lon,LAT\n2018-07-24,,29,-95,1'))).toContain(
      '"lat" is there twice',
    );
  });

  it('is refused by the row in which a quote is missing', () => {
    expect(
      refusal(() => read('created_at,due_at,lat,lon\n2018-07-24,,29,-95\n2018-07-24,"\n2018,,29,-95\n')),
    ).toBe(
      'a.csv: line 3: not valid CSV: a quote opens in this row and is never closed — look there for a missing or extra quote',
    );
    const swallowed =
      'created_at,due_at,lat,lon,note\n2018-07-24,,29,-95,"a\n2018-07-24,,29,-95,b\n1,2,3,"\n';
    expect(refusal(() => read(swallowed))).toContain(
      'a.csv: line 2: a quote in this row goes on for 3 lines',
    );
    const excel = 'sep=;\ncreated_at;due_at;lat;lon\n2018-07-24;;29;-95\nx;;29;-95\n';
    expect(read(excel).leftOut).toMatchObject([{ lines: [4] }]);
  });

  it('in an older encoding is read and said so; bytes of no encoding are refused by line and byte', () => {
    const text = 'created_at,due_at,lat,lon,note\n2018-07-24,,29,-95,caf\xe9\n';
    const decoded = decodeRequests(Buffer.from(text, 'latin1'), 'a.csv');
    expect(decoded.note).toBe('a.csv: byte 0xE9 in line 2 is not UTF-8; it was read as Windows-1252.');
    expect(decoded.text).toContain('café');
    expect(refusal(() => decodeRequests(Buffer.from(`${text}\x81`, 'latin1'), 'a.csv'))).toBe(
      'a.csv: line 2: byte 0xE9 in line 2 is not UTF-8 — save it as UTF-8',
    );
    expect(refusal(() => decodeRequests(Buffer.from('fffe00006100', 'hex'), 'a.csv'))).toContain(
      'it is UTF-32',
    );
    expect(
      refusal(() => decodeRequests(Buffer.from('fffe6100620', 'hex').subarray(0, 5), 'a.csv')),
    ).toContain('UTF-16');
  });
});
