import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findByName } from '../../src/slack/words/find-by-name.ts';
import { parsePeriod, parseUntil } from '../../src/slack/words/parse-period.ts';
import { instantOf, takeWhen } from '../../src/slack/words/parse-when.ts';

const timeZone = 'America/Chicago';
/** Monday 1 June 2026, 10:40 in Chicago. */
const now = new Date('2026-06-01T15:40:00Z');
const context = { now, timeZone };
const local = (text: string) => {
  const [minute = '', zone = '-05:00'] = text.split(/(?=-0\d:00$)/);
  return new Date(`${minute}:00${zone}`);
};

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
    ['monday next week', '2026-06-08T00:00', '2026-06-09T00:00', ''],
    ['next week monday course', '2026-06-08T00:00', '2026-06-09T00:00', 'course'],
    ['next week', '2026-06-08T00:00', '2026-06-15T00:00', ''],
    ['this friday', '2026-06-05T00:00', '2026-06-06T00:00', ''],
    ['weekend', '2026-06-06T00:00', '2026-06-08T00:00', ''],
    ['day after tomorrow', '2026-06-03T00:00', '2026-06-04T00:00', ''],
    ['in 3 days', '2026-06-04T00:00', '2026-06-05T00:00', ''],
    ['tomorrow 9am-12pm sick', '2026-06-02T09:00', '2026-06-02T12:00', 'sick'],
    ['tomorrow 9-12pm', '2026-06-02T09:00', '2026-06-02T12:00', ''],
    ['tomorrow, 2-4 pm (dentist)', '2026-06-02T14:00', '2026-06-02T16:00', '(dentist)'],
    ['tomorrow 11-1pm', '2026-06-02T11:00', '2026-06-02T13:00', ''],
    ['tomorrow 8-16', '2026-06-02T08:00', '2026-06-02T16:00', ''],
    ['wed for 3 days', '2026-06-03T00:00', '2026-06-06T00:00', ''],
    ['wed for a week flu', '2026-06-03T00:00', '2026-06-10T00:00', 'flu'],
    ['for two days flu', '2026-06-01T00:00', '2026-06-03T00:00', 'flu'],
    ['wed 14:00 for 2 hours', '2026-06-03T14:00', '2026-06-03T16:00', ''],
    ['wed 14:00 2h', '2026-06-03T14:00', '2026-06-03T16:00', ''],
    ['for 90 min', '2026-06-01T10:40', '2026-06-01T12:10', ''],
    ['in 2 hours for 1 hour', '2026-06-01T12:40', '2026-06-01T13:40', ''],
    ['wed 2 pm to 4 pm', '2026-06-03T14:00', '2026-06-03T16:00', ''],
    ['wed 2 p.m. - 4 p.m. doctor', '2026-06-03T14:00', '2026-06-03T16:00', 'doctor'],
    ['wed between 2pm and 4pm', '2026-06-03T14:00', '2026-06-03T16:00', ''],
    ['between wed and fri', '2026-06-03T00:00', '2026-06-06T00:00', ''],
    ['9am on friday to noon', '2026-06-05T09:00', '2026-06-05T12:00', ''],
    ['fri afternoon', '2026-06-05T12:00', '2026-06-05T18:00', ''],
    ['fri morning training', '2026-06-05T06:00', '2026-06-05T12:00', 'training'],
    ['tomorrow in the evening', '2026-06-02T18:00', '2026-06-02T22:00', ''],
    ['fri night', '2026-06-05T22:00', '2026-06-06T06:00', ''],
    ['tonight', '2026-06-01T18:00', '2026-06-02T06:00', ''],
    ['fri morning to sat evening', '2026-06-05T06:00', '2026-06-06T22:00', ''],
    ['fri afternoon at 3pm', '2026-06-05T15:00', '2026-06-06T00:00', ''],
    ['sun 1400', '2026-06-07T14:00', '2026-06-08T00:00', ''],
    ['sun 0900-1330', '2026-06-07T09:00', '2026-06-07T13:30', ''],
    ['sun 1400 hrs to 1600 hrs', '2026-06-07T14:00', '2026-06-07T16:00', ''],
    ['sun all day', '2026-06-07T00:00', '2026-06-08T00:00', ''],
    ['sun 14:00 to midnight', '2026-06-07T14:00', '2026-06-08T00:00', ''],
    ['sun noon to end of day', '2026-06-07T12:00', '2026-06-08T00:00', ''],
    ['fri-sun', '2026-06-05T00:00', '2026-06-08T00:00', ''],
    ['1 Dec', '2026-12-01T00:00-06:00', '2026-12-02T00:00-06:00', ''],
    ['July 4th to July 6', '2026-07-04T00:00', '2026-07-07T00:00', ''],
    ['1st of july 2026 flu', '2026-07-01T00:00', '2026-07-02T00:00', 'flu'],
    ['Feb 3, 2027', '2027-02-03T00:00-06:00', '2027-02-04T00:00-06:00', ''],
    ['2026-06-24T14:00 2026-06-24T15:00', '2026-06-24T14:00', '2026-06-24T15:00', ''],
    ['tomorrow "sick until 5"', '2026-06-02T00:00', '2026-06-03T00:00', 'sick until 5'],
    ['mon 8 jun training', '2026-06-08T00:00', '2026-06-09T00:00', 'training'],
    ['fri 5 june', '2026-06-05T00:00', '2026-06-06T00:00', ''],
    ['friday 2026-06-12', '2026-06-12T00:00', '2026-06-13T00:00', ''],
    ['tue 9 jun 9am', '2026-06-09T09:00', '2026-06-10T00:00', ''],
    ['thu 11 jun 8:00-12:00', '2026-06-11T08:00', '2026-06-11T12:00', ''],
    ['fri 12 jun to mon 15 jun', '2026-06-12T00:00', '2026-06-16T00:00', ''],
    ['fri, 12 jun', '2026-06-12T00:00', '2026-06-13T00:00', ''],
    ['12 jun (fri) flu', '2026-06-12T00:00', '2026-06-13T00:00', 'flu'],
    ['wed 9am 2h 30m', '2026-06-03T09:00', '2026-06-03T11:30', ''],
    ['wed 9am for 2h30m', '2026-06-03T09:00', '2026-06-03T11:30', ''],
    ['wed 9am for an hour and a half', '2026-06-03T09:00', '2026-06-03T10:30', ''],
    ['wed 9am for 2½ hours sick', '2026-06-03T09:00', '2026-06-03T11:30', 'sick'],
    ['wed 9am for 1.5 hours', '2026-06-03T09:00', '2026-06-03T10:30', ''],
    ['wed 9am for half an hour', '2026-06-03T09:00', '2026-06-03T09:30', ''],
    ['wed 9am for 15h', '2026-06-03T09:00', '2026-06-04T00:00', ''],
    ['wed 14h30 to 16h00', '2026-06-03T14:30', '2026-06-03T16:00', ''],
    ['tomorrow - training', '2026-06-02T00:00', '2026-06-03T00:00', '- training'],
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
    ['tomorrow 9999-12-31 fri', 'is more than 10 years away: check the year'],
    ['9999-12-31 fri', 'check the year'],
    ['0001-01-01 tomorrow', 'check the year'],
    ['2024-06-01 tomorrow', 'begins more than a year ago: check the year'],
    ['next friday', '“next friday” may be 2026-06-05 or 2026-06-12'],
    ['fri 6 jun', '“fri 6 jun”: that day is a Saturday'],
    ['2h30', 'is no day or time I know'],
    ['15h', '“15h” is no day or time I know'],
    ['next weekend', 'may be 2026-06-06 or 2026-06-13'],
    ['9am tomorrow', '“9am” of which day?'],
    ['wed for 2 hours', 'From what time?'],
    ['fri until sat morning', 'Up to its beginning, with all of it, or only then?'],
    ['fri to whenever', '“whenever” is no day or time I know. Until when?'],
    ['29 feb 2027', '“29 feb 2027” is no day or time I know'],
    ['1.12.2026', '“1.12.2026” is no day or time I know'],
    ['12/1', '“12/1” is no day or time I know'],
    ['mondays', '“mondays” is no day or time I know'],
  ])('%j is refused in words', (written, problem) => {
    expect(parsePeriod(written, context)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test.each([
    ['mon tue wed', 'wed'],
    ['fri, sat and sun', 'sat'],
    ['fri and sat', 'sat'],
    ['fri except 9 to 10', 'except'],
    ['fri 9-12', '9-12'],
    ['fri 9 to 12', '9 to 12'],
    ['fri 9', '9'],
    ['fri 9 sick', '9'],
    ['fri at 9 sick', 'at 9'],
    ['fri 2pm CET', 'CET'],
    ['fri 14:00Z', '14:00'],
    ['fri half day', 'half day'],
    ['fri sick for 3 days', '3 days'],
    ['fri flu until further notice', 'until further'],
    ['fri sick until noon', 'until noon'],
    ['fri doctor 3pm', '3pm'],
    ['fri sick in the morning', 'morning'],
    ['fri every week', 'every week'],
    ['fri overnight', 'overnight'],
    ['fri end of the week', 'end of the week'],
    ['fri the 3rd', '3rd'],
    ['fri 14.30', '14.30'],
    ['fri 700', '700'],
    ['fri 25:00', '25:00'],
    ['fri 14:75', '14:75'],
    ['tomorrow evening at 9:00', '9:00'],
    ['fri 14 Uhr', '14'],
    ['fri ab 14', 'ab 14'],
    ['tomorrow sick next week too', 'next week'],
    ['tomorrow truck back on 3 June', '3 June'],
    ['wed 9am for an hour or two', 'or two'],
    ['tomorrow morning and afternoon', 'afternoon'],
    ['tomorrow morning shift', 'shift'],
    ['tomorrow leaving early', 'early'],
    ['tomorrow after lunch', 'lunch'],
    ['tomorrow late start', 'late'],
    ['tomorrow mid-morning', 'mid-morning'],
    ['tomorrow first thing', 'first thing'],
    ['tomorrow second half', 'second half'],
    ['tomorrow for a bit', 'a bit'],
    ['fri eve', 'eve'],
    ['fri 7a', '7a'],
    ['fri at three', 'at three'],
    ['fri from nine', 'from nine'],
    ['fri nine to five', 'nine to'],
    ['fri six am', 'six am'],
    ['fri at half past two', 'half past'],
    ['fri eight-thirty to ten', 'eight-thirty to'],
    ['fri 9ish', '9ish'],
    ['fri 0900Z', '0900Z'],
    ['fri onwards', 'onwards'],
    ['fri indefinitely', 'indefinitely'],
    ['fri every other day', 'every other'],
    ['fri for 2 shifts', 'for 2'],
    ['fri x2 days', 'x2 days'],
    ['fri returning 3rd', '3rd'],
    ['fri third shift', 'third shift'],
    ['fri for the shift', 'shift'],
    ['today to fri excl.', 'excl'],
    ['tomorrow 9:00 Eastern', 'Eastern'],
    ['fri for 90', 'for 90'],
  ])('%j has %j in it, which is never a reason', (written, left) => {
    const read = parsePeriod(written, context);
    expect(read).toEqual({ problem: expect.stringMatching(/^I read|is no day or time/) });
    expect(read).toEqual({ problem: expect.stringContaining(left) });
  });

  test.each([
    'flu',
    'training course',
    'truck 14 broken',
    'two of us at a course',
    'may be longer',
    'no road to the site',
    'heavy rain now',
    'day off',
    '2 men on loan to Riverside',
    'second truck out of order',
    'funeral of a colleague',
    'strike!',
  ])('%j is a reason', (reason) => {
    expect(parsePeriod(`tomorrow ${reason}`, context)).toMatchObject({ reason });
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
    ['for 2 hours hail', '2026-06-01T12:40', 'hail'],
    ['6pm', '2026-06-01T18:00', ''],
    ['until noon', '2026-06-01T12:00', ''],
    ['until tomorrow 0700', '2026-06-02T07:00', ''],
    ['monday next week', '2026-06-09T00:00', ''],
  ])('%s', (written, end, reason) => {
    expect(parseUntil(written, context)).toEqual({ start: now, end: local(end), reason });
  });

  test.each([
    ['', 'Until when?'],
    ['09:00', 'passed already'],
    ['later', '“later” is no day or time'],
    [
      'tomorrow evening',
      'Write `until 2026-06-02 18:00`, `until 2026-06-02 22:00`, or `from 2026-06-02 18:00 to 2026-06-02 22:00`',
    ],
    ['next week', '`until 2026-06-08 00:00`'],
    ['tomorrow 14:00 16:00', '16:00'],
    ['18:00 tomorrow', '“18:00” of which day?'],
    ['tomorrow lunch', 'lunch'],
    ['6pm earliest', 'earliest'],
    ['6pm maybe later', 'later'],
    ['18h', '“18h” is no day or time I know'],
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
