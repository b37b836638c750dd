import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findByName } from '../../src/slack/words/find-by-name.ts';
import { parsePeriod, parseUntil } from '../../src/slack/words/parse-period.ts';
import { instantOf, takeWhen } from '../../src/slack/words/parse-when.ts';

const timeZone = 'America/Chicago';
/** Monday 1 June 2026, 10:40 in Chicago. */
const now = new Date('2026-06-01T15:40:00Z');
const context = { now, timeZone };
const local = (text: string) => new Date(`${text}:00-05:00`);

describe('FROM [TO] [reason]', () => {
  test.each([
    ['today', '2026-06-01T00:00', '2026-06-02T00:00', ''],
    ['today flu', '2026-06-01T00:00', '2026-06-02T00:00', 'flu'],
    ['tomorrow wed', '2026-06-02T00:00', '2026-06-04T00:00', ''],
    ['from 2026-06-02 until 2026-06-05 a course', '2026-06-02T00:00', '2026-06-06T00:00', 'a course'],
    ['mon', '2026-06-01T00:00', '2026-06-02T00:00', ''],
    ['sun', '2026-06-07T00:00', '2026-06-08T00:00', ''],
    ['sat mon', '2026-06-06T00:00', '2026-06-09T00:00', ''],
    ['2026-06-24', '2026-06-24T00:00', '2026-06-25T00:00', ''],
    ['2026-06-24 14:00 2026-06-25 08:30 truck', '2026-06-24T14:00', '2026-06-25T08:30', 'truck'],
    ['14:00 16:30', '2026-06-01T14:00', '2026-06-01T16:30', ''],
    ['14:00 – 16:30 doctor', '2026-06-01T14:00', '2026-06-01T16:30', 'doctor'],
    ['tomorrow 7am 1:30pm', '2026-06-02T07:00', '2026-06-02T13:30', ''],
    ['tomorrow 14:00', '2026-06-02T14:00', '2026-06-03T00:00', ''],
    ['22:00 06:00 night shift', '2026-06-01T22:00', '2026-06-02T06:00', 'night shift'],
    ['now 12am', '2026-06-01T10:40', '2026-06-02T00:00', ''],
    ['today 3 people ill', '2026-06-01T00:00', '2026-06-02T00:00', '3 people ill'],
  ])('%s', (written, start, end, reason) => {
    expect(parsePeriod(written, context)).toEqual({ start: local(start), end: local(end), reason });
  });

  test.each([
    ['', 'From when? Write `today`'],
    ['soon', '“soon” is no day or time I know. From when?'],
    ['24.11.', '“24.11.” is no day or time I know'],
    ['2026-02-30', '“2026-02-30” is no day or time I know'],
    ['25:00', '“25:00” is no day or time I know'],
    ['today 11/24 flu', '“11/24” is no day or time I know. Until when?'],
    ['<!channel>', '“&lt;!channel&gt;”'],
    ['2026-06-24 2026-06-23', 'end before it begins'],
    ['2026-06-24 14:00 2026-06-24 09:00', 'end before it begins'],
    ['tomorrow 14:00 tomorrow 09:00', 'end before it begins'],
    ['14:00 14:00', 'no time at all'],
    ['tomorrow 14:00 – 2pm', 'no time at all'],
    ['today 24:00 tomorrow 00:00', 'no time at all'],
    ['2026-05-01 2026-05-02', 'passed already'],
    ['2028-05-01', 'more than a year away'],
    ['2062-05-01', '“2062-05-01” is more than 10 years away: check the year'],
    ['tomorrow 9999-12-31 fri', '“9999-12-31” is more than 10 years away: check the year'],
    ['9999-12-31 fri', 'check the year'],
    ['0001-01-01 tomorrow', 'check the year'],
    ['2024-06-01 tomorrow', 'begins more than a year ago: check the year'],
  ])('%j is refused in words', (written, problem) => {
    expect(parsePeriod(written, context)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

test.each([
  ['from Tuesday until Friday training course', '2026-06-02T00:00', '2026-06-06T00:00', 4],
  ['fri thu', '2026-06-05T00:00', '2026-06-12T00:00', 7],
])('%s, by weekdays, has its length noted', (written, start, end, longDays) => {
  expect(parsePeriod(written, context)).toMatchObject({ start: local(start), end: local(end), longDays });
});

test('an end by weekday that is most of a week away has its length noted, one that is near has not', () => {
  expect(parseUntil('sun', context)).toHaveProperty('longDays', 7);
  expect(parseUntil('wed', context)).not.toHaveProperty('longDays');
});

describe('UNTIL [reason]', () => {
  test.each([
    ['18:00 thunderstorm', '2026-06-01T18:00', 'thunderstorm'],
    ['until today', '2026-06-02T00:00', ''],
    ['tomorrow 12:00', '2026-06-02T12:00', ''],
    ['wed heavy rain', '2026-06-04T00:00', 'heavy rain'],
  ])('%s', (written, end, reason) => {
    expect(parseUntil(written, context)).toEqual({ start: now, end: local(end), reason });
  });

  test.each([
    ['', 'Until when?'],
    ['09:00', 'passed already'],
    ['later', '“later” is no day or time'],
    ['9999-12-31', '“9999-12-31” is more than 10 years away: check the year'],
  ])('%j is refused in words', (written, problem) => {
    expect(parseUntil(written, context)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

test('a day is as long as it is, also when the clock changes', () => {
  const spring = { now: new Date('2026-03-07T18:00:00Z'), timeZone };
  const period = parsePeriod('tomorrow', spring);
  expect('start' in period && period.end.getTime() - period.start.getTime()).toBe(23 * 3_600_000);
  expect(instantOf({ day: '2026-03-08', minutes: 8 * 60 }, timeZone, 'start')).toEqual(
    new Date('2026-03-08T13:00:00Z'),
  );
});

test('whatever is typed, there is a period that lies ahead or a problem', () => {
  const words = fc.constantFrom(
    'today',
    'mon',
    '14:00',
    '2026-06-24',
    'flu',
    'to',
    '7pm',
    '24:00',
    '-',
    '',
    '99',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(words, { maxLength: 6 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, (written) => {
      for (const read of [parsePeriod(written, context), parseUntil(written, context)]) {
        if ('problem' in read) expect(read.problem.length).toBeGreaterThan(10);
        else expect(read.end > read.start && read.end > now).toBe(true);
      }
    }),
  );
});

test('a day and a time of day come back as they were written', () => {
  const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
  fc.assert(
    fc.property(minutes, fc.integer({ min: 1, max: 28 }), (minute, date) => {
      const two = (number: number) => String(number).padStart(2, '0');
      const day = `2026-06-${two(date)}`;
      const written = `${day} ${two(Math.floor(minute / 60))}:${two(minute % 60)} rest of it`;
      expect(takeWhen(written, context)).toEqual({ when: { day, minutes: minute }, rest: 'rest of it' });
    }),
  );
});

describe('a name before other words', () => {
  const crews = [
    { id: 'north', name: 'Crew North' },
    { id: 'north-2', name: 'Crew North Two' },
    { id: 'night', name: 'Night Crew' },
    { id: 'day', name: 'Day Crew' },
  ];
  test.each([
    ['north today', 'north', 'today'],
    ['Crew North tomorrow flu', 'north', 'tomorrow flu'],
    ['CREW NORTH TWO mon', 'north-2', 'mon'],
    ['two', 'north-2', ''],
    ['"Night Crew" 14:00', 'night', '14:00'],
    ['“night” 14:00', 'night', '14:00'],
  ])('%s', (written, id, rest) => {
    expect(findByName(written, crews, 'crews')).toMatchObject({ item: { id }, rest });
  });

  test.each(['crew today', 'nrth today', 'northern', '', '<!channel> x'])('%j is no crew', (written) => {
    expect(findByName(written, crews, 'crews')).toEqual({
      problem: expect.stringContaining('No crew is called'),
    });
  });

  test.each([
    ['nrth today', 'Crew North'],
    ['nigth tomorrow', 'Night Crew'],
  ])('%j is answered with what was probably meant', (written, name) => {
    expect(findByName(written, crews, 'crews')).toEqual({
      problem: expect.stringContaining(`did you mean “${name}”?`),
    });
  });

  const shipped = [
    { id: 'c1', name: 'Crew North' },
    { id: 'c2', name: 'Crew South' },
    { id: 'c3', name: 'Night Crew' },
    { id: 'c4', name: 'Nightingale Crew' },
  ];
  test.each([
    ['sou today', 'c2', 'today'],
    ['nort', 'c1', ''],
    ['crew nor tomorrow flu', 'c1', 'tomorrow flu'],
    ['“Crew Sou” fri', 'c2', 'fri'],
    ['night mon', 'c3', 'mon'],
  ])('%s is enough when it fits only one', (written, id, rest) => {
    expect(findByName(written, shipped, 'crews')).toMatchObject({ item: { id }, rest });
  });

  test.each(['nigh today', 'n today', 's', 'cre', 'crew', 'outh'])('%j fits none or several', (written) => {
    expect(findByName(written, shipped, 'crews')).toHaveProperty('problem');
  });

  test('letters that changed places are one slip: the name without its “Crew” is compared', () => {
    expect(findByName('nigth tomorrow', shipped, 'crews')).toEqual({
      problem: expect.stringContaining('did you mean “Night Crew”?'),
    });
  });
});
