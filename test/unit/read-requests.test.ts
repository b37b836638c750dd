import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { readRequests } from '../../src/simulation/requests/read-requests.ts';

const read = (...lines: string[]) => readRequests(lines.join('\n'), 'potholes.csv', 'America/Chicago');

function refusal(...lines: string[]): string {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof AppError) return error.userMessage;
  }
  throw new Error('was not refused');
}

describe('a file of requests', () => {
  it('may have its columns in any order, others among them, quotes and a byte order mark', () => {
    const { requests, leftOut } = read(
      '\uFEFFid,"LON",lat,note,due_at,created_at',
      '1,-95.37,29.76,"deep, wide","2018-07-27 09:00",2018-07-24 09:27:30',
    );
    expect(leftOut).toEqual([]);
    expect(requests).toEqual([
      {
        line: 2,
        createdAt: new Date('2018-07-24T14:27:30Z'),
        dueAt: new Date('2018-07-27T14:00:00Z'),
        latitude: 29.76,
        longitude: -95.37,
      },
    ]);
  });

  it('has local times, in summer and in winter, unless they name a zone', () => {
    const { requests } = read(
      'created_at,due_at,lat,lon',
      '2018-01-01T12:00:00,,29,-95',
      '2018-03-11T03:30:00,,29,-95',
      '2018-07-01T12:00:00Z,,29,-95',
      '2018-07-01T12:00:00-05:00,,29,-95',
    );
    expect(requests.map(({ createdAt }) => createdAt.toISOString())).toEqual([
      '2018-01-01T18:00:00.000Z',
      '2018-03-11T08:30:00.000Z',
      '2018-07-01T12:00:00.000Z',
      '2018-07-01T17:00:00.000Z',
    ]);
  });

  it('is put in the order in which the requests came in', () => {
    const { requests } = read('created_at,due_at,lat,lon', '2018-02-02,,29,-95', '2018-02-01,,29,-95');
    expect(requests.map(({ line }) => line)).toEqual([3, 2]);
  });

  it('loses its bad rows only, each with line, column, and what would be right', () => {
    const { requests, leftOut } = read(
      'created_at,due_at,lat,lon',
      'soon,2018-01-03,29.7,-95.4',
      '2018-01-01,2018-13-40,29.7,-95.4',
      '2018-01-01,2018-01-03,north,-95.4',
      '2018-01-01,2018-01-03,29.7,-950',
      '2018-01-01,2017-01-03,29.7,-95.4',
      '2018-01-01',
      '2018-01-01,2018-01-03,29.7,-95.4',
    );
    expect(requests).toHaveLength(1);
    expect(leftOut.map(({ example }) => example)).toEqual([
      'potholes.csv: line 2, column created_at: "soon" is no use — write a time such as 2018-07-24T09:27:00',
      'potholes.csv: line 3, column due_at: "2018-13-40" is no use — write a time such as 2018-07-24T09:27:00',
      'potholes.csv: line 4, column lat: "north" is no use — write degrees such as 29.76',
      'potholes.csv: line 5, column lat: latitude 29.7, longitude -950 is nowhere on earth — write degrees of where it is',
      'potholes.csv: line 6, column due_at: "2017-01-03" is no use — a job cannot be due before it was reported',
      'potholes.csv: line 7, column lat: "" is no use — write degrees such as 29.76',
    ]);
  });

  it('is refused with line and column when it is no CSV', () => {
    expect(refusal('created_at,due_at,lat,lon', '2018-01-01,"2018-01-02"x,29,-95')).toMatch(
      /^potholes\.csv: line 2, column 2: not valid CSV: .* — look there for a missing or extra quote$/,
    );
  });

  it('is refused by the name of the column it lacks', () => {
    expect(refusal('created_at,due_at,latt,lon', '2018-01-01,,29,-95')).toBe(
      'potholes.csv: line 1: no column "lat" in the header, which has "created_at", "due_at", "latt", "lon"' +
        ' — say --map lat=latt',
    );
  });

  it('is refused by all the columns it lacks at once, in the words of other files', () => {
    expect(refusal('Requested_Datetime,latitude,longitude', '2018-01-01,29,-95')).toMatch(
      / — say --map created_at=Requested_Datetime --map lat=latitude --map lon=longitude, add "due_at", or say --map due_at=NAME with the column that has it$/,
    );
  });

  it('says how several columns are mapped', () => {
    const mapping = ['created_at=Eingang,due_at=Frist'];
    expect(() => readRequests('Eingang,Frist,lat,lon', 'x.csv', 'UTC', { mapping })).toThrow(
      expect.objectContaining({
        userMessage: expect.stringContaining('--map created_at=Eingang --map due_at=Frist'),
      }),
    );
  });

  it('is refused when it is empty, or no row is left', () => {
    expect(refusal('')).toBe(
      'potholes.csv: (whole file): the file is empty — write a header, created_at,due_at,lat,lon, and rows',
    );
    expect(refusal('created_at,due_at,lat,lon')).toContain('there is only a header: add rows below it');
    expect(refusal('created_at,due_at,lat,lon', 'x,,29,-95')).toMatch(
      /no row can be used — .*line 2, column created_at/,
    );
  });
});
