import { describe, expect, it } from 'vitest';
import type { Shift } from '../../src/core/agency/agency.ts';
import {
  describeLocalPeriod,
  describeLocalTime,
  listLocalDays,
  listShifts,
  listWorkingPeriods,
  localDayInterval,
  subtractIntervals,
} from '../../src/core/agency/crew-calendar.ts';
import { localDay, moveDay } from '../../src/core/values/wall-time.ts';

const CHICAGO = 'America/Chicago';
const EVERY_DAY: Shift['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const at = (text: string) => new Date(text);

function shiftsBetween(shift: Partial<Shift>, from: string, to: string, timeZone = CHICAGO): string[] {
  const shifts = [{ days: EVERY_DAY, start: '07:00', end: '15:30', ...shift }];
  return listShifts(shifts, timeZone, at(from), at(to)).map(
    ({ day, start, end }) => `${day}: ${start.toISOString().slice(0, 16)} ${end.toISOString().slice(0, 16)}`,
  );
}

describe('a shift', () => {
  it('keeps its wall time over the spring clock change', () => {
    expect(shiftsBetween({}, '2026-03-07T12:00Z', '2026-03-09T22:00Z')).toEqual([
      '2026-03-07: 2026-03-07T13:00 2026-03-07T21:30',
      '2026-03-08: 2026-03-08T12:00 2026-03-08T20:30',
      '2026-03-09: 2026-03-09T12:00 2026-03-09T20:30',
    ]);
  });

  it('keeps its wall time over the autumn clock change', () => {
    expect(shiftsBetween({}, '2026-10-31T12:00Z', '2026-11-01T22:00Z')).toEqual([
      '2026-10-31: 2026-10-31T12:00 2026-10-31T20:30',
      '2026-11-01: 2026-11-01T13:00 2026-11-01T21:30',
    ]);
  });

  it('loses the hour that the night of the spring change lacks, and gains the one of the autumn', () => {
    const night = { start: '22:00', end: '06:00' };
    expect(shiftsBetween(night, '2026-03-08T04:30Z', '2026-03-08T10:00Z')).toEqual([
      '2026-03-07: 2026-03-08T04:00 2026-03-08T11:00',
    ]);
    expect(shiftsBetween(night, '2026-11-01T04:30Z', '2026-11-01T10:00Z')).toEqual([
      '2026-10-31: 2026-11-01T03:00 2026-11-01T12:00',
    ]);
  });

  it('that begins in the hour the clock skips begins after it, and is left out when nothing remains', () => {
    expect(shiftsBetween({ start: '02:30', end: '05:00' }, '2026-03-08T06:00Z', '2026-03-08T20:00Z')).toEqual(
      ['2026-03-08: 2026-03-08T08:30 2026-03-08T10:00'],
    );
    expect(shiftsBetween({ start: '02:30', end: '03:00' }, '2026-03-08T06:00Z', '2026-03-08T20:00Z')).toEqual(
      [],
    );
  });

  it('ends on the next day when its end is at or before its start, and belongs to the day it begins', () => {
    expect(
      shiftsBetween(
        { days: ['fri'], start: '22:00', end: '06:00' },
        '2026-06-06T06:00Z',
        '2026-06-07T00:00Z',
      ),
    ).toEqual(['2026-06-05: 2026-06-06T03:00 2026-06-06T11:00']);
    expect(
      shiftsBetween(
        { days: ['fri'], start: '07:00', end: '07:00' },
        '2026-06-06T06:00Z',
        '2026-06-07T00:00Z',
      ),
    ).toEqual(['2026-06-05: 2026-06-05T12:00 2026-06-06T12:00']);
  });

  it('may end at 24:00', () => {
    expect(
      shiftsBetween(
        { days: ['fri'], start: '16:00', end: '24:00' },
        '2026-06-05T12:00Z',
        '2026-06-07T00:00Z',
      ),
    ).toEqual(['2026-06-05: 2026-06-05T21:00 2026-06-06T05:00']);
  });

  it('works in time zones half an hour off', () => {
    expect(
      shiftsBetween({ days: ['mon'] }, '2026-06-01T00:00Z', '2026-06-01T20:00Z', 'Asia/Kolkata'),
    ).toEqual(['2026-06-01: 2026-06-01T01:30 2026-06-01T10:00']);
  });
});

describe('the end of the calendar', () => {
  const everyDay = [{ days: EVERY_DAY, start: '07:00', end: '15:00' }];

  it('is no end of the days: after 9999-12-31 comes 10000-01-01', () => {
    expect(moveDay('9999-12-31', 1)).toBe('10000-01-01');
    expect(moveDay('10000-01-01', -1)).toBe('9999-12-31');
    expect(localDay(localDayInterval('9999-12-31', CHICAGO).end, CHICAGO)).toBe('10000-01-01');
  });

  it('has shifts and dates like any other day, and comes to an end', () => {
    for (const day of ['9999-12-30', '9999-12-31', '10000-01-01']) {
      const { start, end } = localDayInterval(day, CHICAGO);
      expect(listShifts(everyDay, CHICAGO, start, end).map((shift) => shift.day)).toEqual([day]);
      expect(listLocalDays({ start, end }, CHICAGO)).toEqual([day]);
    }
  });

  it('is not waited for: of more than a century only the first is listed', () => {
    const [start, end] = [at('2026-06-01T00:00Z'), at('9999-12-31T00:00Z')];
    expect(listLocalDays({ start, end }, CHICAGO)).toHaveLength(36_525);
    const sundays = [{ ...everyDay[0], days: ['sun'] }] as Shift[];
    expect(listShifts(sundays, CHICAGO, start, end).length).toBeLessThan(5_300);
  });
});

describe('working periods', () => {
  it('join shifts that touch, so that a job may span midnight, and keep the first day', () => {
    const aroundTheClock: Shift[] = [{ days: EVERY_DAY, start: '00:00', end: '24:00' }];
    const from = at('2026-06-01T12:00Z');
    const to = at('2026-06-04T12:00Z');
    expect(listWorkingPeriods(aroundTheClock, CHICAGO, from, to)).toEqual([
      { day: '2026-06-01', start: from, end: to },
    ]);
  });

  it('join an evening shift to the day shift it overlaps, and leave the night free', () => {
    const shifts: Shift[] = [
      { days: ['mon', 'tue'], start: '07:00', end: '15:30' },
      { days: ['mon'], start: '15:00', end: '20:00' },
    ];
    const periods = listWorkingPeriods(shifts, CHICAGO, at('2026-06-01T00:00Z'), at('2026-06-03T00:00Z'));
    expect(periods).toEqual([
      { day: '2026-06-01', start: at('2026-06-01T12:00Z'), end: at('2026-06-02T01:00Z') },
      { day: '2026-06-02', start: at('2026-06-02T12:00Z'), end: at('2026-06-02T20:30Z') },
    ]);
  });

  it('are cut to the time asked for', () => {
    const shifts: Shift[] = [{ days: ['mon'], start: '07:00', end: '15:30' }];
    expect(listWorkingPeriods(shifts, CHICAGO, at('2026-06-01T13:00Z'), at('2026-06-01T14:00Z'))).toEqual([
      { day: '2026-06-01', start: at('2026-06-01T13:00Z'), end: at('2026-06-01T14:00Z') },
    ]);
  });

  it('lose what is busy', () => {
    const periods = [{ start: at('2026-06-01T08:00Z'), end: at('2026-06-01T16:00Z') }];
    const busy = [
      { start: at('2026-06-01T15:00Z'), end: at('2026-06-01T18:00Z') },
      { start: at('2026-06-01T07:00Z'), end: at('2026-06-01T09:00Z') },
      { start: at('2026-06-01T10:00Z'), end: at('2026-06-01T11:00Z') },
    ];
    expect(subtractIntervals(periods, busy)).toEqual([
      { start: at('2026-06-01T09:00Z'), end: at('2026-06-01T10:00Z') },
      { start: at('2026-06-01T11:00Z'), end: at('2026-06-01T15:00Z') },
    ]);
  });
});

describe('local days', () => {
  it('are those of the agency, not of UTC', () => {
    expect(localDay(at('2026-11-23T03:00Z'), CHICAGO)).toBe('2026-11-22');
  });

  it('of an interval are all it touches, and not the one that begins at its end', () => {
    const overnight = { start: at('2026-06-06T03:00Z'), end: at('2026-06-06T11:00Z') };
    const untilMidnight = { start: at('2026-06-05T21:00Z'), end: at('2026-06-06T05:00Z') };
    expect(listLocalDays(overnight, CHICAGO)).toEqual(['2026-06-05', '2026-06-06']);
    expect(listLocalDays(untilMidnight, CHICAGO)).toEqual(['2026-06-05']);
    expect(listLocalDays({ start: overnight.start, end: overnight.start }, CHICAGO)).toEqual([]);
  });

  it('leave the date out of a time that is today', () => {
    const now = at('2026-11-22T15:00Z');
    expect(describeLocalTime(at('2026-11-22T16:40Z'), CHICAGO, now)).toBe('10:40');
    expect(describeLocalTime(at('2026-11-23T13:00Z'), CHICAGO, now)).toBe('Mon 23 Nov 07:00');
  });

  it.each([
    ['2026-11-23T15:00Z', '2026-11-25T13:00Z', 'until Wed 25 Nov 07:00'],
    ['2026-11-23T19:00Z', '2026-11-23T21:30Z', '13:00–15:30'],
    ['2026-11-24T19:00Z', '2026-11-24T21:30Z', 'Tue 24 Nov 13:00–15:30'],
    ['2026-11-24T19:00Z', '2026-11-25T13:00Z', 'Tue 24 Nov 13:00 – Wed 25 Nov 07:00'],
    ['2026-11-24T06:00Z', '2026-11-25T06:00Z', 'Tue 24 Nov'],
    ['2026-11-24T19:00Z', '2026-11-25T06:00Z', 'Tue 24 Nov 13:00–24:00'],
    ['2026-11-24T19:00Z', '2026-11-26T06:00Z', 'Tue 24 Nov 13:00 – Wed 25 Nov 24:00'],
    ['2026-11-23T15:00Z', '2026-11-24T06:00Z', 'until 24:00'],
    ['2026-11-23T15:00Z', '2026-11-25T06:00Z', 'until Tue 24 Nov 24:00'],
    ['2026-11-24T06:00Z', '2026-11-26T06:00Z', 'Tue 24 Nov – Wed 25 Nov'],
  ])('name both ends of a time that has not begun: %s to %s', (start, end, expected) => {
    const now = at('2026-11-23T15:00Z');
    expect(describeLocalPeriod({ start: at(start), end: at(end) }, CHICAGO, now)).toBe(expected);
  });
});
